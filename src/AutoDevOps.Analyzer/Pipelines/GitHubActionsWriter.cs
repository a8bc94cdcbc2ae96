namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>Writes a GitHub Actions workflow: pinned to commits, without permissions it does not need, cancelled only on pull requests,
/// bounded in time, with one job at the end to require in branch protection.</summary>
public sealed class GitHubActionsWriter : IPipelineWriter
{
    public const string Runner = "ubuntu-24.04";

    internal const string Gate = "ci-ok";

    internal const string Changes = "changes";

    private const string UsualPath = ".github/workflows/ci.yml";

    public string Platform => "github";

    public IReadOnlyList<GeneratedFile> Write(BuildPlan plan)
    {
        var lines = new LineWriter();
        WriteHead(plan, lines);
        WriteChanges(plan, lines);
        foreach (var job in plan.Jobs)
        {
            WriteJob(plan, job, lines);
        }

        WriteGate(plan, lines);
        return [lines.ToFile(plan.FileName ?? UsualPath)];
    }

    private static void WriteHead(BuildPlan plan, LineWriter lines)
    {
        lines.Add(0, GeneratedMark.Line);
        lines.Add(0, "# Comments name the places in the repository that a line comes from.");
        lines.Add(0, "name: CI");
        lines.Add(0, "");
        lines.Add(0, "on:");
        lines.Add(1, "push:");
        lines.Add(2, $"branches: [{YamlText.FlowScalar(Pattern(plan.DefaultBranch))}]");
        lines.Add(1, "pull_request:");
        lines.Add(0, "");
        lines.Add(0, "# Each job asks for what it needs.");
        lines.Add(0, "permissions: {}");
        lines.Add(0, "");
        lines.Add(0, "# A newer push to a pull request replaces the run of the older one; every commit of the default branch is tested.");
        lines.Add(0, "concurrency:");
        lines.Add(1, "group: ${{ github.workflow }}-${{ github.event_name == 'pull_request' && github.ref || github.sha }}");
        lines.Add(1, "cancel-in-progress: ${{ github.event_name == 'pull_request' }}");
        lines.Add(0, "");
        lines.Add(0, "jobs:");
    }

    /// <summary>A branch by its name, where GitHub expects a pattern.</summary>
    private static string Pattern(string branch) =>
        string.Concat(branch.Select(character => character is '!' or '+' or '*' or '?' or '[' or ']' or '\\' ? $"\\{character}" : character.ToString()));

    private static void WriteJob(BuildPlan plan, PlannedJob job, LineWriter lines)
    {
        lines.Add(1, $"{job.Id}:");
        lines.Add(2, $"name: {JobName(job)}");
        if (job.Filter is { } filter)
        {
            lines.Add(2, $"needs: {Changes}");
            lines.Add(2, $"if: ${{{{ !cancelled() && (github.event_name != 'pull_request' || needs.{Changes}.outputs.{filter.Id} == 'true') }}}}");
        }

        lines.Add(2, $"runs-on: {YamlText.Scalar(plan.Runner)}");
        lines.Add(2, $"timeout-minutes: {job.TimeoutMinutes}");
        lines.Add(2, "permissions:");
        lines.Add(3, "contents: read");
        WriteMatrix(job, lines);
        WriteServices(job, lines);
        if (job.Environment.Count > 0)
        {
            lines.Add(2, "env:");
            foreach (var (name, value) in job.Environment)
            {
                lines.Add(3, $"{YamlText.Scalar(name)}: {YamlText.Scalar(value)}");
            }
        }

        lines.Add(2, "steps:");
        WriteStep(new("Check out", ActionCatalog.Get("actions/checkout").Reference, [("persist-credentials", "false")], null, Basis.None), lines);
        foreach (var step in job.Runtime is null ? [] : SetupActions.For(job.Runtime))
        {
            WriteStep(step, lines);
        }

        foreach (var tool in job.Tools)
        {
            WriteStep(SetupActions.For(tool), lines);
        }

        foreach (var step in job.Steps)
        {
            WriteStep(new(step.Name, null, [], step.Run, step.Basis, step.WorkingDirectory == "." ? null : step.WorkingDirectory), lines);
        }

        WriteReports(job, lines);
        lines.Add(0, "");
    }

