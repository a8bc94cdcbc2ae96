using AutoDevOps.Analyzer.Parsing.Hcl;

namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags policies of AWS that allow everything on everything.</summary>
internal sealed class TerraformWildcardPolicy : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF035", "terraform-wildcard-policy", Category.Security, Severity.High,
        What: "A policy of AWS in Terraform that allows the action `*` on the resource `*`.",
        Why: "Whoever gets one key with it owns the account.",
        Remedy: "Name the actions and the resources that are needed.")
    {
        Equivalents = ["checkov/CKV_AWS_1", "checkov/CKV_AWS_49", "checkov/CKV_AWS_62", "checkov/CKV_AWS_63", "trivy/AVD-AWS-0057", "tfsec/aws-iam-no-policy-wildcards"],
        References = ["CWE-269", "CWE-732", "CIS AWS 1.16", "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"],
    };

    public bool Reads(SnapshotFile file) => TerraformFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var statement in TerraformFile.Data(file, "aws_iam_policy_document").SelectMany(document => document.Of("statement")))
        {
            if (statement.Literal("effect") != "Deny" && Star(statement["actions"]) is { } star && Star(statement["resources"]) is not null && statement.Of("principals").FirstOrDefault() is null)
            {
                yield return Descriptor.At(file.Path, star.Line, "The policy allows everything on everything.");
            }
        }

        foreach (var resource in TerraformFile.Resources(file, "aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy"))
        {
            if (resource["policy"] is { } policy && AwsPolicy.Statements(policy).FirstOrDefault(IsAll) is { } statement)
            {
                yield return Descriptor.At(file.Path, statement.Line, $"'{TerraformFile.Address(resource)}' allows everything on everything.");
            }
        }
    }

    private static bool IsAll(HclValue statement) => statement["Effect"]?.Literal == "Allow" && Star(statement["Action"]) is not null && Star(statement["Resource"]) is not null && statement["Condition"] is null;

    private static HclValue? Star(HclValue? list) => list?.Literals.FirstOrDefault(item => item.Text is "*" or "*:*");
}
