using AutoDevOps.Analyzer.Pipelines.Containers;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>Writes a GitLab pipeline: for the default branch and merge requests only, replaced by a newer one only on merge requests, with
/// caches keyed by the lock file, and reports that GitLab shows in the merge request.</summary>
public sealed class GitLabWriter : IPipelineWriter
{
    internal const string Root = "$CI_PROJECT_DIR";

    /// <summary>Runs where the path filters would leave a merge request without any job, and so without a pipeline that could pass.</summary>
    internal const string Gate = "ci-ok";

    private const string FilePath = ".gitlab-ci.yml";

    /// <summary>GitLab takes no more files for one key.</summary>
    private const int MaxCacheKeys = 2;

    public string Platform => "gitlab";

    // Interpolation of inputs; variables in scripts are left to the shell.
    public BuildPlan Fit(BuildPlan plan) => ContainerPlanner.Fit(plan, "GitLab", text => text.Contains("$[[", StringComparison.Ordinal) || IsNotIsolable(text));

    public IReadOnlyList<GeneratedFile> Write(BuildPlan plan)
    {
        var lines = new LineWriter();
        WriteHead(plan, lines);
        var jobs = ContainerPlanner.Jobs(plan);
        foreach (var job in jobs)
        {
            WriteJob(job, lines);
        }

        if (HasGate(jobs))
        {
            lines.Add(0, "");
            lines.Add(0, "# A merge request that touches none of the parts still has a pipeline, which passes.");
            lines.Add(0, $"{Gate}:");
            lines.Add(1, "image: busybox:1.37");
            lines.Add(1, "timeout: 5 minutes");
            lines.Add(1, "script:");
            lines.Add(2, "- echo 'Nothing else was left to do'");
        }

        return [lines.ToFile(FilePath)];
    }

    /// <summary>All lines go to one shell, so that what a command changes of it is changed for the next one too: such a command gets a shell
    /// of its own, in brackets.</summary>
    internal static IReadOnlyList<string> Script(ContainerJob job)
    {
        var lines = new List<string>();
        var folder = ".";
        foreach (var step in job.Plan.Steps)
        {
            if (step.WorkingDirectory != folder)
            {
                folder = step.WorkingDirectory;
                lines.Add(folder == "." ? $"cd \"{Root}\"" : $"cd \"{Root}\"/{ShellText.Quote(folder)}");
            }

            lines.Add(Line(step));
        }

        return lines;
    }

    internal static IReadOnlyList<string> Before(ContainerJob job) =>
        [.. job.SetUp.Select(step => step.Run), .. job.Plan.Services.Select(service => ContainerJob.WaitFor(service, service.Name))];

    internal static bool HasGate(IReadOnlyList<ContainerJob> jobs) => jobs.All(job => Paths(job) is not null);

    private static string Line(PlannedStep step) => ShellText.ChangesTheShell(step.Run) ? $"({step.Run})" : step.Run;

    /// <summary>A comment would swallow the bracket that ends its shell.</summary>
    private static bool IsNotIsolable(string run) => ShellText.ChangesTheShell(run) && (run.Contains('#') || run.EndsWith('\\'));

    private static void WriteHead(BuildPlan plan, LineWriter lines)
    {
        lines.Add(0, GeneratedMark.Line);
        lines.Add(0, "# Comments name the places in the repository that a line comes from.");
        lines.Add(0, "workflow:");
        lines.Add(1, "# A newer push to a merge request replaces the pipeline of the older one; every commit of the default branch is tested.");
        lines.Add(1, "auto_cancel:");
        lines.Add(2, "on_new_commit: interruptible");
        lines.Add(1, "rules:");
        lines.Add(2, "- if: $CI_PIPELINE_SOURCE == \"merge_request_event\"");
        lines.Add(2, $"- if: {YamlText.Scalar($"$CI_COMMIT_BRANCH == {Literal(plan.DefaultBranch)}")}");
        lines.Add(3, "auto_cancel:");
        lines.Add(4, "on_new_commit: none");
        lines.Add(0, "");
        lines.Add(0, "default:");
        lines.Add(1, "interruptible: true");
    }

    /// <summary>Rules know no escapes: a name with both kinds of quotes is said by what GitLab itself takes for the default branch.</summary>
    private static string Literal(string branch) => (branch.Contains('"'), branch.Contains('\'')) switch
    {
        (true, true) => "$CI_DEFAULT_BRANCH",
        (true, false) => $"'{branch}'",
        _ => $"\"{branch}\"",
    };

    private static void WriteJob(ContainerJob job, LineWriter lines)
    {
        lines.Add(0, "");
        lines.Add(0, $"{job.Id}:");
        WriteImage(job, lines);
        lines.Add(1, $"timeout: {job.Plan.TimeoutMinutes} minutes");
        WriteRules(job, lines);
        WriteServices(job, lines);
        WriteVariables(job, lines);
        WriteCache(job, lines);
        WriteScripts(job, lines);
        WriteReports(job, lines);
    }

    private static void WriteImage(ContainerJob job, string image, Basis basis, LineWriter lines)
    {
        if (!job.StartsItsTool)
        {
            lines.Add(1, $"image: {image}", basis);
            return;
        }

        lines.Add(1, "image:");
        lines.Add(2, $"name: {image}", basis);
        lines.Add(2, "entrypoint: ['']");
    }

