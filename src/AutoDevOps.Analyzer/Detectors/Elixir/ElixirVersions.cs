using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Ci;

namespace AutoDevOps.Analyzer.Detectors.Elixir;

/// <summary>The Elixir versions of a project: several that CI tests; the version managers' files; what CI sets up; the lowest that
/// <c>mix.exs</c> allows.</summary>
/// <remarks>Elixir is built for a release of Erlang/OTP. Where the repository names that too, the version says so, as version managers write
/// it: <c>1.17.3-otp-27</c>.</remarks>
internal static partial class ElixirVersions
{
    public static RuntimeVersion? Find(DetectionContext context, MixProject project)
    {
        var ci = CiRuntimes.Find(context, "elixir", ("erlef/setup-beam", "elixir-version"), ("erlef/setup-elixir", "elixir-version"), ("actions/setup-elixir", "elixir-version"));
        if (ci is { Versions.Count: > 1 })
        {
            return OnOneErlang(context, project, ci);
        }

        return RepositoryPath.Upwards(project.Folder).Select(folder => Tools(context, folder)).FirstOrDefault(found => found is not null)
            ?? ci
            ?? (project.Elixir is { } required && VersionRange.LowerBounds(required.Requirement, 2) is [var lowest, ..] && lowest.Contains('.')
                ? new("elixir", [lowest], project.File.Path, 0.8, [required.Place])
                : null);
    }

    /// <summary>A job tests several versions of Elixir on one of Erlang/OTP: the oldest are left out until there is one for all.</summary>
    private static RuntimeVersion OnOneErlang(DetectionContext context, MixProject project, RuntimeVersion ci)
    {
        var versions = ci.Versions.Where(version => Plain().IsMatch(version)).ToList();
        var left = 0;
        while (versions.Count > 1 && ElixirOnErlang.Best(versions) is null)
        {
            versions.RemoveAt(0);
            left++;
        }

        if (left > 0)
        {
            context.Abstain(RepositoryPath.ToModel(project.Folder), "runtime", $"{left} of the Elixir versions at {ci.Evidence[0]}, the oldest, have no release of Erlang/OTP in common with the newest");
        }

        return versions.Count == 0 ? ci with { Versions = [ci.Versions[^1]] } : ci with { Versions = versions };
    }

    private static RuntimeVersion? Tools(DetectionContext context, string folder)
    {
        if (context.Snapshot.Find(RepositoryPath.File(folder, ".tool-versions")) is { } file)
        {
            var tools = file.Lines().Select(line => (line.Number, Words: line.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).Where(line => line.Words.Length > 1).ToList();
            var elixir = tools.Find(line => line.Words[0] == "elixir");
            var erlang = tools.Find(line => line.Words[0] == "erlang");
            return elixir.Words is null ? null : Version(file, elixir.Words[1], elixir.Number, erlang.Words?[1], erlang.Number);
        }

        foreach (var mise in new[] { "mise.toml", ".mise.toml" }.Select(name => context.Snapshot.Find(RepositoryPath.File(folder, name))).OfType<SnapshotFile>())
        {
            var tools = mise.Toml().Root?["tools"];
            if (tools?["elixir"] is { Text: { } elixir } node)
            {
                return Version(mise, elixir, node.Line, tools["erlang"]?.Text, tools["erlang"]?.Line ?? 0);
            }
        }

        return null;
    }

    private static RuntimeVersion? Version(SnapshotFile file, string elixir, int line, string? erlang, int erlangLine)
    {
        if (!Full().IsMatch(elixir))
        {
            return null;
        }

        var otp = erlang is not null && Major().Match(erlang) is { Success: true } major && !elixir.Contains("-otp-", StringComparison.Ordinal) ? $"-otp-{major.Groups["major"].Value}" : "";
        return new("elixir", [elixir + otp], file.Path, 0.97, otp.Length > 0 ? [Cite.At(file, line), Cite.At(file, erlangLine)] : [Cite.At(file, line)]);
    }

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+){1,2}$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Plain();

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+){1,2}(-otp-[0-9]{2})?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Full();

    [GeneratedRegex(@"^(?<major>[0-9]{2})(\.[0-9]+)*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Major();
}
