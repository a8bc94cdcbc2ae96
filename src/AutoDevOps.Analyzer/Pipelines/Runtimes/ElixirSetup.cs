using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Detectors.Elixir;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>Elixir, and the Erlang/OTP it runs on.</summary>
internal sealed class ElixirSetup : IRuntimeSetup
{
    private const string Usual = "1.18";

    public string Ecosystem => Ecosystems.Elixir;

    // It does, and then wants the exact versions of both Elixir and Erlang in the file: not every file has them.
    public bool ReadsVersionFile(string name) => false;

    public IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime)
    {
        var (version, otp) = runtime.Versions switch
        {
            [var only] when only.IndexOf("-otp-", StringComparison.Ordinal) is var at and > 0 => (only[..at], only[(at + 5)..]),
            [] => (Usual, Otp([Usual])),
            [var only] => (only, Otp([only])),
            _ => (SetupActions.Version(runtime, "elixir-version", Usual).Value, Otp(runtime.Versions)),
        };
        yield return SetupActions.Uses("Set up Elixir", "erlef/setup-beam", [("elixir-version", version), ("otp-version", otp)], runtime.Basis);
        if (runtime.CacheDependencyPath is { } lockFile)
        {
            foreach (var cache in SetupActions.Cache("Keep the dependencies", "mix", RepositoryPath.File(RepositoryPath.Parent(lockFile), "deps"), lockFile))
            {
                yield return cache;
            }
        }
    }

    public string? UpdateEcosystem(PackageManager manager) => "mix";

    public ContainerSetup Container(RuntimePlan runtime, string? version) =>
        new($"elixir:{version ?? Usual}", ["mix local.hex --force && mix local.rebar --force"]) { CachePaths = ["deps"] };

    private static string Otp(IEnumerable<string> versions) => (ElixirOnErlang.Best(versions) ?? 27).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
