namespace AutoDevOps.Benchmarks.Detection;

/// <summary>Which package manager a command uses for what a repository declares. Tools fetched by the way (<c>npm install -g x</c>,
/// <c>pip install tox</c>) say nothing of it.</summary>
internal static class ManagerFamilies
{
    public static CommandFamily? Of(string[] words)
    {
        var tool = words[0][(words[0].LastIndexOf('/') + 1)..];
        var rest = words[1..];
        return tool switch
        {
            "npm" or "pnpm" or "yarn" or "bun" => Node(tool, rest),
            "pip" or "pip3" or "python" or "python3" or "uv" or "poetry" or "pdm" or "pipenv" or "hatch" or "tox" or "nox" => Python(tool, rest),
            "go" when rest is ["test" or "build" or "mod" or "vet", ..] => new("go", "go"),
            "cargo" when rest.Any(word => word is "test" or "build" or "check" or "clippy" or "nextest") => new("rust", "cargo"),
            "mvn" or "mvnw" => new("java", "maven"),
            "gradle" or "gradlew" => new("java", "gradle"),
            "sbt" => new("scala", "sbt"),
            "dotnet" when rest is ["restore" or "build" or "test", ..] => new("dotnet", "nuget"),
            "bundle" when rest is ["install" or "exec", ..] or [] => new("ruby", "bundler"),
            "composer" when rest is ["install" or "update" or "i", ..] or [_, "install" or "update", ..] => new("php", "composer"),
            "mix" when rest is ["deps.get" or "test" or "compile", ..] => new("elixir", "mix"),
            "swift" when rest is ["build" or "test", ..] => new("swift", "swiftpm"),
            "cmake" or "ctest" => new("c", "cmake"),
            "meson" => new("c", "meson"),
            "autoreconf" or "autogen.sh" or "configure" => new("c", "autotools"),
            "cabal" or "stack" => new("haskell", tool),
            "dart" or "flutter" when rest is ["pub", "get", ..] or ["test", ..] => new("dart", "pub"),
            "deno" when rest is ["install" or "test" or "check" or "task" or "lint", ..] => new("deno", "deno"),
            "zig" => new("zig", "zig"),
            "terraform" when rest is ["init", ..] => new("terraform", "terraform"),
            _ => null,
        };
    }

    private static CommandFamily? Node(string tool, string[] rest)
    {
        var global = rest.Any(word => word is "-g" or "--global");
        var plain = CommandReach.Plain(rest).ToList();
        return plain switch
        {
            ["install" or "i" or "ci" or "install-ci-test" or "cit" or "clean-install"] when !global => new("node", tool),
            [] when tool == "yarn" && !rest.Contains("--version") && !rest.Contains("-v") => new("node", tool),
            _ => null,
        };
    }

    private static CommandFamily? Python(string tool, string[] rest) => (tool, rest) switch
    {
        ("python" or "python3", ["-m", "pip", .. var pip]) => Python("pip", pip),
        ("pip" or "pip3", ["install", .. var arguments]) when Declared(arguments) => new("python", "pip"),
        ("uv", ["pip", "install", .. var arguments]) when Declared(arguments) => new("python", "uv"),
        ("uv", ["sync", ..]) => new("python", "uv"),
        ("uv", ["run", ..]) when !rest.Contains("--no-project") => new("python", "uv"),
        ("uv", [.., "sync"]) => new("python", "uv"),
        ("poetry", ["install", ..]) => new("python", "poetry"),
        ("pdm", ["install" or "sync", ..]) => new("python", "pdm"),
        ("pipenv", ["install" or "sync", ..]) => new("python", "pipenv"),
        ("hatch", ["run" or "test", ..]) => new("python", "hatch"),
        ("tox" or "nox", _) => new("python", tool),
        _ => null,
    };

    private static bool Declared(string[] arguments) =>
        arguments.Any(word => word is "-r" or "--requirement" or "-e" or "--editable" or "." || word.StartsWith(".[", StringComparison.Ordinal) || word.StartsWith("-r", StringComparison.Ordinal) || word.StartsWith("-e", StringComparison.Ordinal) || word == "--group");
}
