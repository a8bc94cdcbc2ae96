using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.Services;

/// <summary>Reads examples of environment files. Values are looked at for their scheme only and never kept.</summary>
internal static partial class EnvironmentFiles
{
    private static readonly string[] Names =
        [".env.example", ".env.sample", ".env.template", ".env.dist", ".env.test", ".env.ci", ".env.testing", "env.example", "example.env", ".env.test.example", ".env.local.example", ".env.development"];

    // Most of what a model costs in a large repository, and asked for each service and each component.
    private static readonly ConditionalWeakTable<SnapshotFile, List<(KnownService Service, string Name, int Line)>> Reads = [];

    /// <summary>Whether a variable is the address of a database without saying of which kind.</summary>
    public static bool IsOfAnyDatabase(string name) => name is "DATABASE_URL" or "TEST_DATABASE_URL" or "TEST_DB_URL" or "DB_URL";

    public static bool IsName(string? name) => name is not null && Name().IsMatch(name);

    /// <param name="mentions">Those of compose files are there already: an address of what runs beside the application says how that is run.</param>
    public static void Read(RepositorySnapshot snapshot, List<ServiceMention> mentions, List<ServiceVariable> variables)
    {
        var stack = mentions.Where(mention => mention is { Origin: "stack", Host.Length: > 0 }).Select(mention => (mention.Service, mention.Host)).ToHashSet();
        foreach (var file in Names.SelectMany(snapshot.Named).Where(file => !RepositoryPath.IsSample(file.Directory)))
        {
            var isForTests = file.Name.Split('.').Any(part => part is "test" or "testing" or "ci");
            foreach (var (number, text) in file.Lines())
            {
                var match = Assignment().Match(text);
                if (!match.Success)
                {
                    continue;
                }

                var (name, value) = (match.Groups["name"].Value, match.Groups["value"].Value);
                var host = Host(name, value);
                if (host is not null && IsElsewhere(host))
                {
                    continue;
                }

                var byValue = KnownService.OfScheme(value);
                if ((byValue ?? KnownService.OfVariable(name)) is { } service)
                {
                    // The line may hold a password: it is cited, not quoted.
                    var place = new Evidence(file.Path, number, name);
                    variables.Add(new(service, name, file.Directory, place));
                    mentions.Add(new(service, null, !isForTests && host is not null && stack.Contains((service, host)) ? "stack" : "environment", file.Directory, place));
                }
            }
        }
    }

    /// <summary>The machine that an address, or the value of a variable for a machine, leads to; null for other values.</summary>
    private static string? Host(string name, string value)
    {
        var scheme = value.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0 && name.Split('_')[^1] is not ("HOST" or "HOSTNAME" or "SERVER" or "PGHOST"))
        {
            return null;
        }

        var host = value[(scheme < 0 ? 0 : scheme + 3)..].Trim('"', '\'', ' ');
        return host[(host.LastIndexOf('@') + 1)..].Split('/', ':', '?', ' ', '#')[0];
    }

    /// <summary>Whether a host is a machine on a network, such as <c>db.prod.internal</c>: that is somebody's own, and none that runs beside tests.</summary>
    private static bool IsElsewhere(string host) =>
        host.Contains('.') && !host.Contains('$') && !host.Contains("example", StringComparison.OrdinalIgnoreCase)
        && !host.EndsWith(".local", StringComparison.Ordinal) && !host.EndsWith(".localhost", StringComparison.Ordinal) && host != "host.docker.internal"
        && !host.StartsWith("127.", StringComparison.Ordinal) && host != "0.0.0.0";

    /// <summary>The variables that code reads, of those that name a service; what stands in samples below the folder is other people's code.</summary>
    public static IEnumerable<ServiceVariable> ReadByCode(RepositorySnapshot snapshot, string folder)
    {
        foreach (var file in snapshot.Under(folder).Where(file => file.Extension is ".js" or ".ts" or ".mjs" or ".py" or ".go" or ".cs" or ".rb" or ".php" or ".ex" or ".exs" or ".dart" or ".swift" or ".hs" or ".rs" or ".java" or ".kt" or ".scala" && file.Size < 200_000 && !IsSampleBelow(folder, file.Directory)))
        {
            foreach (var (service, name, line) in Reads.GetValue(file, InCode))
            {
                yield return new(service, name, folder, new(file.Path, line, name));
            }
        }
    }

    private static List<(KnownService Service, string Name, int Line)> InCode(SnapshotFile file)
    {
        var text = file.Text;
        return !text.Contains("env", StringComparison.OrdinalIgnoreCase) ? [] : [.. CodeRead().Matches(text)
            .Select(match => (match.Index, Name: match.Groups["name"].Value))
            .Select(read => (Service: IsOfAnyDatabase(read.Name) ? KnownService.All[0] : KnownService.OfVariable(read.Name), read.Name, Line: 1 + text.AsSpan(0, read.Index).Count('\n')))
            .Where(read => read.Service is not null)
            .Select(read => (read.Service!, read.Name, read.Line))];
    }

    // Below the folder, that is: it may be a sample itself. And above sources, whose packages may be called com.example.
    private static bool IsSampleBelow(string folder, string directory)
    {
        var below = directory[Math.Min(directory.Length, folder.Length)..];
        var sources = below.IndexOf("src/main/", StringComparison.Ordinal);
        return RepositoryPath.IsSample(sources < 0 ? below : below[..sources]);
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,99}$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"^\s*(export\s+)?(?<name>[A-Za-z_][A-Za-z0-9_]{0,99})\s*=\s*(?<value>.*)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();

    [GeneratedRegex("""(process\.env\.|process\.env\[['"]|os\.environ\[['"]|os\.environ\.get\(['"]|os\.getenv\(['"]|os\.Getenv\("|GetEnvironmentVariable\("|ENV\[['"]|ENV\.fetch\(['"]|\benv\(['"]|\bgetenv\(['"]|System\.(get_env|fetch_env!)\("|Platform\.environment\[['"]|\.environment\["|(getEnv|lookupEnv) "|env::var(_os)?\("|System\.getenv\("|sys\.env(\.get)?\(")(?<name>[A-Z][A-Z0-9_]{2,99})""",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex CodeRead();
}
