using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Pipelines.Containers;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>Writes an Azure pipeline whose jobs run in containers on a hosted machine.</summary>
/// <remarks>The agent runs steps in a container as a user of its own, who may not install programs: what sets the image up is run as root
/// from the machine, which may speak to Docker.</remarks>
public sealed partial class AzurePipelinesWriter : IPipelineWriter
{
    internal const string Root = "$(Build.SourcesDirectory)";

    private const string Image = "runtimeImage";

    private const string Staging = "$(Build.ArtifactStagingDirectory)/reports";

    public string Platform => "azure";

    /// <summary>For people.</summary>
    internal const string Vendor = "Azure Pipelines";

    public BuildPlan Fit(BuildPlan plan) => ContainerPlanner.Fit(plan, Vendor, text => Macro().IsMatch(text) || text.Contains("##vso[", StringComparison.OrdinalIgnoreCase) || text.Contains("${{", StringComparison.Ordinal));

    public IReadOnlyList<GeneratedFile> Write(BuildPlan plan)
    {
        var lines = new LineWriter();
        var jobs = ContainerPlanner.Jobs(plan);
        WriteHead(plan, lines);
        WriteServices(jobs, lines);
        lines.Add(0, "jobs:");
        foreach (var job in jobs)
        {
            WriteJob(job, lines);
        }

        return [lines.ToFile("azure-pipelines.yml")];
    }

    /// <summary>A job's identifier: letters, digits and underscores.</summary>
    internal static string Id(ContainerJob job) => job.Id.Replace('-', '_');

    /// <summary>The commands before those of the plan.</summary>
    internal static IEnumerable<string> Before(ContainerJob job)
    {
        foreach (var step in job.SetUp)
        {
            yield return AsRoot(step.Run);
        }

        if (job.Plan.Component.Ecosystem == Detectors.Ecosystems.Python)
        {
            yield return UserPrograms;
        }
    }

    /// <summary>Where pip puts programs for a user who may not write to the system's folders.</summary>
    private const string UserPrograms = "echo \"##vso[task.prependpath]$HOME/.local/bin\"";

    private static string AsRoot(string run) => $"docker exec --user root \"$(Agent.ContainerId)\" sh -c {ShellText.Quote(run)}";

