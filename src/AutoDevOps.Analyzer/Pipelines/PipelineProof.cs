using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>The checks that a generated pipeline passes before anyone sees it.</summary>
internal static class PipelineProof
{
    public static IReadOnlyList<PipelineCheck> Check(
        RepositorySnapshot snapshot,
        BuildPlan plan,
        IPipelineWriter writer,
        IReadOnlyList<GeneratedFile> files,
        Func<RepositorySnapshot, IReadOnlyList<GeneratedFile>> generateAgain)
    {
        var committed = Commit(snapshot, files);
        return
        [
            Parses(files, plan),
            ReplacesNothing(snapshot, files),
            Resolves(snapshot, plan),
            ShellIsComplete(plan),
            PassesOurRules(committed, files),
            IsStable(files, generateAgain(committed), writer),
        ];
    }

    private static RepositorySnapshot Commit(RepositorySnapshot snapshot, IReadOnlyList<GeneratedFile> files) =>
        new(snapshot.Entries.Where(entry => files.All(file => file.Path != entry.Path)).Concat(files.Select(file => SnapshotFile.FromText(file.Path, file.Text))));

    private static PipelineCheck Parses(IReadOnlyList<GeneratedFile> files, BuildPlan plan)
    {
        foreach (var file in files)
        {
            var document = SnapshotFile.FromText(file.Path, file.Text).Yaml();
            if (document.Diagnostics is [var problem, ..])
            {
                return new("parses", Passed: false, $"{problem.Path}:{problem.Line}: {problem.Message}");
            }

            if (document.Root?["jobs"] is { } jobs && plan.Jobs.FirstOrDefault(job => !HasCommands(jobs[job.Id], job)) is { } changed)
            {
                return new("parses", Passed: false, $"Read back, the commands of job '{changed.Id}' are not the ones that were meant.");
            }
        }

        return new("parses", Passed: true, "The text is YAML, and read back every command is the one that was meant.");
    }

    private static bool HasCommands(DataNode? written, PlannedJob job)
    {
        var runs = written?["steps"]?.Items.Select(step => step["run"]?.Text).OfType<string>().ToList() ?? [];
        return runs.TakeLast(job.Steps.Count).SequenceEqual(job.Steps.Select(step => step.Run));
    }

    private static PipelineCheck ReplacesNothing(RepositorySnapshot snapshot, IReadOnlyList<GeneratedFile> files)
    {
        var taken = files.FirstOrDefault(file => snapshot.Find(file.Path) is { } existing && !GeneratedMark.IsOn(existing));
        return new("replaces nothing", taken is null, taken is null ? "No file that somebody wrote is overwritten." : $"{taken.Path} exists and was not generated. Move it away, or merge by hand what `generate --stdout` prints.");
    }

    private static PipelineCheck Resolves(RepositorySnapshot snapshot, BuildPlan plan)
    {
        var entries = snapshot.Entries.Select(entry => entry.Path).ToHashSet(StringComparer.Ordinal);
        var steps = plan.Jobs.SelectMany(job => job.Steps).ToList();
        var unfounded = steps.Find(step => step.Kind is not null && (step.Evidence.Count == 0 || !step.Evidence.All(evidence => entries.Contains(evidence.Path))));
        return new("every command is in the repository", unfounded is null, unfounded is null ? $"{steps.Count} commands, each with the place that defines it." : $"'{unfounded.Run}' rests on nothing that is in the repository.");
    }

    private static PipelineCheck ShellIsComplete(BuildPlan plan)
    {
        var broken = plan.Jobs.SelectMany(job => job.Steps).FirstOrDefault(step => !IsComplete(step.Run));
        return new("shell", broken is null, broken is null ? "Every quote and bracket that a command opens it also closes." : $"'{broken.Run}' opens a quote or bracket that it does not close.");
    }

    private static PipelineCheck PassesOurRules(RepositorySnapshot committed, IReadOnlyList<GeneratedFile> files)
    {
        foreach (var file in files.Select(file => committed.Find(file.Path)!))
        {
            foreach (var rule in RuleCatalog.All.OfType<IFileRule>().Where(rule => rule.Reads(file)))
            {
                if (rule.Check(file).FirstOrDefault() is { } finding)
                {
                    return new("our own rules", Passed: false, $"{finding.Rule.Id} {finding.Rule.Name} at {finding.Location}: {finding.Message}");
                }
            }
        }

        return new("our own rules", Passed: true, "Every rule for such files, the strict ones too, finds nothing: pinned, least privilege, bounded in time, no injection.");
    }

    private static PipelineCheck IsStable(IReadOnlyList<GeneratedFile> files, IReadOnlyList<GeneratedFile> again, IPipelineWriter writer)
    {
        var same = files.Count == again.Count && files.Zip(again).All(pair => pair.First.Path == pair.Second.Path && pair.First.Text == pair.Second.Text);
        return new("stable", same, same ? "Committed and generated again, it is the same to the byte." : $"Generated again after it is committed, the {writer.Platform} file would differ.");
    }

    /// <summary>Whether a line of shell ends outside of every quote, substitution and group.</summary>
    private static bool IsComplete(string run)
    {
        var open = new Stack<char>();
        for (var index = 0; index < run.Length; index++)
        {
            var character = run[index];
            var quote = open.TryPeek(out var top) ? top : '\0';
            if (quote == '\'')
            {
                if (character == '\'')
                {
                    open.Pop();
                }
            }
            else if (character == '\\')
            {
                if (++index == run.Length)
                {
                    return false;
                }
            }
            else if (character == quote && quote is '"' or '`')
            {
                open.Pop();
            }
            else if (character is '"' or '`' || (character == '\'' && quote != '"'))
            {
                open.Push(character);
            }
            else if (character == '(' && (quote != '"' || (index > 0 && run[index - 1] == '$')))
            {
                open.Push('(');
            }
            else if (character == ')' && quote == '(')
            {
                open.Pop();
            }
        }

        return open.Count == 0;
    }
}
