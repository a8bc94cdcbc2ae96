using AutoDevOps.Analyzer.Detectors.Elixir;
using AutoDevOps.Analyzer.Detectors.Go;
using AutoDevOps.Analyzer.Parsing;
using static AutoDevOps.Analyzer.Detectors.Manifests.Expected;

namespace AutoDevOps.Analyzer.Detectors.Manifests;

/// <summary>The files that detectors read, by their names.</summary>
internal static class ManifestCatalog
{
    private static readonly Manifest Project = new(ManifestFormat.Xml) { Root = "Project" };

    private static readonly Manifest Program = new(ManifestFormat.Program);

    private static readonly Manifest Make = new(ManifestFormat.Program) { Check = TaskRunners.Makefile.Problems };

    private static readonly Manifest Compose = new(ManifestFormat.Yaml, Mapping("", "services: …"), Mapping("services", "services: {db: {image: postgres:18}}"), Mapping("services.*", "db: {image: postgres:18}"));

    private static readonly Manifest Taskfile = new(ManifestFormat.Yaml, Mapping("", "tasks: …"), Mapping("tasks", "tasks: {test: go test ./...}"));

    private static readonly Manifest Mise = new(ManifestFormat.Toml, Mapping("tools", "[tools]"), Mapping("tasks", "[tasks]"));

    private static readonly Manifest Turbo = new(ManifestFormat.Json, Mapping("", "{\"tasks\": {}}"), Mapping("tasks", "{\"build\": {}}"), Mapping("pipeline", "{\"build\": {}}"));

    private static readonly Manifest Deno = new(ManifestFormat.Json, Mapping("", "{\"tasks\": {}}"), Mapping("tasks", "{\"test\": \"deno test\"}"), Mapping("imports", "{\"@std/assert\": \"jsr:@std/assert@1\"}"));

    private static readonly Dictionary<string, Manifest> ByName = new(StringComparer.Ordinal)
    {
        ["package.json"] = new(ManifestFormat.Json,
            Mapping("", "{\"name\": \"shop\"}"), Mapping("scripts", "{\"test\": \"vitest run\"}"), Text("scripts.*", "\"vitest run\""),
            Mapping("dependencies", "{\"vue\": \"^3.5.0\"}") with { MayBeEmptyList = true }, Mapping("devDependencies", "{\"vitest\": \"^4.0.0\"}") with { MayBeEmptyList = true },
            new(["workspaces"], [NodeKind.Sequence, NodeKind.Mapping], "[\"packages/*\"]")),
        ["composer.json"] = new(ManifestFormat.Json,
            Mapping("", "{\"name\": \"acme/shop\"}"), Mapping("require", "{\"php\": \">=8.3\"}") with { MayBeEmptyList = true },
            Mapping("require-dev", "{\"phpunit/phpunit\": \"^12\"}") with { MayBeEmptyList = true }, Mapping("scripts", "{\"test\": \"phpunit\"}") with { MayBeEmptyList = true }),
        ["deno.json"] = Deno,
        ["deno.jsonc"] = Deno,
        ["turbo.json"] = Turbo,
        ["turbo.jsonc"] = Turbo,
        ["nx.json"] = new(ManifestFormat.Json, Mapping("", "{\"targetDefaults\": {}}")),
        ["lerna.json"] = new(ManifestFormat.Json, Mapping("", "{\"packages\": [\"packages/*\"]}"), List("packages", "[\"packages/*\"]")),
        ["global.json"] = new(ManifestFormat.Json, Mapping("", "{\"sdk\": {\"version\": \"10.0.100\"}}"), Mapping("sdk", "{\"version\": \"10.0.100\"}"), Text("sdk.version", "\"10.0.100\"")),
        ["CMakePresets.json"] = new(ManifestFormat.Json, Mapping("", "{\"version\": 6}"), List("configurePresets", "[{\"name\": \"ci\"}]")),
        ["pnpm-workspace.yaml"] = new(ManifestFormat.Yaml, Mapping("", "packages: [packages/*]"), List("packages", "packages: [packages/*]")),
        ["pubspec.yaml"] = new(ManifestFormat.Yaml,
            Mapping("", "name: shop"), Mapping("environment", "environment: {sdk: ^3.10.0}"), Mapping("dependencies", "dependencies: {http: ^1.0.0}"), Mapping("dev_dependencies", "dev_dependencies: {test: any}")),
        ["stack.yaml"] = new(ManifestFormat.Yaml, Mapping("", "snapshot: lts-24.0")),
        ["package.yaml"] = new(ManifestFormat.Yaml),
        ["Taskfile.yml"] = Taskfile,
        ["taskfile.yml"] = Taskfile,
        ["Taskfile.yaml"] = Taskfile,
        ["taskfile.yaml"] = Taskfile,
        ["compose.yaml"] = Compose,
        ["compose.yml"] = Compose,
        ["docker-compose.yaml"] = Compose,
        ["docker-compose.yml"] = Compose,
        ["pyproject.toml"] = new(ManifestFormat.Toml,
            Mapping("project", "[project]"), List("project.dependencies", "dependencies = [\"httpx\"]"), Mapping("project.optional-dependencies", "[project.optional-dependencies]"),
            Mapping("dependency-groups", "[dependency-groups]"), Mapping("build-system", "[build-system]"), Mapping("tool", "[tool.uv]")),
        ["Pipfile"] = new(ManifestFormat.Toml, Mapping("packages", "[packages]"), Mapping("dev-packages", "[dev-packages]")),
        ["Cargo.toml"] = new(ManifestFormat.Toml,
            Mapping("package", "[package]"), Mapping("workspace", "[workspace]"), List("workspace.members", "members = [\"crates/*\"]"),
            Mapping("dependencies", "[dependencies]"), Mapping("dev-dependencies", "[dev-dependencies]")),
        ["rust-toolchain.toml"] = new(ManifestFormat.Toml, Mapping("toolchain", "[toolchain]")),
        ["libs.versions.toml"] = new(ManifestFormat.Toml, Mapping("versions", "[versions]"), Mapping("libraries", "[libraries]"), Mapping("plugins", "[plugins]")),
        ["mise.toml"] = Mise,
        [".mise.toml"] = Mise,
        ["pom.xml"] = new(ManifestFormat.Xml) { Root = "project" },
        ["go.mod"] = Program with { Check = GoModuleProblems.Find },
        ["mix.exs"] = Program with { Check = MixProject.Problems },
        ["GNUmakefile"] = Make,
        ["makefile"] = Make,
        ["Makefile"] = Make,
        ["Gemfile"] = Program,
        ["requirements.txt"] = Program,
        ["setup.cfg"] = Program,
        ["setup.py"] = Program,
        ["tox.ini"] = Program,
        ["CMakeLists.txt"] = Program,
        ["build.gradle"] = Program,
        ["build.gradle.kts"] = Program,
        ["build.sbt"] = Program,
        ["Package.swift"] = Program,
        ["build.zig"] = Program,
        ["Dockerfile"] = Program,
        ["justfile"] = Program,
        ["Jenkinsfile"] = Program,
        ["Directory.Build.props"] = Project,
        ["Directory.Build.targets"] = Project,
        ["Directory.Packages.props"] = Project,
    };