    private static void WriteHead(BuildPlan plan, LineWriter lines)
    {
        lines.Add(0, GeneratedMark.Line);
        lines.Add(0, "# Comments name the places in the repository that a line comes from.");
        lines.Add(0, "trigger:");
        lines.Add(1, "branches:");
        lines.Add(2, $"include: [{YamlText.FlowScalar(plan.DefaultBranch.Replace("${{", "${{ '${{' }}", StringComparison.Ordinal))}]");
        lines.Add(0, "");
        lines.Add(0, "# A newer push to a pull request replaces the run of the older one; every commit of the default branch is tested.");
        lines.Add(0, "# With Azure Repos a branch policy (build validation) starts the run of a pull request instead.");
        lines.Add(0, "pr:");
        lines.Add(1, "autoCancel: true");
        lines.Add(1, "branches:");
        lines.Add(2, "include: ['*']");
        lines.Add(0, "");
        lines.Add(0, "pool:");
        lines.Add(1, $"vmImage: {GitHubActionsWriter.Runner}");
        lines.Add(0, "");
        if (plan.Jobs.Any(job => job.Filter is not null))
        {
            lines.Add(0, "# Every job runs on every push: path filters exist for the whole pipeline only.");
        }
    }

    private static void WriteServices(IReadOnlyList<ContainerJob> jobs, LineWriter lines)
    {
        var services = Services(jobs);
        if (services.Count == 0)
        {
            return;
        }

        lines.Add(0, "resources:");
        lines.Add(1, "containers:");
        foreach (var (name, service) in services)
        {
            lines.Cite(2, service.Basis);
            lines.Add(2, $"- container: {name}");
            lines.Add(3, $"image: {YamlText.Scalar(service.Image)}", service.Basis);
            if (service.Environment.Count > 0)
            {
                lines.Add(3, "env:");
                foreach (var (variable, value) in service.Environment)
                {
                    lines.Add(4, $"{variable}: {YamlText.Scalar(value)}");
                }
            }

            lines.Add(3, "# The agent waits until the service is healthy.");
            lines.Add(3, "options: >-");
            lines.Add(4, $"--health-cmd \"{service.HealthCommand}\"");
            lines.Add(4, "--health-interval 5s");
            lines.Add(4, "--health-timeout 5s");
            lines.Add(4, "--health-retries 20");
        }

        lines.Add(0, "");
    }

    /// <summary>The services of all jobs, each image once.</summary>
    internal static IReadOnlyList<(string Name, PlannedService Service)> Services(IReadOnlyList<ContainerJob> jobs) =>
        [.. jobs.SelectMany(job => job.Plan.Services).DistinctBy(service => service.Image).Select(service => (ServiceId(service), service))];

    internal static string ServiceId(PlannedService service) =>
        $"{service.Name}_{string.Concat(service.Image[(service.Image.LastIndexOf(':') + 1)..].Select(character => char.IsAsciiLetterOrDigit(character) ? character : '_'))}";

    private static void WriteJob(ContainerJob job, LineWriter lines)
    {
        lines.Add(1, $"- job: {Id(job)}");
        lines.Add(2, $"displayName: {YamlText.Scalar(Shown(job.Title))}");
        lines.Add(2, $"timeoutInMinutes: {job.Plan.TimeoutMinutes}");
        lines.Cite(2, job.RuntimeBasis);
        if (job.HasMatrix)
        {
            lines.Add(2, "strategy:");
            lines.Add(3, "matrix:");
            foreach (var (tag, image) in job.Tags.Zip(job.Images))
            {
                lines.Add(4, $"{Row(tag)}:", job.RuntimeBasis);
                lines.Add(5, $"{Image}: {image}");
            }

            lines.Add(2, $"container: $[ variables['{Image}'] ]");
        }
        else
        {
            lines.Add(2, $"container: {job.Images.First()}", job.RuntimeBasis);
        }

        if (job.Plan.Services.Count > 0)
        {
            lines.Add(2, "services:");
            foreach (var service in job.Plan.Services)
            {
                lines.Add(3, $"{service.Name}: {ServiceId(service)}");
            }
        }

        var variables = job.Environment(Root, service => service.Name);
        if (variables.Count > 0)
        {
            lines.Add(2, "variables:");
            foreach (var (name, value) in variables)
            {
                lines.Add(3, $"{YamlText.Scalar(name)}: {YamlText.Scalar(value)}");
            }
        }

        WriteSteps(job, lines);
        lines.Add(0, "");
    }

    /// <summary>The name of a row in a matrix.</summary>
    internal static string Row(string tag) => $"version_{string.Concat(tag.Select(character => char.IsAsciiLetterOrDigit(character) ? character : '_'))}";

    private static void WriteSteps(ContainerJob job, LineWriter lines)
    {
        lines.Add(2, "steps:");
        lines.Add(3, "- checkout: self");
        lines.Add(4, "persistCredentials: false");
        WriteCache(job, lines);
        foreach (var step in job.SetUp)
        {
            WriteScript(step with { Run = AsRoot(step.Run) }, lines);
            lines.Add(4, "target: host");
        }

        if (Before(job).Contains(UserPrograms))
        {
            WriteScript(new("Find the programs that pip installs", UserPrograms, ".", null, Basis.None), lines);
        }

        foreach (var step in job.Plan.Steps)
        {
            WriteScript(step, lines);
        }

        WriteReports(job, lines);
    }

    private static void WriteCache(ContainerJob job, LineWriter lines)
    {
        if (job.CacheKeys.Count == 0)
        {
            return;
        }

        foreach (var path in job.CachePaths)
        {
            lines.Add(3, "- task: Cache@2");
            lines.Add(4, "displayName: Keep what is downloaded");
            lines.Add(4, "inputs:");
            lines.Add(5, $"key: '\"{job.CachePrefix}\" | \"$(Agent.OS)\" | \"{path}\" | {string.Join(" | ", job.CacheKeys)}'");
            lines.Add(5, $"path: {YamlText.Scalar($"{Root}/{path}")}");
        }
    }

    private static void WriteScript(PlannedStep step, LineWriter lines)
    {
        lines.Cite(3, step.Basis);
        lines.Add(3, $"- script: {YamlText.Scalar(step.Run)}", step.Basis);
        lines.Add(4, $"displayName: {YamlText.Scalar(Shown(YamlText.Comment(step.Name)))}");
        if (step.WorkingDirectory != ".")
        {
            lines.Add(4, $"workingDirectory: {YamlText.Scalar(step.WorkingDirectory)}");
        }
    }

    private static void WriteReports(ContainerJob job, LineWriter lines)
    {
        if (job.Plan.Reports.Count == 0)
        {
            return;
        }

        lines.Add(3, "# Also after a failure: that is when somebody wants to read them.");
        WriteTestResults("JUnit", ReportKind.JUnit, job, lines);
        WriteTestResults("VSTest", ReportKind.VsTest, job, lines);
        if (job.Plan.Reports.FirstOrDefault(report => ReportKinds.Of(report) == ReportKind.Cobertura) is { } coverage)
        {
            lines.Add(3, "- task: PublishCodeCoverageResults@2");
            lines.Add(4, "displayName: Show the coverage");
            lines.Add(4, "condition: succeededOrFailed()");
            lines.Add(4, "inputs:");
            lines.Add(5, $"summaryFileLocation: {YamlText.Scalar($"{Root}/{coverage}")}");
            lines.Add(5, "failIfCoverageEmpty: false");
        }

        lines.Add(3, "- task: CopyFiles@2");
        lines.Add(4, "displayName: Collect the reports");
        lines.Add(4, "condition: succeededOrFailed()");
        lines.Add(4, "inputs:");
        lines.AddBlock(5, "Contents", job.Plan.Reports);
        lines.Add(5, $"TargetFolder: {Staging}");
        lines.Add(3, "- task: PublishPipelineArtifact@1");
        lines.Add(4, "displayName: Keep the reports");
        lines.Add(4, "condition: succeededOrFailed()");
        lines.Add(4, "inputs:");
        lines.Add(5, "targetPath: $(Build.ArtifactStagingDirectory)");

        // The rows of a matrix and a second attempt must not have the same name.
        lines.Add(5, $"artifact: reports-{job.Id}-$(System.JobPositionInPhase)-$(System.JobAttempt)");
    }

    private static void WriteTestResults(string format, ReportKind kind, ContainerJob job, LineWriter lines)
    {
        var reports = job.Plan.Reports.Where(report => ReportKinds.Of(report) == kind).ToList();
        if (reports.Count == 0)
        {
            return;
        }

        lines.Add(3, "- task: PublishTestResults@2");
        lines.Add(4, "displayName: Show the test results");
        lines.Add(4, "condition: succeededOrFailed()");
        lines.Add(4, "inputs:");
        lines.Add(5, $"testResultsFormat: {format}");
        lines.AddBlock(5, "testResultsFiles", reports);
        lines.Add(5, $"testRunTitle: {YamlText.Scalar(job.Id)}");
    }

    /// <summary>Text for people, in which nothing is replaced.</summary>
    private static string Shown(string text) =>
        text.Replace("${{", "$ {{", StringComparison.Ordinal).Replace("$(", "$ (", StringComparison.Ordinal).Replace("$[", "$ [", StringComparison.Ordinal);

    /// <summary>What the agent looks up among the variables before a shell runs: it is left alone only if there is no such variable.</summary>
    [GeneratedRegex(@"\$\([A-Za-z0-9_.\- ]{1,200}\)|^\$\[", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Macro();
}
