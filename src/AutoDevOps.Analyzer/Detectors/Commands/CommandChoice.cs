namespace AutoDevOps.Analyzer.Detectors.Commands;

/// <summary>Chooses among candidates by the precedence existing CI, task runner, tool configuration, convention.</summary>
internal static class CommandChoice
{
    private const int MaxPerKind = 4;

    /// <summary>What existing CI does not run, although it runs other things, is not known to pass.</summary>
    private const double NotInCi = 0.55;

    /// <summary>Of each kind, the commands of the strongest source, in the order of <see cref="CommandKind"/>. Existing CI and tool
    /// configuration may give several of a kind (two linters); a task runner is taken to cover its kind with one. Installing is no choice:
    /// each family is another thing to install.</summary>
    public static IReadOnlyList<Command> Choose(DetectionContext context, IEnumerable<CommandCandidate> candidates)
    {
        var all = candidates.ToList();
        var ciSpeaks = CiCommands.Steps(context).Any(entry => entry.Step.Run is not null);
        return
        [
            .. all.GroupBy(candidate => candidate.Kind).OrderBy(group => group.Key)
                .SelectMany(kind => kind.Key == CommandKind.Install ? Installations([.. kind]) : Strongest(kind.Key, [.. kind]))
                .Select(chosen => ToCommand(chosen, all, ciSpeaks)),
        ];
    }

    private static IEnumerable<CommandCandidate> Installations(List<CommandCandidate> candidates) =>
        candidates.GroupBy(candidate => candidate.Family).Select(family => family.MinBy(candidate => candidate.Source)!).Take(MaxPerKind);

    private static IEnumerable<CommandCandidate> Strongest(CommandKind kind, List<CommandCandidate> candidates)
    {
        var source = candidates.Min(candidate => candidate.Source);
        var several = source is CommandSource.ExistingCi or CommandSource.ToolConfiguration && kind is not (CommandKind.Build or CommandKind.Package);
        return candidates.Where(candidate => candidate.Source == source).DistinctBy(candidate => candidate.Family).Take(several ? MaxPerKind : 1);
    }

    /// <summary>The same command learnt from a weaker source too is a confirmation.</summary>
    private static Command ToCommand(CommandCandidate chosen, List<CommandCandidate> all, bool ciSpeaks)
    {
        var evidence = all.Where(other => other.Kind == chosen.Kind && other.Run == chosen.Run && other.Folder == chosen.Folder)
            .SelectMany(other => other.Evidence)
            .Prepend(chosen.Evidence[0])
            .DistinctBy(place => (place.Path, place.Line));
        var unproven = ciSpeaks && chosen.Source > CommandSource.TaskRunner && chosen.Kind is (CommandKind.Lint or CommandKind.Format or CommandKind.Typecheck);
        var confidence = unproven ? Math.Min(chosen.Confidence, NotInCi) : chosen.Confidence;
        return new(chosen.Kind, chosen.Run, RepositoryPath.ToModel(chosen.Folder), confidence, [.. evidence]) { Needs = chosen.Needs, OnlyFor = chosen.OnlyFor };
    }
}
