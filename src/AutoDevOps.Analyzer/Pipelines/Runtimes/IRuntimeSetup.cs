using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>How a CI machine gets one ecosystem's runtime, its package manager and its cache.</summary>
internal interface IRuntimeSetup
{
    /// <summary>One of <see cref="Ecosystems"/>.</summary>
    string Ecosystem { get; }

    /// <summary>The name of the runtime in the model: Kotlin and Scala run on <c>java</c>.</summary>
    string Runtime => Ecosystem;

    /// <summary>Whether GitHub's set-up action reads a version from a file of this name by itself.</summary>
    bool ReadsVersionFile(string name);

    /// <summary>Whether a job can be run once per version; if not, tests run on the newest.</summary>
    bool TestsEveryVersion => true;

    /// <summary>The steps of a GitHub job, in the order in which they must run.</summary>
    IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime);

    /// <summary>What Dependabot calls the ecosystem; null if it does not know it.</summary>
    string? UpdateEcosystem(PackageManager manager);

    /// <summary>The same where jobs run in a container: GitLab, CircleCI, Azure Pipelines, Jenkins.</summary>
    /// <param name="version">As the model has it; null: the usual one.</param>
    ContainerSetup Container(RuntimePlan runtime, string? version);
}

/// <param name="Image">An image of Docker Hub's official ones or of the vendor, with its tag.</param>
/// <param name="Before">Shell lines that bring what the image lacks.</param>
internal sealed record ContainerSetup(string Image, IReadOnlyList<string> Before)
{
    /// <summary>Leads the package manager's cache below the working directory, where vendors can keep it.</summary>
    public IReadOnlyList<(string Name, string Value)> Environment { get; init; } = [];

    /// <summary>What to keep between runs, relative to the working directory.</summary>
    public IReadOnlyList<string> CachePaths { get; init; } = [];

    /// <summary>The tool refuses relative paths in <see cref="Environment"/>: the writer puts the vendor's working directory before them.</summary>
    public bool NeedsAbsolute { get; init; }

    /// <summary>The image's entry point is the tool itself and no shell: the writer has to clear it.</summary>
    public bool StartsItsTool { get; init; }

    /// <summary>The commands build images: the job needs a daemon of Docker beside it.</summary>
    public bool NeedsDocker { get; init; }
}

/// <summary>Every runtime there is.</summary>
internal static class RuntimeCatalog
{
    private static readonly Dictionary<string, IRuntimeSetup> Setups = new IRuntimeSetup[]
    {
        new NodeSetup(),
        new PythonSetup(),
        new GoSetup(),
        new RustSetup(),
        new JavaSetup(Ecosystems.Java),
        new JavaSetup(Ecosystems.Kotlin),
        new ScalaSetup(),
        new DotNetSetup(),
        new RubySetup(),
        new PhpSetup(),
        new ElixirSetup(),
        new DartSetup(),
        new FlutterSetup(),
        new SwiftSetup(),
        new HaskellSetup(),
        new ZigSetup(),
        new DenoSetup(),
        new CppSetup(Ecosystems.C),
        new CppSetup(Ecosystems.Cpp),
        new TerraformSetup(),
        new DockerSetup(),
        new ShellSetup(),
    }.ToDictionary(setup => setup.Ecosystem, StringComparer.Ordinal);

    /// <summary>How to set an ecosystem up, or what stands for it (Flutter); null for any other name.</summary>
    public static IRuntimeSetup? Find(string ecosystem) => Setups.GetValueOrDefault(ecosystem);
}
