using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Node;

/// <summary>Installs the browsers that tests drive: Playwright's package brings none by itself.</summary>
internal sealed class NodeBrowsers(NodePackage root, NodePackage package, NodeRunner runner)
{
    private const string Family = "browsers";

    private static readonly string[] Packages = ["@playwright/test", "playwright", "playwright-chromium", "playwright-firefox", "playwright-webkit"];

    /// <summary>Takes over how CI installs them.</summary>
    public ResolvedCommand? Resolve(ShellCommand command) =>
        Dependency() is { } place && Installs(command.Words) ? new(CommandKind.Install, Family, [place]) { OnlyFor = CommandKind.Test } : null;

    /// <summary>Without a word of CI, where a script runs Playwright's own test runner.</summary>
    public IEnumerable<CommandCandidate> Candidates(NodeScripts scripts) =>
        package.Dependency("@playwright/test") is { } place && scripts.RunInTests("playwright test")
            ? [new(CommandKind.Install, Family, runner.Tool("playwright install --with-deps"), package.Folder, CommandSource.ToolConfiguration, 0.85, [place]) { OnlyFor = CommandKind.Test }]
            : [];

    private static bool Installs(string[] words)
    {
        var at = Array.IndexOf(words, "playwright");
        return at >= 0 && at + 1 < words.Length && words[at + 1] == "install"
            && words.Take(at).All(word => word is "npx" or "npm" or "pnpm" or "yarn" or "bun" or "bunx" or "exec" or "run" or "x" or "--" or "--no-install" or "-w");
    }

    private Evidence? Dependency() => Packages.Select(name => package.Dependency(name) ?? root.Dependency(name)).FirstOrDefault(place => place is not null);
}
