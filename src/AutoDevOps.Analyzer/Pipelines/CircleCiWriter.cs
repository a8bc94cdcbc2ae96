using AutoDevOps.Analyzer.Pipelines.Containers;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>Writes a CircleCI configuration. What CircleCI keeps in a project's settings, and not in the file, is said in comments.</summary>
public sealed class CircleCiWriter : IPipelineWriter
{
    /// <summary>Named in full, since variables in the file are not expanded.</summary>
    internal const string Root = "/tmp/project";

    private const string Reports = "/tmp/reports";

    public string Platform => "circleci";

    public BuildPlan Fit(BuildPlan plan) => ContainerPlanner.Fit(plan, "CircleCI", text => text.Contains("<<", StringComparison.Ordinal));

    public IReadOnlyList<GeneratedFile> Write(BuildPlan plan)
    {
        var lines = new LineWriter();
        var jobs = ContainerPlanner.Jobs(plan);
        WriteHead(plan, jobs, lines);
        foreach (var job in jobs)
        {
            WriteJob(job, lines);
        }

        lines.Add(0, "workflows:");
        lines.Add(1, "ci:");
        lines.Add(2, "jobs:");
        foreach (var job in jobs)
        {
            WriteUse(job, lines);
        }

        return [lines.ToFile(".circleci/config.yml")];
    }

    /// <summary>The commands of a job that are not in the plan: those that have the file's own needs.</summary>
    internal static IEnumerable<string> Before(ContainerJob job) =>
        job.SetUp.Select(step => step.Run).Concat(job.Plan.Services.Select(service => ContainerJob.WaitFor(service, "localhost")));

    internal static IEnumerable<string> After(ContainerJob job)
    {
        if (job.Plan.Reports.Count > 0)
        {
            yield return Collect(job.Plan.Reports, Reports);
        }

        if (job.TestReports.Any())
        {
            yield return Collect(job.TestReports, $"{Reports}-tests");
        }
    }

    /// <summary>Copies what globs match; the steps that store take only the name of one folder.</summary>
    private static string Collect(IEnumerable<string> reports, string folder) =>
        $"shopt -s globstar nullglob; mkdir -p {folder}; reports=({string.Join(' ', reports)}); for report in \"${{reports[@]}}\"; do if test -f \"$report\"; then cp --parents \"$report\" {folder}; fi; done";

    private static void WriteHead(BuildPlan plan, IReadOnlyList<ContainerJob> jobs, LineWriter lines)
    {
        lines.Add(0, GeneratedMark.Line);
        lines.Add(0, "# Comments name the places in the repository that a line comes from.");
        lines.Add(0, "#");
        lines.Add(0, "# Which pushes are built is said in the project's settings, not here. Under Advanced, turn on:");
        lines.Add(0, $"# - Only build pull requests: the default branch ({YamlText.Comment(plan.DefaultBranch)}) and pull requests, nothing twice;");
        lines.Add(0, "# - Auto-cancel redundant workflows: a newer push replaces the older one, except on the default branch.");
        lines.Add(0, "# CircleCI bounds a job's time by the plan you have; here a command that says nothing for the time given is ended.");
        if (jobs.Any(job => job.Plan.Filter is not null))
        {
            lines.Add(0, "# Every job runs on every push: CircleCI has path filters only for pipelines that a first pipeline sets up.");
        }

        lines.Add(0, "version: 2.1");
        lines.Add(0, "");
        lines.Add(0, "jobs:");
    }

    private static void WriteJob(ContainerJob job, LineWriter lines)
    {
        lines.Add(1, $"{job.Id}:");
        if (job.HasMatrix)
        {
            lines.Add(2, "parameters:");
            lines.Add(3, "version:");
            lines.Add(4, "type: string");
        }

        lines.Add(2, "docker:");
        lines.Cite(3, job.RuntimeBasis);
        lines.Add(3, job.HasMatrix ? $"- image: {job.Image}:<< parameters.version >>" : $"- image: {job.Images.First()}", job.RuntimeBasis);
        foreach (var service in job.Plan.Services)
        {
            lines.Cite(3, service.Basis);
            lines.Add(3, $"- image: {YamlText.Scalar(service.Image)}", service.Basis);
            WriteEnvironment(4, service.Environment, lines);
        }

        lines.Add(2, $"working_directory: {Root}");

        // All containers of a job share one network: a service is on localhost.
        WriteEnvironment(2, job.Environment(Root, _ => "localhost"), lines);
        lines.Add(2, "steps:");
        lines.Add(3, "- checkout");
        WriteSteps(job, lines);
        WriteReports(job, lines);
        lines.Add(0, "");
    }

