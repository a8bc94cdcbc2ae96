using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags an address of a service on a port that the service does not publish.</summary>
internal sealed partial class ServicePort : WorkflowRule
{
    /// <summary>The schemes of addresses with the images that answer to them.</summary>
    private static readonly Dictionary<string, string[]> Images = new(StringComparer.OrdinalIgnoreCase)
    {
        ["postgres"] = ["postgres", "postgis", "timescaledb", "pgvector"],
        ["postgresql"] = ["postgres", "postgis", "timescaledb", "pgvector"],
        ["mysql"] = ["mysql", "mariadb", "percona"],
        ["mysql2"] = ["mysql", "mariadb", "percona"],
        ["mariadb"] = ["mysql", "mariadb"],
        ["redis"] = ["redis", "valkey", "keydb", "dragonfly"],
        ["mongodb"] = ["mongo"],
        ["amqp"] = ["rabbitmq"],
    };

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA087", "service-port", Category.CiCd, Severity.High,
        What: "An address in `env` that names a port of the runner which the service of that kind does not publish.",
        Why: "Nothing answers there, and every test that needs the service fails.",
        Remedy: "Publish the port (`ports: ['5432:5432']`), or name the one that is published.")
    {
        Confidence = 0.93,
        References = ["https://docs.github.com/actions/how-tos/use-cases-and-examples/using-containerized-services/about-service-containers"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var job in workflow.Jobs.Where(job => job.Node["services"] is { Kind: NodeKind.Mapping } && job.Node["container"] is null && !StartsItsOwn(job)))
        {
            var environments = job.Steps.Select(step => step.Node["env"]).Prepend(job.Node["env"]).Prepend(workflow.Root["env"]);
            foreach (var value in environments.SelectMany(Workflow.Pairs).Select(pair => pair.Value).Where(value => value.Text is { Length: < 500 }))
            {
                if (Address().Match(value.Text!) is { Success: true } match && Published(job, match.Groups["scheme"].Value) is { } ports && !ports.Contains(match.Groups["port"].Value))
                {
                    yield return At(workflow, value, $"Job '{job.Id}' looks for its service on port {match.Groups["port"].Value}, and it publishes {(ports.Count == 0 ? "none" : string.Join(", ", ports))}.");
                }
            }
        }
    }

    /// <summary>The runner's ports of the one service of that kind; null when there is none, or not one only, or it is not known.</summary>
    private static List<string>? Published(WorkflowJob job, string scheme)
    {
        var services = Workflow.Pairs(job.Node["services"]).Select(pair => pair.Value).ToList();
        if (!Images.TryGetValue(scheme, out var images) || services.Any(service => ContainerImages.Image(service) is null))
        {
            return null;
        }

        var found = services.Where(service => IsOf(ContainerImages.Image(service)!.Text!, images)).ToList();
        if (found is not [{ Kind: NodeKind.Mapping } only] || only["options"]?.Text?.Contains("network", StringComparison.Ordinal) == true)
        {
            return null;
        }

        var ports = only["ports"]?.ScalarOrItems().Select(port => port.Text!).ToList() ?? [];
        return ports.Any(port => port.Contains("${{", StringComparison.Ordinal)) || only["ports"] is { Kind: NodeKind.Mapping } ? null
            : [.. ports.Where(port => port.Contains(':', StringComparison.Ordinal)).Select(port => port.Split(':')[^2])];
    }

    private static bool IsOf(string image, string[] names)
    {
        var name = ImageReference.Parse(image).Name;
        return names.Contains(name[(name.LastIndexOf('/') + 1)..], StringComparer.Ordinal);
    }

    private static bool StartsItsOwn(WorkflowJob job) =>
        job.Steps.Any(step => step.Run?.Text is { } run && (run.Contains("docker", StringComparison.Ordinal) || run.Contains("service ", StringComparison.Ordinal) || run.Contains("systemctl", StringComparison.Ordinal)));

    [GeneratedRegex(@"^(?<scheme>[a-z0-9]{2,12})(\+[a-z0-9]{1,20})?://([^@/\s]{0,200}@)?(localhost|127\.0\.0\.1):(?<port>\d{2,5})(/|\?|$)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Address();
}
