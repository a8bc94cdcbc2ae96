namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags keys of AWS that stay the same for ever.</summary>
internal sealed class TerraformKeyRotation : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF044", "terraform-key-without-rotation", Category.Security, Severity.Low,
        What: "A symmetric `aws_kms_key` in Terraform without `enable_key_rotation = true`.",
        Why: "What one leaked key opens grows for as long as it is used.",
        Remedy: "Set `enable_key_rotation = true`.")
    {
        Equivalents = ["checkov/CKV_AWS_7", "trivy/AVD-AWS-0065", "tfsec/aws-kms-auto-rotate-keys"],
        References = ["CWE-320", "CIS AWS 3.6", "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/kms_key"],
        Strict = true,
    };

    public bool Reads(SnapshotFile file) => TerraformFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from key in TerraformFile.Resources(file, "aws_kms_key")
        where key["customer_master_key_spec"] is null && key["key_usage"] is null && key["custom_key_store_id"] is null && key["enable_key_rotation"] is null or { IsFalse: true }
        select Descriptor.At(file.Path, key.Line, $"'{TerraformFile.Address(key)}' stays the same for ever.");
}
