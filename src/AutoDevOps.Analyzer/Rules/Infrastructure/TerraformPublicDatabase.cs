namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags databases with an address on the internet.</summary>
internal sealed class TerraformPublicDatabase : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF034", "terraform-public-database", Category.Security, Severity.High,
        What: "A database in Terraform with `publicly_accessible = true`, or whose list of networks has everybody in it (AWS, Google, Azure).",
        Why: "Only the password stands between the internet and the data.",
        Remedy: "Keep it in a private network.")
    {
        Equivalents = ["checkov/CKV_AWS_17", "checkov/CKV_AWS_87", "checkov/CKV_AWS_89", "checkov/CKV_GCP_11", "checkov/CKV_AZURE_11", "trivy/AVD-AWS-0180", "trivy/AVD-GCP-0017"],
        References = ["CWE-284", "CIS AWS 2.3.3", "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance"],
    };

    public bool Reads(SnapshotFile file) => TerraformFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var resource in TerraformFile.Resources(file, "aws_db_instance", "aws_rds_cluster_instance", "aws_redshift_cluster", "aws_dms_replication_instance", "aws_docdb_cluster_instance", "aws_mq_broker"))
        {
            if (resource["publicly_accessible"] is { IsTrue: true } flag)
            {
                yield return Descriptor.At(file.Path, flag.Line, $"'{TerraformFile.Address(resource)}' has an address on the internet.");
            }
        }

        foreach (var network in TerraformFile.Resources(file, "google_sql_database_instance").SelectMany(instance => instance.Of("settings")).SelectMany(settings => settings.Of("ip_configuration")).SelectMany(addresses => addresses.Of("authorized_networks")))
        {
            if (TerraformFile.Everybody(network["value"]) is { } everybody)
            {
                yield return Descriptor.At(file.Path, everybody.Line, "The database is open to the internet.");
            }
        }

        foreach (var rule in TerraformFile.Resources(file, "azurerm_mssql_firewall_rule", "azurerm_sql_firewall_rule", "azurerm_postgresql_firewall_rule", "azurerm_postgresql_flexible_server_firewall_rule", "azurerm_mysql_firewall_rule", "azurerm_mysql_flexible_server_firewall_rule"))
        {
            if (rule["end_ip_address"] is { Literal: "255.255.255.255" } end && rule.Literal("start_ip_address") == "0.0.0.0")
            {
                yield return Descriptor.At(file.Path, end.Line, $"'{TerraformFile.Address(rule)}' opens the database to the internet.");
            }
        }
    }
}
