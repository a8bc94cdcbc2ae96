using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Pipelines.Containers;
using AutoDevOps.Analyzer.Policies;
using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>The checks that a generated pipeline passes before anyone sees it.</summary>
internal static class PipelineProof
{
    public const string ReplacesNothingName = "replaces nothing";

    public static IReadOnlyList<PipelineCheck> Check(
        RepositorySnapshot snapshot,
        BuildPlan plan,
        IPipelineWriter writer,
        IReadOnlyList<GeneratedFile> files,
        Func<RepositorySnapshot, RepositoryModel, IReadOnlyList<GeneratedFile>> generateAgain)
    {
        var committed = Commit(snapshot, files);
        var model = RepositoryModelBuilder.Build(committed).Model;
        var replaces = ReplacesNothing(snapshot, files, writer.Platform);
        List<PipelineCheck> checks =
        [
            Parses(files, plan, writer),
            writer.Platform is "github" or "dependabot" ? KnowsItsActions(files) : NamesItsImages(Jobs(files, writer)),
            replaces,
            Resolves(snapshot, plan),
            ShellIsComplete(plan, Jobs(files, writer)),
            PassesOurRules(committed, model, files),
            PolicyProof.Check(snapshot, model, plan, writer.Platform, files),
        ];

        // Somebody's own file is evidence too, which is gone once it is replaced.
        if (replaces.Passed)
        {
            checks.Add(IsStable(files, generateAgain(committed, model), writer));
        }

        return checks;
    }

    private static RepositorySnapshot Commit(RepositorySnapshot snapshot, IReadOnlyList<GeneratedFile> files) =>
        snapshot.With([.. files.Select(file => SnapshotFile.FromText(file.Path, file.Text))]);

    /// <summary>The jobs that stand in files of vendors that run each in a container.</summary>
    private static List<ReadJob> Jobs(IReadOnlyList<GeneratedFile> files, IPipelineWriter writer) =>
        [.. files.Where(file => !IsYaml(file) || Yaml(file) is { Diagnostics.Count: 0, Root: not null }).SelectMany(file => ReadBack.Read(writer.Platform, file)?.Jobs ?? [])];

    private static bool IsYaml(GeneratedFile file) => file.Path.EndsWith(".yml", StringComparison.Ordinal);

    private static Parsing.DataDocument Yaml(GeneratedFile file) => SnapshotFile.FromText(file.Path, file.Text).Yaml();

    private static PipelineCheck Parses(IReadOnlyList<GeneratedFile> files, BuildPlan plan, IPipelineWriter writer)
    {
        foreach (var file in files)
        {
            var written = SnapshotFile.FromText(file.Path, file.Text);
            if (IsYaml(file) && Yaml(file).Diagnostics is [var problem, ..])
            {
                return new("parses", Passed: false, $"{problem.Path}:{problem.Line}: {problem.Message}");
            }

            if ((Workflow.Read(written) is { } workflow ? WorkflowReadBack.Difference(workflow, plan) : ReadBack.Difference(writer.Platform, file, plan)) is { } difference)
            {
                return new("parses", Passed: false, $"Read back, {difference}.");
            }
        }

        return new("parses", Passed: true, writer.Platform == "jenkins" ? "Read back, every job, command, image and variable is the one that was meant, and no other word of Groovy is there." : "The text is YAML, and read back every job, step and command is the one that was meant.");
    }

    private static PipelineCheck KnowsItsActions(IReadOnlyList<GeneratedFile> files)
    {
        var steps = files.Select(file => Workflow.Read(SnapshotFile.FromText(file.Path, file.Text))).OfType<Workflow>().SelectMany(workflow => workflow.Steps).Where(step => step.Action is not null).ToList();
        foreach (var step in steps)
        {
            var known = ActionCatalog.Find($"{step.Action!.Name}{(step.Action.Path.Length > 0 ? "/" + step.Action.Path : "")}");
            if (known is null || known.Commit != step.Action.Ref)
            {
                return new("actions", Passed: false, $"'{step.Uses!.Text}' is not in the catalog with this commit.");
            }

            if (Workflow.Pairs(step.Node["with"]).Select(input => input.Key.Text!).FirstOrDefault(input => !known.Inputs.Contains(input)) is { } unknown)
            {
                return new("actions", Passed: false, $"{known.Name} {known.Version} has no input '{unknown}'.");
            }
        }

        return new("actions", Passed: true, $"{steps.Count} uses of actions, each pinned to its commit in the catalog of {ActionCatalog.Date:yyyy-MM-dd} and given only inputs it has.");
    }

