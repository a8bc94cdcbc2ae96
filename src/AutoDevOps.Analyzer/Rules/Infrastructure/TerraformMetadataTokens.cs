namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags machines whose metadata answers whoever can send one request.</summary>
internal sealed class TerraformMetadataTokens : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF037", "terraform-metadata-without-token", Category.Security, Severity.Medium,
        What: "An instance or launch template of AWS in Terraform with `http_tokens = \"optional\"`.",
        Why: "A program on it that can be made to fetch an address gives away the credentials of the machine.",
        Remedy: "Set `http_tokens = \"required\"`.")
    {
        Equivalents = ["checkov/CKV_AWS_79", "trivy/AVD-AWS-0028", "trivy/AVD-AWS-0130", "tfsec/aws-ec2-enforce-http-token-imds"],
        References = ["CWE-918", "CIS AWS 5.6", "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html"],
    };

    public bool Reads(SnapshotFile file) => TerraformFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from resource in TerraformFile.Resources(file, "aws_instance", "aws_launch_template", "aws_launch_configuration", "aws_spot_instance_request")
        from options in resource.Of("metadata_options")
        let tokens = options["http_tokens"]
        where tokens?.Literal == "optional" && options.Literal("http_endpoint") != "disabled"
        select Descriptor.At(file.Path, tokens.Line, $"'{TerraformFile.Address(resource)}' gives its credentials to whoever can send one request.");
}
