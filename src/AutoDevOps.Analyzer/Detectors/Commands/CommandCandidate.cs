namespace AutoDevOps.Analyzer.Detectors.Commands;

/// <summary>Where a command was learnt, the strongest first.</summary>
internal enum CommandSource
{
    ExistingCi,
    TaskRunner,
    ToolConfiguration,
    Convention,
}

/// <summary>A command that might be offered.</summary>
/// <param name="Family">Candidates of one family are variants of the same thing, such as two ways to call one linter.</param>
/// <param name="Folder">Where it runs; <c>""</c> is the root.</param>
internal sealed record CommandCandidate(
    CommandKind Kind, string Family, string Run, string Folder, CommandSource Source, double Confidence, IReadOnlyList<Evidence> Evidence)
{
    /// <inheritdoc cref="Command.Needs"/>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <inheritdoc cref="Command.OnlyFor"/>
    public CommandKind? OnlyFor { get; init; }
}

/// <summary>What a command line turned out to be.</summary>
/// <param name="Evidence">The place in the repository that makes the command exist.</param>
/// <param name="Run">How to say it; null: as it was written.</param>
internal sealed record ResolvedCommand(CommandKind Kind, string Family, IReadOnlyList<Evidence> Evidence, string? Run = null)
{
    /// <inheritdoc cref="Command.Needs"/>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <inheritdoc cref="Command.OnlyFor"/>
    public CommandKind? OnlyFor { get; init; }
}
