using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Pipelines.Runtimes;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>The steps that give a GitHub job its runtime, package manager and cache.</summary>
internal static class SetupActions
{
    /// <summary>The steps, in the order in which they must run.</summary>
    public static IEnumerable<WorkflowStepText> For(RuntimePlan runtime) => RuntimeCatalog.Find(runtime.Name)?.GitHubSteps(runtime) ?? [];

    /// <summary>The step that brings a program no package manager brings.</summary>
    public static WorkflowStepText For(PlannedTool tool) => tool.Name switch
    {
        // Only version 2 is brought; what is configured for version 1 is not planned.
        "golangci-lint" => Uses("Set up golangci-lint", "golangci/golangci-lint-action", tool.Version is null ? [("install-only", "true")] : [("version", tool.Version), ("install-only", "true")], tool.Basis),
        "cargo-nextest" => Uses("Set up nextest", "taiki-e/install-action", [("tool", "nextest")], tool.Basis),
        "bats" => new("Install Bats", null, [], "sudo apt-get update && sudo apt-get install -y bats", tool.Basis),
        "meson" => new("Install Meson", null, [], "pipx install meson", tool.Basis),
        "shfmt" => Uses("Set up shfmt", "taiki-e/install-action", [("tool", "shfmt")], tool.Basis),
        "just" => Uses("Set up just", "taiki-e/install-action", [("tool", "just")], tool.Basis),
        "mise" => Uses("Set up mise", "jdx/mise-action", [], tool.Basis),
        "task" => Uses("Set up Task", "arduino/setup-task", [], tool.Basis),
        _ => throw new InvalidOperationException($"No set-up step brings '{tool.Name}'."),
    };

    /// <summary>The input that says which version: a file that the action reads, the matrix, or the version itself.</summary>
    public static (string Name, string Value) Version(RuntimePlan runtime, string input, string otherwise) => runtime switch
    {
        { VersionFile: { } file } => ($"{input}-file", file),
        { Versions.Count: > 1 } => (input, "${{ matrix.version }}"),
        { Versions: [var only] } => (input, only),
        _ => (input, otherwise),
    };

    /// <summary>The steps, at most one, that keep what a package manager has downloaded between runs, by the content of its lock file. None for
    /// a path that would mean something inside of an expression.</summary>
    /// <param name="tool">What the key begins with.</param>
    /// <param name="path">What is kept.</param>
    public static IEnumerable<WorkflowStepText> Cache(string name, string tool, string path, string lockFile)
    {
        if (SafeName.IsSafe(lockFile) && SafeName.IsSafe(path.TrimStart('~')))
        {
            yield return Uses(name, "actions/cache",
                [("path", path), ("key", $"{tool}-${{{{ runner.os }}}}-${{{{ hashFiles('{lockFile}') }}}}"), ("restore-keys", $"{tool}-${{{{ runner.os }}}}-")],
                Basis.File(lockFile));
        }
    }

    /// <exception cref="InvalidOperationException">The catalog knows no such input of the action.</exception>
    public static WorkflowStepText Uses(string name, string action, IReadOnlyList<(string, string)> inputs, Basis basis)
    {
        var known = ActionCatalog.Get(action);
        foreach (var (input, _) in inputs)
        {
            if (!known.Inputs.Contains(input))
            {
                throw new InvalidOperationException($"The action {action} {known.Version} has no input '{input}'.");
            }
        }

        return new(name, known.Reference, inputs, null, basis);
    }
}

/// <summary>One step of a workflow as it will be written: either <paramref name="Uses"/> or <paramref name="Run"/>.</summary>
internal sealed record WorkflowStepText(
    string Name, string? Uses, IReadOnlyList<(string Name, string Value)> With, string? Run, Basis Basis, string? WorkingDirectory = null);
