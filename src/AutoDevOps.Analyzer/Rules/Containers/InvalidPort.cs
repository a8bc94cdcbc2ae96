using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags an <c>EXPOSE</c> of what is no port.</summary>
internal sealed class InvalidPort : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT029", "invalid-port", Category.CodeQuality, Severity.Medium,
        What: "`EXPOSE` of something that is no port, range of ports or protocol.",
        Why: "The build fails.",
        Remedy: "Name a port from 1 to 65535, with `/tcp`, `/udp` or `/sctp` after it if need be.")
    {
        Confidence = 0.97,
        Equivalents = ["hadolint/DL3011", "docker/ExposeInvalidFormat", "trivy/DS008"],
        References = ["https://docs.docker.com/reference/dockerfile/#expose"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        foreach (var expose in dockerfile.Instructions.Where(instruction => instruction.Keyword == "EXPOSE"))
        {
            foreach (var port in expose.Words().Select(word => word.Trim('"', '\'')))
            {
                if (!port.Contains('$', StringComparison.Ordinal) && !port.StartsWith('#') && !IsValid(port))
                {
                    yield return At(file, expose, $"'{port}' is no port.");
                }

                if (port.StartsWith('#'))
                {
                    break;
                }
            }
        }
    }

    private static bool IsValid(string text)
    {
        // host:container is refused by some versions and understood by others.
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var protocol = slash < 0 ? "tcp" : text[(slash + 1)..].ToLowerInvariant();
        var ports = (slash < 0 ? text : text[..slash]).Split('-');
        return protocol is "tcp" or "udp" or "sctp" && ports.Length <= 2 && ports.All(port => port.Contains(':', StringComparison.Ordinal) || (ushort.TryParse(port, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out _)));
    }
}