    private static readonly Dictionary<string, Manifest> ByExtension = new(StringComparer.Ordinal)
    {
        [".csproj"] = Project,
        [".fsproj"] = Project,
        [".vbproj"] = Project,
        [".slnx"] = new(ManifestFormat.Xml) { Root = "Solution" },
        [".cabal"] = Program,
    };

    /// <summary>Of the CI files those whose shape no rule looks at.</summary>
    private static readonly Dictionary<string, Manifest> ByVendor = new(StringComparer.Ordinal)
    {
        ["gitlab"] = new(ManifestFormat.Yaml, Mapping("", "test: {script: npm test}"), Mapping("*", "test: {script: npm test}") with { Star = IsJobOfGitLab }),
        ["circleci"] = new(ManifestFormat.Yaml, Mapping("", "version: 2.1"), Mapping("jobs", "jobs: {test: …}"), Mapping("workflows", "workflows: {main: …}")),
        ["travis"] = new(ManifestFormat.Yaml, Mapping("", "language: node_js")),
        ["azure"] = new(ManifestFormat.Yaml, Mapping("", "steps: …")),
        ["github"] = new(ManifestFormat.Yaml),
        ["gitea"] = new(ManifestFormat.Yaml),
        ["forgejo"] = new(ManifestFormat.Yaml),
    };

    /// <summary>What a file is; null for one that no detector reads, and for examples and fixtures.</summary>
    public static Manifest? Of(SnapshotFile file) =>
        (ByName.GetValueOrDefault(file.Name) ?? ByExtension.GetValueOrDefault(file.Extension)) is { } known && !RepositoryPath.IsSample(file.Directory) && !file.Directory.StartsWith('.') ? known : null;

    public static Manifest? Of(CiConfiguration ci) => ci.Path.EndsWith(".yml", StringComparison.Ordinal) || ci.Path.EndsWith(".yaml", StringComparison.Ordinal) ? ByVendor.GetValueOrDefault(ci.Vendor) : null;

    /// <summary>What begins with a dot is a template.</summary>
    private static bool IsJobOfGitLab(string key) => !key.StartsWith('.') && !Ci.GitLabPipeline.Keywords.Contains(key);
}
