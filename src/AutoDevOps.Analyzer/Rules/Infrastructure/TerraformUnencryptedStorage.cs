namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags databases and disks that are kept in clear.</summary>
internal sealed class TerraformUnencryptedStorage : IFileRule
{
    private static readonly string[] ByDefault = ["aws_db_instance", "aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"];
    private static readonly string[] Explicit = ["aws_ebs_volume", "aws_efs_file_system", "aws_redshift_cluster", "aws_elasticache_replication_group"];

    public RuleDescriptor Descriptor { get; } = new(
        "INF033", "terraform-unencrypted-storage", Category.Security, Severity.Medium,
        What: "A database or disk on AWS in Terraform whose encryption is off: said so, or by default (RDS, DocumentDB, Neptune).",
        Why: "Whoever gets a snapshot or disk reads it; and encryption cannot be switched on later without a copy.",
        Remedy: "Set `storage_encrypted` (or `encrypted`) to `true`.")
    {
        Confidence = 0.9,
        Equivalents = ["checkov/CKV_AWS_16", "checkov/CKV_AWS_96", "checkov/CKV_AWS_3", "checkov/CKV_AWS_42", "checkov/CKV_AWS_64", "checkov/CKV_AWS_74", "trivy/AVD-AWS-0080", "trivy/AVD-AWS-0026", "trivy/AVD-AWS-0037"],
        References = ["CWE-311", "CIS AWS 2.3.1", "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance"],
    };

    public bool Reads(SnapshotFile file) => TerraformFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var resource in TerraformFile.Resources(file, [.. ByDefault, .. Explicit]))
        {
            var flag = resource["storage_encrypted"] ?? resource["encrypted"] ?? resource["at_rest_encryption_enabled"];

            // What is made of another takes its encryption over; a cluster decides for its instances.
            var isOwn = resource["snapshot_identifier"] is null && resource["replicate_source_db"] is null && resource["replication_source_identifier"] is null && resource["kms_key_id"] is null
                && resource["global_cluster_identifier"] is null && resource.Literal("engine_mode") != "serverless" && resource.Of("restore_to_point_in_time").FirstOrDefault() is null;
            if (flag?.IsFalse == true || (flag is null && isOwn && ByDefault.Contains(resource.Labels[0])))
            {
                yield return Descriptor.At(file.Path, flag?.Line ?? resource.Line, $"'{TerraformFile.Address(resource)}' is kept in clear.");
            }
        }
    }
}
