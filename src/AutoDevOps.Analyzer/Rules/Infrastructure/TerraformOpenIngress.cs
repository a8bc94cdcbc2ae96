using AutoDevOps.Analyzer.Parsing.Hcl;

namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a firewall that lets everybody to ports for administrators and databases.</summary>
internal sealed class TerraformOpenIngress : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF030", "terraform-open-ingress", Category.Security, Severity.High,
        What: "A rule of a firewall in Terraform that opens SSH, RDP, a database or every port to `0.0.0.0/0` (AWS, Azure, Google).",
        Why: "The whole internet tries passwords and known holes within minutes.",
        Remedy: "Name the addresses that need it, or use a bastion or session manager.")
    {
        Equivalents = ["checkov/CKV_AWS_24", "checkov/CKV_AWS_25", "checkov/CKV_AWS_260", "checkov/CKV_GCP_2", "checkov/CKV_GCP_3", "checkov/CKV_AZURE_9", "checkov/CKV_AZURE_10", "trivy/AVD-AWS-0107", "tfsec/aws-ec2-no-public-ingress-sgr"],
        References = ["CWE-284", "CWE-1327", "CIS AWS 5.2", "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group"],
    };

    public bool Reads(SnapshotFile file) => TerraformFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var (place, ports) in Amazon(file).Concat(Google(file)).Concat(Azure(file)))
        {
            yield return Descriptor.At(file.Path, place.Line, $"Everybody reaches {ports}.");
        }
    }

    private static IEnumerable<(HclValue Place, string Ports)> Amazon(SnapshotFile file)
    {
        var blocks = TerraformFile.Resources(file, "aws_security_group", "aws_default_security_group").SelectMany(group => group.Of("ingress"))
            .Concat(TerraformFile.Resources(file, "aws_security_group_rule").Where(rule => rule.Literal("type") == "ingress"))
            .Concat(TerraformFile.Resources(file, "aws_vpc_security_group_ingress_rule"));
        foreach (var block in blocks)
        {
            var everybody = TerraformFile.Everybody(block["cidr_blocks"]) ?? TerraformFile.Everybody(block["ipv6_cidr_blocks"])
                ?? TerraformFile.Everybody(block["cidr_ipv4"]) ?? TerraformFile.Everybody(block["cidr_ipv6"]);
            var protocol = block.Literal("protocol") ?? block.Literal("ip_protocol");
            if (everybody is not null && (protocol is "-1" or "all" ? "every port" : protocol is "icmp" or "icmpv6" ? null : SensitivePort.In(block.Literal("from_port"), block.Literal("to_port"))) is { } ports)
            {
                yield return (everybody, ports);
            }
        }
    }

    private static IEnumerable<(HclValue Place, string Ports)> Google(SnapshotFile file)
    {
        foreach (var firewall in TerraformFile.Resources(file, "google_compute_firewall"))
        {
            if (TerraformFile.Everybody(firewall["source_ranges"]) is not { } everybody || firewall.Literal("direction") == "EGRESS" || firewall["disabled"]?.IsTrue == true)
            {
                continue;
            }

            foreach (var allow in firewall.Of("allow").Where(allow => allow.Literal("protocol") is "tcp" or "all" or "6"))
            {
                var ports = allow["ports"] is { } list ? list.Literals.Select(port => SensitivePort.In(port.Text)).FirstOrDefault(found => found is not null) : "every port";
                if (ports is not null)
                {
                    yield return (everybody, ports);
                }
            }
        }
    }

    private static IEnumerable<(HclValue Place, string Ports)> Azure(SnapshotFile file)
    {
        var rules = TerraformFile.Resources(file, "azurerm_network_security_rule").Concat(TerraformFile.Resources(file, "azurerm_network_security_group").SelectMany(group => group.Of("security_rule")));
        foreach (var rule in rules.Where(rule => rule.Literal("direction") == "Inbound" && rule.Literal("access") == "Allow" && rule.Literal("protocol") is not ("Icmp" or "Udp")))
        {
            if (rule["source_address_prefix"] is { Literal: "*" or "0.0.0.0/0" or "Internet" or "Any" } everybody
                && (rule.Literal("destination_port_range") is { } range ? SensitivePort.In(range) : (rule["destination_port_ranges"]?.Literals ?? []).Select(port => SensitivePort.In(port.Text)).FirstOrDefault(found => found is not null)) is { } ports)
            {
                yield return (everybody, ports);
            }
        }
    }
}
