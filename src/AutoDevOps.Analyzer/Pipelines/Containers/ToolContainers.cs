using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Containers;

/// <summary>How the programs of <see cref="ToolPlanner"/> get into a container: by the package manager that the container has, from the
/// package that the program's makers name in their instructions.</summary>
internal static class ToolContainers
{
    /// <summary>The line of shell, or null when there is no such way.</summary>
    public static string? Install(PlannedTool tool, string ecosystem) => (tool.Name, ecosystem) switch
    {
        // The tool may need a newer Go than the module does; the images forbid to fetch one unless told otherwise.
        ("golangci-lint", Ecosystems.Go) => $"GOTOOLCHAIN=auto go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@{tool.Version ?? "latest"}",
        ("just", Ecosystems.Node) => "npm install --global rust-just",
        ("just", Ecosystems.Python) => "pip install rust-just",
        ("task", Ecosystems.Go) => "GOTOOLCHAIN=auto go install github.com/go-task/task/v3/cmd/task@latest",
        ("task", Ecosystems.Node) => "npm install --global @go-task/cli",
        ("task", Ecosystems.Python) => "pip install go-task-bin",
        ("mise", Ecosystems.Node) => "npm install --global @jdxcode/mise",
        _ => null,
    };
}
