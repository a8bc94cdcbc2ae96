using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.Services;

/// <summary>Reads which database Prisma is a client of, and by which variable it is told where that is: both stand in its schema only.</summary>
internal static partial class PrismaSchemas
{
    public static IReadOnlyList<string> Packages { get; } = ["@prisma/client", "prisma"];

    /// <summary>The data sources of all schemas, each with the folder that the schema is in.</summary>
    public static IEnumerable<(KnownService Service, string Folder, Evidence Place, string? Variable)> Read(RepositorySnapshot snapshot)
    {
        foreach (var file in snapshot.Files.Where(file => file.Extension == ".prisma" && !RepositoryPath.IsSample(file.Directory)))
        {
            if (Source().Match(file.Text) is not { Success: true } source || Provider().Match(source.Value) is not { Success: true } provider)
            {
                continue;
            }

            var name = provider.Groups["name"].Value switch { "postgresql" or "postgres" => "postgres", "sqlserver" => "mssql", var other => other };
            if (KnownService.All.FirstOrDefault(known => known.Name == name) is { } service)
            {
                var variable = Variable().Match(source.Value) is { Success: true } url ? url.Groups["name"].Value : null;
                yield return (service, file.Directory, Cite.At(file, 1 + file.Text.AsSpan(0, source.Index + provider.Index).Count('\n')), variable);
            }
        }
    }

    [GeneratedRegex(@"datasource\s+\w+\s*\{[^}]{1,2000}\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Source();

    [GeneratedRegex(@"provider\s*=\s*""(?<name>[a-z]{1,30})""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Provider();

    [GeneratedRegex(@"\burl\s*=\s*env\(""(?<name>[A-Z][A-Z0-9_]{1,99})""\)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Variable();
}