    private static void WriteEnvironment(int depth, IReadOnlyDictionary<string, string> values, LineWriter lines)
    {
        if (values.Count == 0)
        {
            return;
        }

        lines.Add(depth, "environment:");
        foreach (var (name, value) in values)
        {
            lines.Add(depth + 1, $"{YamlText.Scalar(name)}: {YamlText.Scalar(value)}");
        }
    }

    private static void WriteSteps(ContainerJob job, LineWriter lines)
    {
        if (job.CacheKeys.Count > 0)
        {
            lines.Add(3, "- restore_cache:");
            lines.Add(5, $"keys: ['{Key(job)}']");
        }

        foreach (var step in job.SetUp)
        {
            WriteRun(job, step, lines);
        }

        foreach (var service in job.Plan.Services)
        {
            WriteRun(job, new($"Wait for {service.Name}", ContainerJob.WaitFor(service, "localhost"), ".", null, service.Basis), lines);
        }

        // What was installed is worth keeping even if a test fails later. Tools that install as they go are asked at the end.
        var lastInstall = job.Plan.Steps.ToList().FindLastIndex(step => step.Kind == Detectors.CommandKind.Install);
        var saved = lastInstall < 0 ? job.Plan.Steps.Count - 1 : lastInstall;
        for (var index = 0; index < job.Plan.Steps.Count; index++)
        {
            WriteRun(job, job.Plan.Steps[index], lines);
            if (index == saved && job.CacheKeys.Count > 0)
            {
                lines.Add(3, "- save_cache:");
                lines.Add(5, $"key: '{Key(job)}'");
                lines.Add(5, "paths:");
                foreach (var path in job.CachePaths)
                {
                    lines.Add(6, $"- {YamlText.Scalar($"{Root}/{path}")}");
                }
            }
        }
    }

    private static string Key(ContainerJob job) => $"{job.CachePrefix}-v1{string.Concat(job.CacheKeys.Select(file => $"-{{{{ checksum \"{file}\" }}}}"))}";

    private static void WriteRun(ContainerJob job, PlannedStep step, LineWriter lines)
    {
        lines.Cite(3, step.Basis);
        lines.Add(3, "- run:");
        lines.Add(5, $"name: {YamlText.Scalar(YamlText.Comment(step.Name).Replace("<<", "< <", StringComparison.Ordinal))}");
        lines.Add(5, $"command: {YamlText.Scalar(step.Run)}", step.Basis);
        if (step.WorkingDirectory != ".")
        {
            lines.Add(5, $"working_directory: {YamlText.Scalar($"{Root}/{step.WorkingDirectory}")}");
        }

        lines.Add(5, $"no_output_timeout: {job.Plan.TimeoutMinutes}m");
    }

    private static void WriteReports(ContainerJob job, LineWriter lines)
    {
        var commands = After(job).ToList();
        if (commands.Count == 0)
        {
            return;
        }

        lines.Add(3, "# Also after a failure: that is when somebody wants to read them.");
        foreach (var command in commands)
        {
            lines.Add(3, "- run:");
            lines.Add(5, $"name: {(command == commands[0] ? "Collect the reports" : "Collect the test results")}");
            lines.Add(5, "when: always");
            lines.Add(5, $"command: {YamlText.Scalar(command)}");
        }

        lines.Add(3, "- store_artifacts:");
        lines.Add(5, $"path: {Reports}");
        if (commands.Count > 1)
        {
            lines.Add(3, "- store_test_results:");
            lines.Add(5, $"path: {Reports}-tests");
        }
    }

    private static void WriteUse(ContainerJob job, LineWriter lines)
    {
        if (!job.HasMatrix)
        {
            lines.Add(3, $"- {job.Id}");
            return;
        }

        lines.Add(3, $"- {job.Id}:");
        lines.Add(5, "matrix:");
        lines.Add(6, "parameters:");
        lines.Cite(7, job.RuntimeBasis);
        lines.Add(7, $"version: [{string.Join(", ", job.Tags.Select(YamlText.FlowScalar))}]", job.RuntimeBasis);
    }
}