    private static void WriteReports(PlannedJob job, LineWriter lines)
    {
        if (job.Reports.Count == 0)
        {
            return;
        }

        // A version is part of the name unless it has a character that the name of an artifact may not have.
        var row = job.Runtime!.Versions.All(version => version.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-')) ? "matrix.version" : "strategy.job-index";
        lines.Add(3, "# Also after a failure: that is when somebody wants to read them.");
        lines.Add(3, "- name: Keep the reports");
        lines.Add(4, "if: ${{ !cancelled() }}");
        lines.Add(4, $"uses: {ActionCatalog.Get("actions/upload-artifact").Reference}");
        lines.Add(4, "with:");
        lines.Add(5, $"name: reports-{job.Id}{(HasMatrix(job) ? $"-${{{{ {row} }}}}" : "")}");
        lines.AddBlock(5, "path", job.Reports);
        lines.Add(5, "if-no-files-found: ignore");
        lines.Add(5, "retention-days: '7'");
    }

    /// <summary>The job that says which parts of a monorepo a pull request touches.</summary>
    private static void WriteChanges(BuildPlan plan, LineWriter lines)
    {
        var filters = Filters(plan);
        if (filters.Count == 0)
        {
            return;
        }

        lines.Add(1, "# Parts that stand alone are tested in a pull request only if it touches them; on the default branch always.");
        lines.Add(1, $"{Changes}:");
        lines.Add(2, "name: What a pull request touches");
        lines.Add(2, $"runs-on: {YamlText.Scalar(plan.Runner)}");
        lines.Add(2, "timeout-minutes: 5");
        lines.Add(2, "permissions:");
        lines.Add(3, "pull-requests: read # which files a pull request changes");
        lines.Add(2, "outputs:");
        foreach (var filter in filters)
        {
            lines.Add(3, $"{filter.Id}: ${{{{ steps.filter.outputs.{filter.Id} }}}}");
        }

        lines.Add(2, "steps:");
        lines.Add(3, "- name: Compare with the base");
        lines.Add(4, "id: filter");
        lines.Add(4, "if: ${{ github.event_name == 'pull_request' }}");
        lines.Add(4, $"uses: {ActionCatalog.Get("dorny/paths-filter").Reference}");
        lines.Add(4, "with:");
        lines.Add(5, "filters: |");
        foreach (var filter in filters)
        {
            lines.Add(6, $"{filter.Id}:");
            foreach (var path in filter.Paths.Append(plan.FileName ?? UsualPath))
            {
                lines.Add(7, $"- {YamlText.Scalar(path)}");
            }
        }

        lines.Add(0, "");
    }

    private static List<PathFilter> Filters(BuildPlan plan) => [.. plan.Jobs.Select(job => job.Filter).OfType<PathFilter>().DistinctBy(filter => filter.Id)];

    private static string JobName(PlannedJob job)
    {
        var title = YamlText.Comment(job.Title).Replace("${{", "$ {{", StringComparison.Ordinal);
        return YamlText.Scalar(HasMatrix(job) ? $"{title} ({job.Runtime!.Name} ${{{{ matrix.version }}}})" : title);
    }

    private static bool HasMatrix(PlannedJob job) => job.Runtime is { VersionFile: null, Versions.Count: > 1 };

    private static void WriteMatrix(PlannedJob job, LineWriter lines)
    {
        if (!HasMatrix(job))
        {
            return;
        }

        lines.Add(2, "strategy:");
        lines.Add(3, "fail-fast: false");
        lines.Add(3, "matrix:");
        lines.Cite(4, job.Runtime!.Basis);
        // Quoted, or 3.10 would be the number 3.1.
        lines.Add(4, $"version: [{string.Join(", ", job.Runtime.Versions.Select(YamlText.FlowScalar))}]", job.Runtime.Basis);
    }

    private static void WriteServices(PlannedJob job, LineWriter lines)
    {
        if (job.Services.Count == 0)
        {
            return;
        }

        lines.Add(2, "services:");
        foreach (var service in job.Services)
        {
            lines.Cite(3, service.Basis);
            lines.Add(3, $"{service.Name}:");
            lines.Add(4, $"image: {YamlText.Scalar(service.Image)}", service.Basis);
            if (service.Environment.Count > 0)
            {
                lines.Add(4, "env:");
                foreach (var (name, value) in service.Environment)
                {
                    lines.Add(5, $"{name}: {YamlText.Scalar(value)}");
                }
            }

            lines.Add(4, "ports:");
            lines.Add(5, $"- {service.Port}:{service.Port}");
            lines.Add(4, "options: >-");
            lines.Add(5, $"--health-cmd \"{service.HealthCommand}\"");
            lines.Add(5, "--health-interval 5s");
            lines.Add(5, "--health-timeout 5s");
            lines.Add(5, "--health-retries 20");
        }
    }

    private static void WriteStep(WorkflowStepText step, LineWriter lines)
    {
        lines.Cite(3, step.Basis);
        lines.Add(3, $"- name: {YamlText.Scalar(YamlText.Comment(step.Name).Replace("${{", "$ {{", StringComparison.Ordinal))}");
        if (step.Uses is not null)
        {
            lines.Add(4, $"uses: {step.Uses}", step.Basis);
        }

        if (step.With.Count > 0)
        {
            lines.Add(4, "with:");
            foreach (var (name, value) in step.With)
            {
                lines.Add(5, $"{name}: {(value is "true" or "false" ? value : YamlText.Scalar(value))}", step.Basis);
            }
        }

        if (step.WorkingDirectory is not null)
        {
            lines.Add(4, $"working-directory: {YamlText.Scalar(step.WorkingDirectory)}");
        }

        if (step.Run is not null)
        {
            lines.Add(4, $"run: {YamlText.Scalar(step.Run)}", step.Basis);
        }
    }

    private static void WriteGate(BuildPlan plan, LineWriter lines)
    {
        var filtered = Filters(plan).Count > 0;
        lines.Add(1, filtered
            ? "# The one check to require in branch protection: it fails when any job above failed or was cancelled, not when it was left out."
            : "# The one check to require in branch protection: it fails when any job above failed, was cancelled or did not run.");
        lines.Add(1, $"{Gate}:");
        lines.Add(2, "name: CI passed");
        lines.Add(2, "if: always()");
        lines.Add(2, $"needs: [{string.Join(", ", plan.Jobs.Select(job => job.Id).Prepend(Changes).Skip(filtered ? 0 : 1))}]");
        lines.Add(2, $"runs-on: {YamlText.Scalar(plan.Runner)}");
        lines.Add(2, "timeout-minutes: 5");
        lines.Add(2, "permissions: {}");
        lines.Add(2, "steps:");
        lines.Add(3, "- name: Every job passed");
        lines.Add(4, "env:");
        lines.Add(5, "RESULTS: ${{ join(needs.*.result, ' ') }}");
        lines.Add(4, "run: |");
        lines.Add(5, "echo \"Results: $RESULTS\"");
        lines.Add(5, filtered
            ? "for result in $RESULTS; do test \"$result\" = success || test \"$result\" = skipped; done"
            : "for result in $RESULTS; do test \"$result\" = success; done");
    }
}
