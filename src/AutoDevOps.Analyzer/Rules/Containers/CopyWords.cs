using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>What <c>COPY</c> and <c>ADD</c> name.</summary>
internal static class CopyWords
{
    /// <summary>The sources and the target, wherever the sources come from.</summary>
    public static IReadOnlyList<string> Of(DockerInstruction instruction)
    {
        var words = instruction.Words().ToList();
        return DockerRun.Array(string.Join(' ', words)) ?? [.. words.Select(word => word.Trim('"', '\'')).Where(word => word.Length > 0)];
    }

    /// <summary>The value of a leading <c>--flag=value</c>, or null.</summary>
    public static string? Flag(DockerInstruction instruction, string name) =>
        instruction.Arguments.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .TakeWhile(word => word.StartsWith("--", StringComparison.Ordinal))
            .FirstOrDefault(word => word.StartsWith($"--{name}=", StringComparison.Ordinal))?[(name.Length + 3)..];

    /// <summary>An address, or a repository by its SSH name.</summary>
    public static bool IsRemote(string source) => source.Contains("://", StringComparison.Ordinal) || source.StartsWith("git@", StringComparison.Ordinal);

    /// <summary>Whether <c>ADD</c> would unpack it.</summary>
    public static bool IsArchive(string source)
    {
        var name = source[(source.LastIndexOf('/') + 1)..].ToLowerInvariant();
        return name.Contains(".tar", StringComparison.Ordinal) || Archives.Any(ending => name.EndsWith(ending, StringComparison.Ordinal));
    }

    private static readonly string[] Archives = [".tgz", ".tbz", ".tbz2", ".txz", ".tlz", ".tzst", ".gz", ".bz2", ".xz", ".zst", ".lz4", ".lzma", ".lz"];
}
