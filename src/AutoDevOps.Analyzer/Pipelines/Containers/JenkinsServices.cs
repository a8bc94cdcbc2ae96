namespace AutoDevOps.Analyzer.Pipelines.Containers;

/// <summary>Services beside the container of a Jenkins stage. All share the network of the first one, so that no port of the machine is taken
/// and several builds can run there at once; commands reach every service on <c>localhost</c>.</summary>
internal static class JenkinsServices
{
    /// <param name="image">As Groovy.</param>
    /// <param name="steps">Writes the commands.</param>
    public static void Write(int depth, ContainerJob job, string image, LineWriter lines, Action<int, ContainerJob, LineWriter> steps)
    {
        lines.Add(depth, "script {");
        var inner = depth + 1;
        var network = "";
        foreach (var service in job.Plan.Services)
        {
            lines.Cite(inner, service.Basis);
            lines.Add(inner, $"docker.image({GroovyText.Quote(service.Image)}).withRun({Arguments(service, network)}) {{ {service.Name} ->", service.Basis);
            network = network.Length == 0 ? service.Name : network;
            inner++;
        }

        foreach (var service in job.Plan.Services)
        {
            lines.Add(inner, $"withEnv([\"{service.Name.ToUpperInvariant()}=${{{service.Name}.id}}\"]) {{");
            lines.Add(inner + 1, $"timeout(time: 2, unit: 'MINUTES') {{ sh {GroovyText.Quote(JenkinsWriter.Ready(service))} }}");
            lines.Add(inner, "}");
        }

        lines.Cite(inner, job.RuntimeBasis);
        lines.Add(inner, $"docker.image({image}).inside(\"--user root --network container:${{{network}.id}}\") {{", job.RuntimeBasis);
        lines.Add(inner + 1, "try {");
        steps(inner + 2, job, lines);
        lines.Add(inner + 1, "} finally {");
        lines.Add(inner + 2, "// What root wrote, the agent's user can clean up.");
        lines.Add(inner + 2, $"sh {GroovyText.Quote(JenkinsWriter.GiveBack)}");
        lines.Add(inner + 1, "}");
        for (; inner > depth; inner--)
        {
            lines.Add(inner, "}");
        }

        lines.Add(depth, "}");
    }

    private static string Arguments(PlannedService service, string network)
    {
        var environment = string.Join(' ', service.Environment.Select(variable => $"--env {variable.Key}={variable.Value}"));
        return network.Length == 0
            ? GroovyText.Quote(environment)
            : $"\"--network container:${{{network}.id}}{(environment.Length > 0 ? " " + environment : "")}\"";
    }
}
