using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>The containers that jobs run in, and those of their services.</summary>
internal static class ContainerImages
{
    /// <param name="Container">The image's name, or a mapping that has it.</param>
    public sealed record Used(WorkflowJob Job, DataNode Container, string Subject);

    public static IEnumerable<Used> Containers(Workflow workflow)
    {
        foreach (var job in workflow.Jobs)
        {
            if (job.Node["container"] is { } container)
            {
                yield return new(job, container, $"the container of job '{job.Id}'");
            }

            foreach (var (name, service) in Workflow.Pairs(job.Node["services"]))
            {
                yield return new(job, service, $"service '{name.Text}'");
            }
        }
    }

    /// <summary>The name of the image, when it is no expression.</summary>
    public static DataNode? Image(DataNode container) =>
        (container.Kind == NodeKind.Mapping ? container["image"] : container) is { Text.Length: > 0 } image && !image.Text.Contains("${{", StringComparison.Ordinal) ? image : null;
}
