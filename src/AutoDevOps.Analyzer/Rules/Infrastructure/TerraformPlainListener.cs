namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags load balancers that forward what came in clear.</summary>
internal sealed class TerraformPlainListener : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF036", "terraform-plain-listener", Category.Security, Severity.Low,
        What: "A listener of a load balancer of AWS in Terraform that takes HTTP and forwards it, where it could redirect.",
        Why: "Cookies and passwords travel in clear.",
        Remedy: "Redirect to HTTPS, and forward from a listener with a certificate.")
    {
        Confidence = 0.85,
        Equivalents = ["checkov/CKV_AWS_2", "checkov/CKV_AWS_103", "trivy/AVD-AWS-0054", "tfsec/aws-elb-http-not-used"],
        References = ["CWE-319", "OWASP A02:2021", "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lb_listener"],
    };

    public bool Reads(SnapshotFile file) => TerraformFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        // A balancer inside of a network is another thing, and which one this belongs to may not be told here.
        if (file.Text.Contains("internal", StringComparison.Ordinal))
        {
            yield break;
        }

        foreach (var listener in TerraformFile.Resources(file, "aws_lb_listener", "aws_alb_listener"))
        {
            if (listener["protocol"] is { Literal: "HTTP" } protocol && listener.Of("default_action").Any(action => action.Literal("type") == "forward") && listener.Literal("port") == "80")
            {
                yield return Descriptor.At(file.Path, protocol.Line, $"'{TerraformFile.Address(listener)}' forwards what came in clear.");
            }
        }
    }
}
