namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags Kubernetes clusters whose API the internet reaches.</summary>
internal sealed class TerraformOpenCluster : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF040", "terraform-open-cluster", Category.Security, Severity.Medium,
        What: "A cluster of Kubernetes in Terraform whose API is open to `0.0.0.0/0`, or that has no roles (AWS, Google, Azure).",
        Why: "One hole in the API, or one key that leaks, is enough.",
        Remedy: "Name the networks that may reach it, or keep it private.")
    {
        Equivalents = ["checkov/CKV_AWS_38", "checkov/CKV_AZURE_5", "checkov/CKV_GCP_18", "trivy/AVD-AWS-0041", "trivy/AVD-GCP-0053", "trivy/AVD-AZU-0042"],
        References = ["CWE-284", "https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html"],
    };

    public bool Reads(SnapshotFile file) => TerraformFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var cluster in TerraformFile.Resources(file, "aws_eks_cluster"))
        {
            foreach (var access in cluster.Of("vpc_config").Where(network => network["endpoint_public_access"]?.IsFalse != true))
            {
                if (TerraformFile.Everybody(access["public_access_cidrs"]) is { } everybody)
                {
                    yield return Descriptor.At(file.Path, everybody.Line, $"The API of '{TerraformFile.Address(cluster)}' is open to the internet.");
                }
            }
        }

        foreach (var network in TerraformFile.Resources(file, "google_container_cluster").SelectMany(cluster => cluster.Of("master_authorized_networks_config")).SelectMany(list => list.Of("cidr_blocks")))
        {
            if (TerraformFile.Everybody(network["cidr_block"]) is { } everybody)
            {
                yield return Descriptor.At(file.Path, everybody.Line, "The API of the cluster is open to the internet.");
            }
        }

        foreach (var cluster in TerraformFile.Resources(file, "azurerm_kubernetes_cluster"))
        {
            if (cluster["role_based_access_control_enabled"] is { IsFalse: true } roles)
            {
                yield return Descriptor.At(file.Path, roles.Line, $"'{TerraformFile.Address(cluster)}' has no roles: everybody with a key may do everything.");
            }
        }
    }
}
