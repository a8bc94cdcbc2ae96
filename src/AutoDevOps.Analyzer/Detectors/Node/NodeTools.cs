using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Node;

/// <summary>Commands that follow from a tool which is both a dependency and configured, where no script says how to run it.</summary>
internal sealed class NodeTools(FileIndex files, NodePackage package, NodeRunner runner, NodeScripts scripts, NodeMonorepo monorepo)
{
    public IEnumerable<CommandCandidate> Candidates(IReadOnlyList<SnapshotFile> tests) =>
    [
        .. Monorepo(),
        .. Test(tests),
        .. Tool(CommandKind.Lint, "eslint", "eslint .", name => name.StartsWith("eslint.config.", StringComparison.Ordinal) || name.StartsWith(".eslintrc", StringComparison.Ordinal)),
        .. Tool(CommandKind.Lint, "@biomejs/biome", "biome ci .", name => name is "biome.json" or "biome.jsonc"),
        .. Tool(CommandKind.Format, "prettier", "prettier --check .", name => name.StartsWith(".prettierrc", StringComparison.Ordinal) || name.StartsWith("prettier.config.", StringComparison.Ordinal)),
        .. Typecheck(),
    ];

    private IEnumerable<CommandCandidate> Monorepo()
    {
        var turbo = files.In(package.Folder).FirstOrDefault(file => file.Name is "turbo.json" or "turbo.jsonc");
        var tasks = turbo?.Json().Root is { } root ? root["tasks"] ?? root["pipeline"] : null;
        var nx = files.In(package.Folder).FirstOrDefault(file => file.Name == "nx.json");
        foreach (var (kind, name) in new[] { (CommandKind.Build, "build"), (CommandKind.Test, "test"), (CommandKind.Lint, "lint"), (CommandKind.Typecheck, "typecheck") })
        {
            if (scripts.Mentions(kind) || (monorepo.HasMembers && !monorepo.HasScript(name)))
            {
                continue;
            }

            if (tasks?.Key(name) is { } task && package.Dependency("turbo") is { } turboPlace)
            {
                yield return Candidate(kind, "turbo", $"turbo run {name}", 0.85, Cite.At(turbo!, task.Line), turboPlace);
            }
            else if (nx?.Json().Root?["targetDefaults"]?.Key(name) is { } target && package.Dependency("nx") is { } nxPlace)
            {
                yield return Candidate(kind, "nx", $"nx run-many -t {name}", 0.85, Cite.At(nx, target.Line), nxPlace);
            }
        }
    }

    private IEnumerable<CommandCandidate> Test(IReadOnlyList<SnapshotFile> tests)
    {
        if (tests.Count == 0 || scripts.Mentions(CommandKind.Test))
        {
            yield break;
        }

        foreach (var (tool, command) in new[] { ("vitest", "vitest run"), ("jest", "jest") })
        {
            if (package.Dependency(tool) is { } place)
            {
                yield return Candidate(CommandKind.Test, tool, command, 0.75, place, Cite.File(tests[0]));
            }
        }
    }

    private IEnumerable<CommandCandidate> Tool(CommandKind kind, string dependency, string command, Predicate<string> isConfiguration)
    {
        var configuration = files.In(package.Folder).FirstOrDefault(file => isConfiguration(file.Name));
        if (configuration is not null && !scripts.Mentions(kind) && package.Dependency(dependency) is { } place)
        {
            // That the configuration is there does not say that every file was ever brought into its form.
            yield return Candidate(kind, dependency, command, kind == CommandKind.Format ? 0.55 : 0.75, place, Cite.File(configuration));
        }
    }

    private IEnumerable<CommandCandidate> Typecheck()
    {
        var configuration = files.In(package.Folder).FirstOrDefault(file => file.Name == "tsconfig.json");
        if (configuration?.Json().Root is { } root && root["references"] is null && !scripts.Mentions(CommandKind.Typecheck)
            && package.Dependency("typescript") is { } place)
        {
            yield return Candidate(CommandKind.Typecheck, "typescript", "tsc --noEmit", 0.65, place, Cite.File(configuration));
        }
    }

    private CommandCandidate Candidate(CommandKind kind, string family, string command, double confidence, params Evidence[] evidence) =>
        new(kind, family, runner.Tool(command), package.Folder, CommandSource.ToolConfiguration, confidence, evidence);
}
