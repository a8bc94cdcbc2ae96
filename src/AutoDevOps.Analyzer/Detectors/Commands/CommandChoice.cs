namespace AutoDevOps.Analyzer.Detectors.Commands;

/// <summary>Chooses among candidates by the precedence existing CI, task runner, tool configuration, convention.</summary>
internal static class CommandChoice
{
    private const int MaxPerKind = 4;

    /// <summary>Of each kind, the commands of the strongest source, in the order of <see cref="CommandKind"/>. Existing CI and tool
    /// configuration may give several of a kind (two linters); a task runner is taken to cover its kind with one.</summary>
    public static IReadOnlyList<Command> Choose(IEnumerable<CommandCandidate> candidates)
    {
        var commands = new List<Command>();
        foreach (var kind in candidates.GroupBy(candidate => candidate.Kind).OrderBy(group => group.Key))
        {
            var all = kind.ToList();
            var source = all.Min(candidate => candidate.Source);
            var best = all.Where(candidate => candidate.Source == source).DistinctBy(candidate => candidate.Family);
            var several = source is CommandSource.ExistingCi or CommandSource.ToolConfiguration && kind.Key is not (CommandKind.Build or CommandKind.Package);
            commands.AddRange(best.Take(several ? MaxPerKind : 1).Select(candidate => ToCommand(candidate, all)));
        }

        return commands;
    }

    /// <summary>The same command learnt from a weaker source too is a confirmation.</summary>
    private static Command ToCommand(CommandCandidate chosen, List<CommandCandidate> all)
    {
        var evidence = all.Where(other => other.Run == chosen.Run && other.Folder == chosen.Folder)
            .SelectMany(other => other.Evidence)
            .Prepend(chosen.Evidence[0])
            .Distinct();
        return new(chosen.Kind, chosen.Run, RepositoryPath.ToModel(chosen.Folder), chosen.Confidence, [.. evidence]);
    }
}
