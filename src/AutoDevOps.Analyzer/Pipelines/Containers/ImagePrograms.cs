using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Containers;

/// <summary>What is known of the programs that images have: a hosted machine has all runtimes at once, a container one.</summary>
internal static class ImagePrograms
{
    private static readonly (string Ecosystem, string[] Programs)[] Owners =
    [
        (Ecosystems.Node, ["node", "npm", "npx", "yarn", "pnpm", "pnpx", "bun", "bunx", "corepack"]),
        (Ecosystems.Python, ["pip", "pytest", "tox", "nox", "uv", "uvx", "poetry", "pdm", "hatch", "pipenv"]),
        (Ecosystems.Go, ["go", "gofmt"]),
        (Ecosystems.DotNet, ["dotnet"]),
        (Ecosystems.Rust, ["cargo", "rustup"]),
        (Ecosystems.Ruby, ["bundle", "rake"]),
        (Ecosystems.Php, ["composer", "php"]),
        (Ecosystems.Elixir, ["mix"]),

        // A container has no daemon, and is not given the machine's.
        (Ecosystems.Docker, ["docker", "docker-compose", "podman"]),
    ];

    /// <summary>Images that are built upon Debian's build tools; of another it is not known here whether it has <c>make</c>.</summary>
    private static readonly string[] WithBuildTools = ["node", "python", "golang", "ruby", "rust", "php", "buildpack-deps", "gcc", "elixir", "erlang"];

    /// <summary>The first program of a command that belongs to another ecosystem, or null.</summary>
    public static string? Foreign(string run, string ecosystem) =>
        Programs(run).FirstOrDefault(program => Owners.Any(owner => owner.Ecosystem != ecosystem && owner.Programs.Contains(program)));

    /// <summary>The steps that bring what the commands of a job call and its image may lack.</summary>
    public static IEnumerable<PlannedStep> Missing(string image, PlannedJob job)
    {
        if (!WithBuildTools.Contains(image[..image.LastIndexOf(':')]) && job.Steps.FirstOrDefault(step => Programs(step.Run).Contains("make")) is { } caller)
        {
            yield return new("Set up make", "command -v make || (apt-get update && apt-get install --yes --no-install-recommends make)", ".", null, caller.Basis);
        }
    }

    /// <summary>The first word of each command in a line; what variables and substitutions hide is not seen.</summary>
    private static IEnumerable<string> Programs(string run) =>
        Separated(run)
            .Select(command => Parsing.ShellWords.Split(command).SkipWhile(word => word.Contains('=') || word is "env" or "exec" or "time" or "sudo" or "(" or "{").FirstOrDefault())
            .OfType<string>()
            .Select(word => word.TrimStart('(', '{'));

    private static string[] Separated(string run) => run.Split(["&&", "||", ";", "|"], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
