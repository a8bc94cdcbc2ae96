using AutoDevOps.Analyzer.Parsing.Hcl;

namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags roles of Google Cloud that hold for a whole project.</summary>
internal sealed class TerraformPrimitiveRole : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF043", "terraform-primitive-role", Category.Security, Severity.Medium,
        What: "A grant of `roles/owner` or `roles/editor` on a project of Google Cloud to a service account, in Terraform.",
        Why: "Whoever gets one key of that account changes everything in the project.",
        Remedy: "Grant the predefined roles that are needed.")
    {
        Equivalents = ["checkov/CKV_GCP_117", "checkov/CKV_GCP_49", "trivy/AVD-GCP-0007", "trivy/AVD-GCP-0016"],
        References = ["CWE-269", "CIS GCP 1.5", "https://cloud.google.com/iam/docs/roles-overview#basic"],
    };

    public bool Reads(SnapshotFile file) => TerraformFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from grant in TerraformFile.Resources(file, "google_project_iam_member", "google_project_iam_binding")
        let role = grant["role"]
        where role?.Literal is "roles/owner" or "roles/editor"
            && new[] { grant["member"] }.OfType<HclValue>().Concat(grant["members"]?.Items ?? []).Any(member => member.Text.Contains("serviceAccount:", StringComparison.Ordinal) || member.Text == "allUsers")
        select Descriptor.At(file.Path, role.Line, $"'{TerraformFile.Address(grant)}' gives '{role.Text}' to a service account.");
}
