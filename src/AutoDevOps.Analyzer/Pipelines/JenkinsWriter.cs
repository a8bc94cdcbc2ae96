using AutoDevOps.Analyzer.Pipelines.Containers;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>Writes a declarative Jenkinsfile for a multibranch project whose agents have Docker.</summary>
/// <remarks>Steps run as root in their container, as elsewhere, and give what they wrote to whom the workspace belongs; Git is told that
/// this is meant. Jenkins itself keeps no caches, and what has changed since the last build says nothing about a new pull request: there
/// are neither caches nor path filters.</remarks>
public sealed class JenkinsWriter : IPipelineWriter
{
    internal const string Axis = "RUNTIME_VERSION";

    /// <summary>Also the only commands of the file that are not a job's.</summary>
    internal const string GiveBack = "chown -R \"$(stat -c %u:%g .)\" .";

    public string Platform => "jenkins";

    // Groovy's strings without interpolation say everything.
    public BuildPlan Fit(BuildPlan plan) => ContainerPlanner.Fit(plan, "Jenkins", text => text.Any(char.IsControl));

    public IReadOnlyList<GeneratedFile> Write(BuildPlan plan)
    {
        var lines = new LineWriter("//");
        var jobs = ContainerPlanner.Jobs(plan);
        WriteHead(plan, lines);

        // A matrix may not stand inside of parallel stages, which it is itself.
        var single = jobs.Where(job => !job.HasMatrix).ToList();
        if (single.Count == 1)
        {
            WriteStage(4, single[0], lines);
        }
        else if (single.Count > 1)
        {
            lines.Add(4, "stage('in parallel') {");
            lines.Add(5, "parallel {");
            single.ForEach(job => WriteStage(6, job, lines));
            lines.Add(5, "}");
            lines.Add(4, "}");
        }

        foreach (var job in jobs.Where(job => job.HasMatrix))
        {
            WriteMatrix(job, lines);
        }

        lines.Add(3, "}");
        lines.Add(2, "}");
        lines.Add(1, "}");
        lines.Add(0, "}");
        return [lines.ToFile("Jenkinsfile")];
    }

    /// <summary>The commands of a job in their order, as the shell gets them.</summary>
    internal static IEnumerable<ReadCommand> Commands(ContainerJob job) =>
        job.Plan.Services.Select(service => new ReadCommand(Ready(service)))
            .Concat(job.SetUp.Concat(job.Plan.Steps).Select(step => new ReadCommand(Shell(step.Run), step.WorkingDirectory)))
            .Append(new(GiveBack));

    /// <summary>How a service's readiness is asked for, on the machine.</summary>
    internal static string Ready(PlannedService service) => $"until docker exec \"${Variable(service)}\" {service.HealthCommand}; do sleep 2; done";

    private static string Variable(PlannedService service) => service.Name.ToUpperInvariant();

    /// <summary>Jenkins takes the system's plain shell. What that might read differently is for bash.</summary>
    private static string Shell(string run) => ShellText.IsPlain(run) ? run : $"#!/bin/bash -e\n{run}";

    private static void WriteHead(BuildPlan plan, LineWriter lines)
    {
        lines.Add(0, GeneratedMark.SlashedLine);
        lines.Add(0, "// Comments name the places in the repository that a line comes from.");
        lines.Add(0, "// For a multibranch project; needs agents with Docker, and the plugins Docker Pipeline, JUnit and Pipeline.");
        lines.Add(0, "pipeline {");
        if (plan.Jobs.Any(job => job.Filter is not null))
        {
            lines.Add(1, "// Every stage runs on every push: what has changed since the last build says nothing about a new pull request.");
        }

        lines.Add(1, "agent none");
        lines.Add(1, "options {");
        lines.Add(2, "// A newer push to a pull request replaces the build of the older one; no build of the default branch is stopped.");
        lines.Add(2, "disableConcurrentBuilds(abortPrevious: env.CHANGE_ID != null)");
        lines.Add(2, $"timeout(time: {plan.Jobs.Sum(job => job.TimeoutMinutes * Math.Max(1, job.Runtime?.Versions.Count ?? 1)) + 30}, unit: 'MINUTES')");
        lines.Add(1, "}");
        lines.Add(1, "environment {");
        lines.Add(2, "// The workspace belongs to the agent's user, and commands run as root: Git shall read it all the same.");
        lines.Add(2, "GIT_CONFIG_COUNT = '1'");
        lines.Add(2, "GIT_CONFIG_KEY_0 = 'safe.directory'");
        lines.Add(2, "GIT_CONFIG_VALUE_0 = '*'");
        lines.Add(1, "}");
        lines.Add(1, "stages {");
        lines.Add(2, "stage('CI') {");
        lines.Add(3, "when {");
        lines.Add(4, "anyOf {");
        lines.Add(5, $"branch comparator: 'EQUALS', pattern: {GroovyText.Quote(plan.DefaultBranch)}");
        lines.Add(5, "changeRequest()");
        lines.Add(4, "}");
        lines.Add(3, "}");
        lines.Add(3, "stages {");
    }

