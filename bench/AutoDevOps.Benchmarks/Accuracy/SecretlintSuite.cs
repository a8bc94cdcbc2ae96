using System.Text.Json;

namespace AutoDevOps.Benchmarks.Accuracy;

/// <summary>Files beside the messages that secretlint's rules have about them.</summary>
internal sealed class SecretlintSuite : ISuite
{
    private const string Packages = "packages/@secretlint";

    public string Name => "secretlint";

    public string Repository => "secretlint/secretlint";

    public string What => "`test/snapshots` of each package of a rule, and of the recommended preset: each message is to be found on its line; of a snapshot without any, the rule's package must be silent";

    public SuiteReading Read(string folder, IReadOnlySet<string> claimed)
    {
        var reading = new SuiteReading();
        var seen = new HashSet<(string, string)>();
        foreach (var package in Directory.GetDirectories(Path.Combine(folder, Packages), "secretlint-rule-*").OrderBy(path => path.Contains("-preset-", StringComparison.Ordinal)).ThenBy(path => path, StringComparer.Ordinal))
        {
            var name = Path.GetFileName(package);
            // The canary preset has the same snapshots as the recommended one.
            if (name is "secretlint-rule-preset-canary" || !Directory.Exists(Path.Combine(package, "test", "snapshots")))
            {
                continue;
            }

            foreach (var output in Directory.GetFiles(Path.Combine(package, "test", "snapshots"), "output.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                Take(reading, seen, folder, name, output);
            }
        }

        return reading;
    }

    private static void Take(SuiteReading reading, HashSet<(string, string)> seen, string folder, string package, string output)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(output));
        var root = document.RootElement;
        var input = Path.GetFileName(root.GetProperty("filePath").GetString()!);
        var file = Path.Combine(Path.GetDirectoryName(output)!, input);
        var options = Path.Combine(Path.GetDirectoryName(output)!, "options.ts");
        if (!File.Exists(file) || File.ReadAllBytes(file).Contains((byte)0))
        {
            reading.LeaveOut("snapshots of binary or missing files");
            return;
        }

        var place = Path.GetRelativePath(folder, file).Replace('\\', '/');
        var messages = root.GetProperty("messages").EnumerateArray().Select(message =>
            (Rule: "secretlint/" + message.GetProperty("ruleId").GetString()!.Split('/')[^1], Line: message.GetProperty("loc").GetProperty("start").GetProperty("line").GetInt32())).Distinct().ToList();
        if (messages.Count == 0 && File.Exists(options) && File.ReadAllText(options) is var text && (text.Contains("allows", StringComparison.Ordinal) || text.Contains("disabled", StringComparison.Ordinal)))
        {
            reading.LeaveOut("snapshots that options silence");
            return;
        }

        var all = File.ReadAllText(file);
        if (!seen.Add((input, all)))
        {
            return;
        }

        var rule = package.Contains("-preset-", StringComparison.Ordinal) || package.Contains("filter", StringComparison.Ordinal) ? "secretlint/*" : "secretlint/" + package;
        List<Mark> marks = messages.Count == 0 ? [new(rule, false, 0, place)] : [.. messages.Select(message => new Mark(message.Rule, true, message.Line, $"{place}:{message.Line}"))];
        reading.Samples.Add(new(input[0] == '.' || input.StartsWith("package", StringComparison.Ordinal) ? input : "conf/settings" + (Path.GetExtension(input) is { Length: > 0 } extension and not ".txt" ? extension : ".conf"), all, marks));
    }
}
