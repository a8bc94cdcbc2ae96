namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags the block of public access to S3, switched off.</summary>
internal sealed class TerraformPublicAccessBlockOff : IFileRule
{
    private static readonly string[] Switches = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];

    public RuleDescriptor Descriptor { get; } = new(
        "INF032", "terraform-public-access-block-off", Category.Security, Severity.Medium,
        What: "An `aws_s3_bucket_public_access_block` in Terraform with a switch on `false`.",
        Why: "One policy or ACL that is too wide makes the bucket public, and nothing stops it.",
        Remedy: "Set all four switches to `true`.")
    {
        Equivalents = ["checkov/CKV_AWS_53", "checkov/CKV_AWS_54", "checkov/CKV_AWS_55", "checkov/CKV_AWS_56", "trivy/AVD-AWS-0086", "trivy/AVD-AWS-0087"],
        References = ["CWE-732", "CIS AWS 2.1.4", "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_public_access_block"],
    };

    public bool Reads(SnapshotFile file) => TerraformFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from block in TerraformFile.Resources(file, "aws_s3_bucket_public_access_block", "aws_s3_account_public_access_block")
        let off = Switches.Select(name => block[name]).FirstOrDefault(value => value?.IsFalse == true)
        where off is not null
        select Descriptor.At(file.Path, off.Line, $"'{TerraformFile.Address(block)}' lets the bucket become public.");
}
