using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>Model -> plan -> files -> proof. What does not pass every check is not offered.</summary>
public static class PipelineGenerator
{
    /// <summary>Generates.</summary>
    /// <param name="platform">As <see cref="PipelineTargets"/> names it.</param>
    /// <exception cref="ArgumentException">There is no such platform.</exception>
    public static GeneratedPipeline Generate(RepositorySnapshot snapshot, RepositoryModel model, string platform, PipelineOptions options)
    {
        var writer = PipelineTargets.Find(platform)
            ?? throw new ArgumentException($"There is no platform '{platform}'. There are: {string.Join(", ", PipelineTargets.All.Select(target => target.Platform))}.", nameof(platform));
        var whole = Plan(snapshot, model, options);
        var plan = writer.Fit(whole);
        var nothing = platform == "dependabot" ? plan.Updates.All(update => update.Ecosystem == "github-actions") && !model.Ci.Any(ci => ci.Vendor == "github") : plan.Jobs.Count == 0;
        if (nothing)
        {
            var refusal = whole.Jobs.Count > plan.Jobs.Count
                ? new PipelineCheck("something to do", Passed: false, $"None of the {whole.Jobs.Count} jobs can run there. What stands in the way is listed under what was not inferred.")
                : new PipelineCheck("something to do", Passed: false, "Nothing in the repository says how it is built, tested or kept up to date, and no command is invented. Add a build script, a test script or a lock file.");
            return new(platform, [], [refusal], plan.NotInferred, []);
        }

        var files = writer.Write(plan);
        var checks = PipelineProof.Check(snapshot, plan, writer, files, (again, itsModel) => writer.Write(writer.Fit(Plan(again, itsModel, options))));
        return new(platform, files, checks, plan.NotInferred, plan.RequiredSecrets);
    }

    private static BuildPlan Plan(RepositorySnapshot snapshot, RepositoryModel model, PipelineOptions options)
    {
        var branch = snapshot.Policy.Branch ?? options.DefaultBranch ?? BranchOfExistingCi(snapshot, model);
        return BuildPlanner.Plan(snapshot, model, options with { DefaultBranch = branch }) with
        {
            Updates = UpdatePlanner.Plan(snapshot, model),
            FileName = FreeName(snapshot),
            Runner = Runner(snapshot),
        };
    }

    /// <summary>The first label that every policy allows, as the repository orders them; if there is none, the usual one, which the proof refuses.</summary>
    private static string Runner(RepositorySnapshot snapshot) =>
        (snapshot.Policy.Runners ?? snapshot.Organization?.Runners)?.FirstOrDefault(label => snapshot.Policies.All(policy => policy.AllowsRunner(label))) ?? GitHubActionsWriter.Runner;

    /// <summary>A file that somebody else wrote is never replaced: ours then goes beside it.</summary>
    private static string? FreeName(RepositorySnapshot snapshot) =>
        snapshot.Find(".github/workflows/ci.yml") is { } taken && !GeneratedMark.IsOn(taken) ? ".github/workflows/autodevops.yml" : null;

    private static string? BranchOfExistingCi(RepositorySnapshot snapshot, RepositoryModel model)
    {
        string[] usual = ["main", "master", "trunk", "develop"];
        var named = model.Ci
            .Where(ci => ci is { Vendor: "github", IsGenerated: false })
            .Select(ci => snapshot.Find(ci.Path)?.Yaml().Root?.At("on", "push", "branches"))
            .SelectMany(branches => branches?.ScalarOrItems() ?? [])
            .Select(branch => branch.Text!)
            .ToHashSet(StringComparer.Ordinal);
        return Array.Find(usual, named.Contains);
    }
}
