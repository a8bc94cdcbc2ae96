using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.Deploy;

/// <summary>The files that platforms and deployment tools read. Source: the documentation of each.</summary>
internal static partial class DeployFiles
{
    private static readonly Known[] All =
    [
        new("aws-cdk", ["cdk.json"], 0.95, file => file.Json().Root?["app"] is not null),
        new("aws-codedeploy", ["appspec.yml", "appspec.yaml"], 0.9, file => file.Yaml().Root is { } root && (root["os"] ?? root["Resources"]) is not null),
        new("aws-sam", ["template.yaml", "template.yml"], 0.97, file => file.Text.Contains("AWS::Serverless-", StringComparison.Ordinal)),
        new("azure-developer-cli", ["azure.yaml", "azure.yml"], 0.9, file => file.Yaml().Root?["services"] is not null),
        new("azure-static-web-apps", ["staticwebapp.config.json"], 0.95, null),
        new("capistrano", ["Capfile"], 0.95, null),
        new("cloudflare-workers", ["wrangler.toml", "wrangler.json", "wrangler.jsonc"], 0.95, null),
        new("firebase", ["firebase.json"], 0.9, file => file.Json().Root is { } root && (root["hosting"] ?? root["functions"] ?? root["apphosting"]) is not null),
        new("fly.io", ["fly.toml"], 0.95, null),
        new("google-app-engine", ["app.yaml"], 0.9, file => file.Yaml().Root is { } root && root["runtime"] is not null && root["apiVersion"] is null),
        new("helm", ["Chart.yaml"], 0.95, file => file.Yaml().Root is { } root && root["apiVersion"] is not null && root["type"]?.Text != "library"),
        new("heroku", ["heroku.yml"], 0.95, null),
        new("heroku", ["app.json"], 0.9, file => file.Json().Root is { } root && (root["buildpacks"] ?? root["formation"] ?? root["addons"]) is not null),
        // Read by Heroku and by what followed it.
        new("heroku", ["Procfile"], 0.7, file => WebProcess().IsMatch(file.Text)),
        new("kustomize", ["kustomization.yaml", "kustomization.yml"], 0.95, null),
        new("netlify", ["netlify.toml"], 0.95, null),
        new("pulumi", ["Pulumi.yaml", "Pulumi.yml"], 0.95, null),
        new("railway", ["railway.json", "railway.toml"], 0.95, null),
        new("render", ["render.yaml"], 0.95, file => file.Yaml().Root?["services"] is not null),
        new("serverless-framework", ["serverless.yml", "serverless.yaml"], 0.95, file => file.Yaml().Root?["provider"] is not null),
        new("skaffold", ["skaffold.yaml"], 0.95, null),
        new("vercel", ["vercel.json"], 0.95, null),
    ];

    /// <summary>Files that are what they are by their folder too.</summary>
    private static readonly (string Name, string Path, Func<SnapshotFile, bool>? Is)[] AtPaths =
    [
        ("aws-elastic-beanstalk", ".elasticbeanstalk/config.yml", null),
        ("aws-copilot", "copilot/.workspace", null),
        ("digitalocean-app-platform", ".do/app.yaml", null),
        ("kamal", "config/deploy.yml", file => file.Yaml().Root is { } root && root["service"] is not null && root["servers"] is not null),
    ];

    public static IEnumerable<DeployTarget> In(RepositorySnapshot snapshot) =>
        All.SelectMany(known => known.Files.SelectMany(snapshot.Named)
                .Where(file => !file.IsTest && !RepositoryPath.IsSample(file.Directory) && known.Is?.Invoke(file) != false)
                .Select(file => new DeployTarget(known.Name, RepositoryPath.ToModel(file.Directory), known.Confidence, [Cite.File(file)])))
            .Concat(AtPaths.Select(known => (known, File: snapshot.Find(known.Path)))
                .Where(entry => entry.File is not null && entry.known.Is?.Invoke(entry.File) != false)
                .Select(entry => new DeployTarget(entry.known.Name, ".", 0.95, [Cite.File(entry.File!)])));

    /// <summary>The line of a Kubernetes object that keeps something running; 0 where a file has none, or is a template of one.</summary>
    public static int LineOfWorkload(SnapshotFile file)
    {
        var text = file.Text;
        if (!text.Contains("apiVersion:", StringComparison.Ordinal) || text.Contains("{{", StringComparison.Ordinal))
        {
            return 0;
        }

        var match = Workload().Match(text);
        return match.Success ? 1 + text.AsSpan(0, match.Index).Count('\n') : 0;
    }

    [GeneratedRegex(@"^kind:[ \t]+(Deployment|StatefulSet|DaemonSet|CronJob)[ \t]*\r?$", RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Workload();

    [GeneratedRegex(@"^web:", RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex WebProcess();

    /// <param name="Is">What must hold inside the file; null: its name says it.</param>
    private sealed record Known(string Name, string[] Files, double Confidence, Func<SnapshotFile, bool>? Is);
}