    private static void WriteImage(ContainerJob job, LineWriter lines)
    {
        lines.Cite(1, job.RuntimeBasis);
        if (!job.HasMatrix)
        {
            WriteImage(job, job.Images.First(), job.RuntimeBasis, lines);
            return;
        }

        WriteImage(job, $"{job.Image}:$RUNTIME_VERSION", Basis.None, lines);
        lines.Add(1, "parallel:");
        lines.Add(2, "matrix:");
        lines.Add(3, $"- RUNTIME_VERSION: [{string.Join(", ", job.Tags.Select(YamlText.FlowScalar))}]", job.RuntimeBasis);
    }

    private static void WriteRules(ContainerJob job, LineWriter lines)
    {
        if (Paths(job) is not { } paths)
        {
            return;
        }

        lines.Add(1, "# This part stands alone: in a merge request it is tested only if that touches it.");
        lines.Add(1, "rules:");
        lines.Add(2, "- if: $CI_PIPELINE_SOURCE != \"merge_request_event\"");
        lines.Add(2, "- changes:");
        foreach (var path in paths.Append(FilePath))
        {
            lines.Add(4, $"- {YamlText.Scalar(path)}");
        }
    }

    /// <summary>The globs of a part; null when the job always runs, as it does where GitLab would read a folder's name as something else.</summary>
    private static IReadOnlyList<string>? Paths(ContainerJob job) =>
        job.Plan.Filter is { } filter && filter.Paths.All(path => Detectors.Commands.SafeName.IsSafeFolder(path.Replace("*", "", StringComparison.Ordinal))) ? filter.Paths : null;

    private static void WriteServices(ContainerJob job, LineWriter lines)
    {
        if (job.Plan.Services.Count == 0)
        {
            return;
        }

        lines.Add(1, "services:");
        foreach (var service in job.Plan.Services)
        {
            lines.Cite(2, service.Basis);
            lines.Add(2, $"- name: {YamlText.Scalar(service.Image)}", service.Basis);
            lines.Add(3, $"alias: {service.Name}");
            WriteMapping(3, "variables", service.Environment, lines);
        }
    }

    private static void WriteVariables(ContainerJob job, LineWriter lines)
    {
        var variables = job.Environment(Root, service => service.Name);
        WriteMapping(1, "variables", variables, lines);
    }

    private static void WriteMapping(int depth, string key, IReadOnlyDictionary<string, string> values, LineWriter lines)
    {
        if (values.Count == 0)
        {
            return;
        }

        lines.Add(depth, $"{key}:");
        foreach (var (name, value) in values)
        {
            lines.Add(depth + 1, $"{YamlText.Scalar(name)}: {YamlText.Scalar(value)}");
        }
    }

    private static void WriteCache(ContainerJob job, LineWriter lines)
    {
        if (job.CacheKeys.Count == 0)
        {
            return;
        }

        lines.Add(1, "cache:");
        lines.Add(2, "key:");
        lines.Add(3, $"prefix: {job.CachePrefix}");
        lines.Add(3, $"files: [{string.Join(", ", job.CacheKeys.Take(MaxCacheKeys).Select(YamlText.FlowScalar))}]");
        lines.Add(2, $"paths: [{string.Join(", ", job.CachePaths.Select(YamlText.FlowScalar))}]");
    }

    private static void WriteScripts(ContainerJob job, LineWriter lines)
    {
        if (job.SetUp.Count + job.Plan.Services.Count > 0)
        {
            lines.Add(1, "before_script:");
            foreach (var step in job.SetUp)
            {
                lines.Cite(2, step.Basis);
                lines.Add(2, $"- {YamlText.Scalar(step.Run)}", step.Basis);
            }

            foreach (var service in job.Plan.Services)
            {
                lines.Add(2, $"- {YamlText.Scalar(ContainerJob.WaitFor(service, service.Name))}", service.Basis);
            }
        }

        lines.Add(1, "script:");
        var steps = new Queue<PlannedStep>(job.Plan.Steps);
        foreach (var line in Script(job))
        {
            if (steps.TryPeek(out var step) && line == Line(step))
            {
                lines.Cite(2, step.Basis);
                lines.Add(2, $"- {YamlText.Scalar(line)}", steps.Dequeue().Basis);
            }
            else
            {
                lines.Add(2, $"- {YamlText.Scalar(line)}");
            }
        }
    }

    private static void WriteReports(ContainerJob job, LineWriter lines)
    {
        if (job.Plan.Reports.Count == 0)
        {
            return;
        }

        lines.Add(1, "artifacts:");
        lines.Add(2, "# Also after a failure: that is when somebody wants to read them.");
        lines.Add(2, "when: always");
        lines.Add(2, "expire_in: 7 days");
        WriteList(2, "paths", job.Plan.Reports, lines);
        var tests = job.TestReports.ToList();
        var coverage = job.Plan.Reports.FirstOrDefault(report => ReportKinds.Of(report) == ReportKind.Cobertura);
        if (tests.Count > 0 || coverage is not null)
        {
            lines.Add(2, "reports:");
            WriteList(3, "junit", tests, lines);
            if (coverage is not null)
            {
                lines.Add(3, "coverage_report:");
                lines.Add(4, "coverage_format: cobertura");
                lines.Add(4, $"path: {YamlText.Scalar(coverage)}");
            }
        }
    }

    private static void WriteList(int depth, string key, IReadOnlyList<string> items, LineWriter lines)
    {
        if (items.Count > 0)
        {
            lines.Add(depth, $"{key}:");
            foreach (var item in items)
            {
                lines.Add(depth + 1, $"- {YamlText.Scalar(item)}");
            }
        }
    }
}
