using AutoDevOps.Analyzer.Parsing.Hcl;

namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags policies that let everybody use a resource in every way.</summary>
internal sealed class TerraformPublicPolicy : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF042", "terraform-public-policy", Category.Security, Severity.High,
        What: "A policy of a bucket, queue, topic, key or secret of AWS in Terraform that allows `*` every action, without a condition.",
        Why: "Everybody with an account of AWS reads, writes and deletes.",
        Remedy: "Name the principals, or add a condition on the account or organization.")
    {
        Equivalents = ["checkov/CKV_AWS_70", "checkov/CKV_AWS_168", "checkov/CKV_AWS_169", "checkov/CKV_AWS_33", "trivy/AVD-AWS-0097"],
        References = ["CWE-732", "CWE-284", "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"],
    };

    public bool Reads(SnapshotFile file) => TerraformFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var statement in TerraformFile.Data(file, "aws_iam_policy_document").SelectMany(document => document.Of("statement")))
        {
            if (statement.Literal("effect") != "Deny" && statement.Of("condition").FirstOrDefault() is null && EveryAction(statement["actions"])
                && statement.Of("principals").Select(principals => principals["identifiers"]?.Literals.FirstOrDefault(name => name.Text == "*")).FirstOrDefault(name => name is not null) is { } everybody)
            {
                yield return Descriptor.At(file.Path, everybody.Line, "The policy allows everybody every action.");
            }
        }

        foreach (var resource in TerraformFile.Resources(file, "aws_s3_bucket_policy", "aws_sqs_queue_policy", "aws_sns_topic_policy", "aws_kms_key", "aws_secretsmanager_secret_policy", "aws_ecr_repository_policy"))
        {
            if (resource["policy"] is { } policy && AwsPolicy.Statements(policy).FirstOrDefault(IsOpen) is { } statement)
            {
                yield return Descriptor.At(file.Path, statement.Line, $"'{TerraformFile.Address(resource)}' allows everybody every action.");
            }
        }
    }

    private static bool IsOpen(HclValue statement) =>
        statement["Effect"]?.Literal == "Allow" && statement["Condition"] is null && EveryAction(statement["Action"])
        && (statement["Principal"]?.Literal == "*" || statement["Principal"]?["AWS"]?.Literals.Any(name => name.Text == "*") == true);

    private static bool EveryAction(HclValue? actions) => actions?.Literals.Any(action => action.Text == "*" || action.Text.EndsWith(":*", StringComparison.Ordinal)) == true;
}