    private static void WriteStage(int depth, ContainerJob job, LineWriter lines)
    {
        lines.Add(depth, $"stage({GroovyText.Quote(job.Id)}) {{");
        WriteAgent(depth + 1, job, $"image {GroovyText.Quote(job.Images.First())}", lines);
        WriteBody(depth + 1, job, GroovyText.Quote(job.Images.First()), lines);
        lines.Add(depth, "}");
    }

    private static void WriteMatrix(ContainerJob job, LineWriter lines)
    {
        lines.Add(4, $"stage({GroovyText.Quote(job.Id)}) {{");
        lines.Add(5, "matrix {");
        lines.Add(6, "axes {");
        lines.Add(7, "axis {");
        lines.Add(8, $"name '{Axis}'");
        lines.Cite(8, job.RuntimeBasis);
        lines.Add(8, $"values {string.Join(", ", job.Tags.Select(GroovyText.Quote))}", job.RuntimeBasis);
        lines.Add(7, "}");
        lines.Add(6, "}");
        var image = $"\"{job.Image}:${{{Axis}}}\"";
        WriteAgent(6, job, $"image {image}", lines);
        lines.Add(6, "stages {");
        lines.Add(7, $"stage({GroovyText.Quote($"{job.Id} of one version")}) {{");
        WriteBody(8, job, image, lines);
        lines.Add(7, "}");
        lines.Add(6, "}");
        lines.Add(5, "}");
        lines.Add(4, "}");
    }

    private static void WriteAgent(int depth, ContainerJob job, string image, LineWriter lines)
    {
        if (job.Plan.Services.Count > 0)
        {
            lines.Add(depth, "agent any");
            return;
        }

        lines.Add(depth, "agent {");
        lines.Add(depth + 1, "docker {");
        if (!job.HasMatrix)
        {
            lines.Cite(depth + 2, job.RuntimeBasis);
        }

        lines.Add(depth + 2, image, job.RuntimeBasis);
        lines.Add(depth + 2, job.StartsItsTool ? "args '--user root --entrypoint='" : "args '--user root'");
        lines.Add(depth + 1, "}");
        lines.Add(depth, "}");
    }

    private static void WriteBody(int depth, ContainerJob job, string image, LineWriter lines)
    {
        lines.Add(depth, $"options {{ timeout(time: {job.Plan.TimeoutMinutes}, unit: 'MINUTES') }}");
        WriteEnvironment(depth, job, lines);
        lines.Add(depth, "steps {");
        if (job.Plan.Services.Count == 0)
        {
            WriteSteps(depth + 1, job, lines);
        }
        else
        {
            JenkinsServices.Write(depth + 1, job, image, lines, WriteSteps);
        }

        lines.Add(depth, "}");
        WritePost(depth, job, lines);
    }

    private static void WriteEnvironment(int depth, ContainerJob job, LineWriter lines)
    {
        if (job.Plan.Environment.Count == 0)
        {
            return;
        }

        lines.Add(depth, "environment {");
        foreach (var (name, value) in job.ServiceEnvironment(_ => "localhost"))
        {
            lines.Add(depth + 1, $"{name} = {GroovyText.Quote(value)}");
        }

        lines.Add(depth, "}");
    }

    private static void WriteSteps(int depth, ContainerJob job, LineWriter lines)
    {
        foreach (var step in job.SetUp.Concat(job.Plan.Steps))
        {
            lines.Cite(depth, step.Basis);
            var command = $"sh {GroovyText.Quote(Shell(step.Run))}";
            lines.Add(depth, step.WorkingDirectory == "." ? command : $"dir({GroovyText.Quote(step.WorkingDirectory)}) {{ {command} }}", step.Basis);
        }
    }

    private static void WritePost(int depth, ContainerJob job, LineWriter lines)
    {
        // With services the workspace is given back before theirs end; an empty block is an error.
        if (job.Plan.Services.Count > 0 && job.Plan.Reports.Count == 0)
        {
            return;
        }

        lines.Add(depth, "post {");
        lines.Add(depth + 1, "always {");
        if (job.Plan.Services.Count == 0)
        {
            lines.Add(depth + 2, "// What root wrote, the agent's user can clean up.");
            lines.Add(depth + 2, $"sh {GroovyText.Quote(GiveBack)}");
        }

        if (job.TestReports.Any())
        {
            lines.Add(depth + 2, $"junit allowEmptyResults: true, testResults: {GroovyText.Quote(string.Join(", ", job.TestReports))}");
        }

        if (job.Plan.Reports.Count > 0)
        {
            lines.Add(depth + 2, $"archiveArtifacts allowEmptyArchive: true, artifacts: {GroovyText.Quote(string.Join(", ", job.Plan.Reports))}");
        }

        lines.Add(depth + 1, "}");
        lines.Add(depth, "}");
    }
}
