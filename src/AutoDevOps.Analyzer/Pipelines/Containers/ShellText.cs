using System.Buffers;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Pipelines.Containers;

/// <summary>Text for shells where a vendor offers less than a step with a folder of its own.</summary>
internal static class ShellText
{
    private static readonly HashSet<string> Changers = new(StringComparer.Ordinal)
    {
        "cd", "pushd", "popd", "exit", "exec", "return", "set", "shopt", "trap", "export", "unset", "source", ".", "alias", "ulimit", "umask", "eval", "readonly", "declare",
    };

    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ._:/@+=,&|;-");

    /// <summary>One word to a shell, whatever it holds.</summary>
    public static string Quote(string word) => SafeName.IsSafe(word) ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>Whether a command may leave the shell in another state than it found it in: another folder, other options, ended.</summary>
    public static bool ChangesTheShell(string run) =>
        run.Split([';', '&', '|', '(', ')', '{', '}'], StringSplitOptions.RemoveEmptyEntries)
            .Select(Parsing.ShellWords.Split)
            .Any(words => words is [var first, ..] && (Changers.Contains(first) || first.Contains('=')));

    /// <summary>Whether every POSIX shell does the same with it: nothing in it is special to some of them only.</summary>
    public static bool IsPlain(string run) =>
        run.AsSpan().IndexOfAnyExcept(PlainCharacters) < 0 && !Parsing.ShellWords.Split(run).Contains("source") && !run.Contains("&>", StringComparison.Ordinal);
}
