namespace AutoDevOps.Analyzer.Detectors;

/// <summary>What a repository is, as far as its files say: every fact with its evidence and a confidence from 0 to 1.</summary>
public sealed record RepositoryModel(
    IReadOnlyList<Component> Components,
    IReadOnlyList<CiConfiguration> Ci,
    IReadOnlyList<NotInferred> NotInferred)
{
    public static RepositoryModel Empty { get; } = new([], [], []);

    /// <summary>Whether a CI file that somebody wrote runs the command: then the file is among its evidence.</summary>
    internal bool IsInCi(Command command) =>
        command.Evidence.Any(evidence => Ci.Any(ci => !ci.IsGenerated && ci.Path == evidence.Path));

    /// <summary>Where it is deployed to, sorted by name and path.</summary>
    public IReadOnlyList<DeployTarget> DeployTargets { get; init; } = [];
}

/// <summary>A part of the repository that is built and tested by itself; a monorepo has many.</summary>
/// <param name="Path">Its folder; <c>"."</c> for the root.</param>
/// <param name="Ecosystem">One of <see cref="Ecosystems"/>.</param>
public sealed record Component(string Path, string Name, string Ecosystem)
{
    public IReadOnlyList<string> Frameworks { get; init; } = [];

    public PackageManager? PackageManager { get; init; }

    public IReadOnlyList<RuntimeVersion> Runtimes { get; init; } = [];

    public IReadOnlyList<Command> Commands { get; init; } = [];

    public IReadOnlyList<Service> Services { get; init; } = [];

    /// <summary>Names of variables that what its tests load insists on, beside those that its services set.</summary>
    public IReadOnlyList<string> RequiredVariables { get; init; } = [];

    /// <summary>The first command of a kind, or null.</summary>
    public Command? Command(CommandKind kind) => Commands.FirstOrDefault(command => command.Kind == kind);
}

/// <summary>The names of ecosystems, as they appear in every output.</summary>
public static class Ecosystems
{
    public const string Node = "node";
    public const string Deno = "deno";
    public const string Python = "python";
    public const string Go = "go";
    public const string Rust = "rust";
    public const string Java = "java";
    public const string Kotlin = "kotlin";
    public const string Scala = "scala";
    public const string DotNet = "dotnet";
    public const string Ruby = "ruby";
    public const string Php = "php";
    public const string Elixir = "elixir";
    public const string Swift = "swift";
    public const string C = "c";
    public const string Cpp = "cpp";
    public const string Dart = "dart";
    public const string Haskell = "haskell";
    public const string Zig = "zig";
    public const string Terraform = "terraform";
    public const string Docker = "docker";
    public const string Shell = "shell";
}

/// <param name="Name">Its usual lower-case name: <c>npm yarn yarn-berry pnpm bun pip uv poetry nuget go …</c></param>
/// <param name="Version">As the repository pins it, or null.</param>
/// <param name="LockFile">The path of the lock file it writes, if that file exists.</param>
public sealed record PackageManager(
    string Name, string? Version, string? LockFile, double Confidence, IReadOnlyList<Evidence> Evidence)
{
    /// <summary>The releases that go with the repository where its <c>packageManager</c> pins none, such as <c>8</c>: by <c>engines</c>, or by the
    /// format of the lock file; null: it does not say.</summary>
    public string? Release { get; init; }
}

/// <summary>A runtime with the versions that the repository claims.</summary>
/// <param name="Name"><c>node</c>, <c>python</c>, <c>go</c>, <c>dotnet</c> …</param>
/// <param name="Versions">Concrete enough for a setup action; more than one only where the repository claims to support several.</param>
/// <param name="Source">The file that says so, such as <c>.nvmrc</c>.</param>
public sealed record RuntimeVersion(
    string Name, IReadOnlyList<string> Versions, string Source, double Confidence, IReadOnlyList<Evidence> Evidence);

public enum CommandKind
{
    Install,
    Build,
    Test,
    Lint,
    Format,
    Typecheck,
    Coverage,
    Package,
}

/// <summary>A command that resolves to something in the repository; none is ever invented.</summary>
/// <param name="Run">One shell line.</param>
/// <param name="WorkingDirectory">Where it runs, relative to the root; <c>"."</c> for the root.</param>
/// <param name="Evidence">The place that defines it, first; what confirms it, after.</param>
public sealed record Command(
    CommandKind Kind, string Run, string WorkingDirectory, double Confidence, IReadOnlyList<Evidence> Evidence)
{
    /// <summary>Programs it calls that no package manager of the component brings: <c>just task mise golangci-lint</c> …</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Of a workspace's root: the folders of the members in which it runs their command of the same name; null: it does not say, and is
    /// taken to run for all.</summary>
    public IReadOnlyList<string>? Reach { get; init; }

    /// <summary>Of an installation: the only kind of command that needs it; null: all do.</summary>
    public CommandKind? OnlyFor { get; init; }
}

/// <summary>Something the tests need running beside them.</summary>
/// <param name="Name"><c>postgres mysql mariadb redis mongodb rabbitmq …</c></param>
/// <param name="Version">The major version or image tag the repository names, or null.</param>
/// <param name="Environment">The environment variables through which the code learns of it.</param>
public sealed record Service(
    string Name, string? Version, IReadOnlyList<string> Environment, double Confidence, IReadOnlyList<Evidence> Evidence);

/// <summary>A CI file that is there already, read as evidence.</summary>
/// <param name="Vendor"><c>github gitlab circleci azure jenkins …</c></param>
public sealed record CiConfiguration(string Vendor, string Path)
{
    public IReadOnlyList<CiStep> Steps { get; init; } = [];

    /// <summary>The runtimes that its jobs have from their image or from the file itself; what a step sets up is among the steps.</summary>
    public IReadOnlyList<CiRuntime> Runtimes { get; init; } = [];

    /// <summary>We wrote it from the rest of the repository, so it is no evidence of anything.</summary>
    public bool IsGenerated { get; init; }
}

/// <summary>One line of shell, or one action, that existing CI runs.</summary>
/// <param name="Run">The shell line, or null for an action.</param>
/// <param name="Uses">The action with its version, or null for a shell line.</param>
public sealed record CiStep(string Job, string? Run, string? Uses, string WorkingDirectory, int Line)
{
    /// <summary>Never runs on Linux.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>The inputs of the action, as text.</summary>
    public IReadOnlyDictionary<string, string> With { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>The versions of a runtime that a job runs with; more than one in a matrix.</summary>
/// <param name="Name">As in <see cref="RuntimeVersion.Name"/>.</param>
public sealed record CiRuntime(string Job, string Name, IReadOnlyList<string> Versions, int Line);

/// <summary>A platform that the repository is deployed to, or a tool that deploys it.</summary>
/// <param name="Name"><c>kubernetes helm fly.io vercel github-pages aws-ecs …</c></param>
/// <param name="Path">The folder of the configuration it reads; <c>"."</c> for the root.</param>
public sealed record DeployTarget(string Name, string Path, double Confidence, IReadOnlyList<Evidence> Evidence);

/// <summary>What the detectors did not dare to say, and why.</summary>
/// <param name="Component">The path of the component.</param>
/// <param name="What">The kind of fact, such as <c>test</c>.</param>
public sealed record NotInferred(string Component, string What, string Why);
