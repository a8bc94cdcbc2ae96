using AutoDevOps.Analyzer.Parsing.Hcl;

namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags storage that everybody may read or write.</summary>
internal sealed class TerraformPublicBucket : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF031", "terraform-public-bucket", Category.Security, Severity.High,
        What: "A bucket or container in Terraform that is public: an ACL, a grant to `allUsers`, or anonymous access (AWS, Google, Azure).",
        Why: "Whoever finds its name reads everything in it, what is put there later included.",
        Remedy: "Keep it private, and give out signed addresses or put a content network in front.")
    {
        Confidence = 0.9,
        Equivalents = ["checkov/CKV_AWS_20", "checkov/CKV_AWS_57", "checkov/CKV_GCP_28", "checkov/CKV_AZURE_34", "trivy/AVD-AWS-0092", "trivy/AVD-GCP-0001", "trivy/AVD-AZU-0007"],
        References = ["CWE-732", "CWE-284", "OWASP A01:2021", "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_acl"],
    };

    public bool Reads(SnapshotFile file) => TerraformFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var bucket in TerraformFile.Resources(file, "aws_s3_bucket", "aws_s3_bucket_acl"))
        {
            if (bucket["acl"] is { Literal: "public-read" or "public-read-write" or "website" } acl && bucket.Of("website").FirstOrDefault() is null)
            {
                yield return Descriptor.At(file.Path, acl.Line, $"'{TerraformFile.Address(bucket)}' is public ('{acl.Text}').");
            }
        }

        foreach (var grant in TerraformFile.Resources(file, "google_storage_bucket_iam_member", "google_storage_bucket_iam_binding", "google_storage_bucket_access_control", "google_storage_default_object_access_control"))
        {
            var everybody = new[] { grant["member"], grant["entity"] }.OfType<HclValue>().Concat(grant["members"]?.Items ?? []).FirstOrDefault(member => member.Literal is "allUsers" or "allAuthenticatedUsers");
            if (everybody is not null)
            {
                yield return Descriptor.At(file.Path, everybody.Line, $"'{TerraformFile.Address(grant)}' gives a role to everybody.");
            }
        }

        foreach (var container in TerraformFile.Resources(file, "azurerm_storage_container"))
        {
            if (container["container_access_type"] is { Literal: "blob" or "container" } access)
            {
                yield return Descriptor.At(file.Path, access.Line, $"'{TerraformFile.Address(container)}' is public ('{access.Text}').");
            }
        }
    }
}
