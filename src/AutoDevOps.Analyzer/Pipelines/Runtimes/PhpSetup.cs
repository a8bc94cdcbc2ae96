using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>PHP with Composer.</summary>
internal sealed class PhpSetup : IRuntimeSetup
{
    public string Ecosystem => Ecosystems.Php;

    public bool ReadsVersionFile(string name) => name is ".php-version";

    public IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime) =>
    [
        SetupActions.Uses("Set up PHP", "shivammathur/setup-php", [SetupActions.Version(runtime, "php-version", "latest"), ("coverage", "none")], runtime.Basis),
        .. runtime.CacheDependencyPath is { } lockFile ? SetupActions.Cache("Keep Composer's downloads", "composer", "~/.cache/composer/files", lockFile) : [],
    ];

    public string? UpdateEcosystem(PackageManager manager) => "composer";

    // The image of PHP has neither Composer nor what Composer unpacks with.
    public ContainerSetup Container(RuntimePlan runtime, string? version) =>
        new($"php:{version ?? "8"}-cli",
        [
            "apt-get update && apt-get install -y --no-install-recommends git unzip",
            "curl -sSfo /usr/local/bin/composer https://getcomposer.org/download/latest-2.x/composer.phar && chmod +x /usr/local/bin/composer",
        ])
        {
            Environment = [("COMPOSER_CACHE_DIR", ".cache/composer"), ("COMPOSER_ALLOW_SUPERUSER", "1")],
            CachePaths = [".cache/composer"],
        };
}
