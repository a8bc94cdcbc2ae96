using AutoDevOps.Analyzer.Parsing.Hcl;

namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags services that take connections in clear, or with a TLS that is given up.</summary>
internal sealed class TerraformWeakTls : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF041", "terraform-weak-tls", Category.Security, Severity.Medium,
        What: "A service in Terraform that allows plain HTTP, or TLS older than 1.2, where it could refuse them (AWS, Azure).",
        Why: "What travels can be read or changed by whoever sits in between.",
        Remedy: "Redirect or refuse plain HTTP, and ask for TLS 1.2 or newer.")
    {
        Equivalents = ["checkov/CKV_AWS_34", "checkov/CKV_AWS_103", "checkov/CKV_AZURE_3", "checkov/CKV_AZURE_44", "trivy/AVD-AWS-0012", "trivy/AVD-AWS-0013", "trivy/AVD-AWS-0047", "trivy/AVD-AZU-0008", "trivy/AVD-AZU-0011"],
        References = ["CWE-319", "CWE-326", "OWASP A02:2021", "https://www.rfc-editor.org/rfc/rfc8996"],
    };

    public bool Reads(SnapshotFile file) => TerraformFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from found in Values(file)
        select Descriptor.At(file.Path, found.Line, $"'{found.Text}' lets connections be read or changed.");

    private static IEnumerable<HclValue> Values(SnapshotFile file)
    {
        foreach (var distribution in TerraformFile.Resources(file, "aws_cloudfront_distribution"))
        {
            foreach (var behaviour in distribution.Of("default_cache_behavior").Concat(distribution.Of("ordered_cache_behavior")))
            {
                if (behaviour["viewer_protocol_policy"] is { Literal: "allow-all" } policy)
                {
                    yield return policy;
                }
            }

            foreach (var certificate in distribution.Of("viewer_certificate"))
            {
                if (certificate["minimum_protocol_version"] is { Literal: "SSLv3" or "TLSv1" or "TLSv1_2016" or "TLSv1.1_2016" } version)
                {
                    yield return version;
                }
            }
        }

        foreach (var listener in TerraformFile.Resources(file, "aws_lb_listener", "aws_alb_listener"))
        {
            if (listener["ssl_policy"] is { Literal: "ELBSecurityPolicy-2016-08" or "ELBSecurityPolicy-2015-05" or "ELBSecurityPolicy-TLS-1-0-2015-04" or "ELBSecurityPolicy-TLS-1-1-2017-01" } policy)
            {
                yield return policy;
            }
        }

        foreach (var account in TerraformFile.Resources(file, "azurerm_storage_account"))
        {
            if (new[] { account["https_traffic_only_enabled"], account["enable_https_traffic_only"] }.FirstOrDefault(flag => flag?.IsFalse == true) is { } flag)
            {
                yield return flag with { Text = "https_traffic_only_enabled = false" };
            }

            if (account["min_tls_version"] is { Literal: "TLS1_0" or "TLS1_1" } version)
            {
                yield return version;
            }
        }
    }
}
