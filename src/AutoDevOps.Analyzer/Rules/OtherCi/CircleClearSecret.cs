using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Flags a password or token in the environment of a CircleCI job.</summary>
internal sealed class CircleClearSecret : CircleRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CCI004", "circleci-clear-secret", Category.Security, Severity.High,
        What: "A variable under `environment`, named like a password, token or key, with its value beside it.",
        Why: "Whoever can read the repository, or a fork or an old copy of it, has the secret.",
        Remedy: "Change the secret, and keep it in a context or in the project's settings.")
    {
        Confidence = 0.9,
        References = ["CWE-798", "OWASP CICD-SEC-6", "https://circleci.com/docs/contexts/"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DataNode root)
    {
        var places = Named(root["jobs"]).Concat(Named(root["executors"])).Select(place => place.Value).ToList();
        var steps = places.SelectMany(place => place["steps"]?.Items ?? []).Select(step => step["run"]).OfType<DataNode>();
        return places.Concat(places.SelectMany(place => place["docker"]?.Items ?? [])).Concat(steps).SelectMany(place => ClearSecret.In(place["environment"]))
            .Select(name => At(file, name, $"The value of '{name.Text}' stands here for everyone to read."));
    }
}