    private static PipelineCheck NamesItsImages(List<ReadJob> jobs)
    {
        var images = jobs.SelectMany(job => job.Images.Concat(job.Services)).Distinct(StringComparer.Ordinal).ToList();
        var untagged = images.Find(image => image.LastIndexOf(':') is var colon && (colon <= image.LastIndexOf('/') || image.EndsWith(":latest", StringComparison.Ordinal) || colon == image.Length - 1));
        return new("images", untagged is null && images.Count > 0, untagged is null ? $"{images.Count} images, each with the tag of a version." : $"'{untagged}' has no tag that says a version.");
    }

    private static PipelineCheck ReplacesNothing(RepositorySnapshot snapshot, IReadOnlyList<GeneratedFile> files, string platform)
    {
        var taken = files.FirstOrDefault(file => snapshot.Find(file.Path) is { } existing && !GeneratedMark.IsOn(existing));
        return new(ReplacesNothingName, taken is null, taken is null ? "No file that somebody wrote is overwritten." : $"{taken.Path} exists and was not generated. Move it away, or merge by hand what `autodevops generate --stdout --platform {platform}` prints.");
    }

    private static PipelineCheck Resolves(RepositorySnapshot snapshot, BuildPlan plan)
    {
        var entries = snapshot.Entries.Select(entry => entry.Path).ToHashSet(StringComparer.Ordinal);
        var steps = plan.Jobs.SelectMany(job => job.Steps).ToList();
        var unfounded = steps.Find(step => step.Kind is not null && (step.Basis.Evidence.Count == 0 || !step.Basis.Evidence.All(evidence => entries.Contains(evidence.Path) && IsQuoted(snapshot, evidence))));
        return new("every command is in the repository", unfounded is null, unfounded is null ? $"{steps.Count} commands, each with the place that defines it." : $"'{unfounded.Run}' rests on nothing that is in the repository.");
    }

    /// <summary>Whether the line that evidence quotes stands where it says.</summary>
    private static bool IsQuoted(RepositorySnapshot snapshot, Evidence evidence) =>
        evidence is { Line: 0 } or { Excerpt: null }
        || snapshot.Find(evidence.Path)?.Lines().Skip(evidence.Line - 1).Select(line => line.Text).FirstOrDefault()?.Contains(evidence.Excerpt, StringComparison.Ordinal) == true;

    private static PipelineCheck ShellIsComplete(BuildPlan plan, List<ReadJob> jobs)
    {
        var commands = plan.Jobs.SelectMany(job => job.Steps).Select(step => step.Run).Concat(jobs.SelectMany(job => job.Commands).Select(command => command.Run));
        var broken = commands.FirstOrDefault(run => !IsComplete(run) || Parsing.ShellWords.Split(run).Count == 0);
        return new("shell", broken is null, broken is null ? "Every quote and bracket that a command opens it also closes." : $"'{broken}' opens a quote or bracket that it does not close.");
    }

    /// <summary>Also the rules about a repository, as far as they complain of a file that was generated.</summary>
    private static PipelineCheck PassesOurRules(RepositorySnapshot committed, RepositoryModel model, IReadOnlyList<GeneratedFile> files)
    {
        var paths = files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var findings = RuleCatalog.All.SelectMany(rule => rule switch
        {
            IFileRule fileRule => paths.Select(path => committed.Find(path)!).Where(fileRule.Reads).SelectMany(fileRule.Check),
            IRepositoryRule repositoryRule when repositoryRule.HasSubject(committed, model) => repositoryRule.Check(committed, model).Where(finding => paths.Contains(finding.Location.Path)),
            _ => [],
        });
        if (findings.FirstOrDefault() is { } finding)
        {
            return new("our own rules", Passed: false, $"{finding.Rule.Id} {finding.Rule.Name} at {finding.Location}: {finding.Message}");
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
