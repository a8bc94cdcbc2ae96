using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an access key of AWS together with its secret; the id alone opens nothing.</summary>
internal sealed partial class AwsAccessKey() : SecretRule("AKIA")
{
    /// <summary>How far apart the two may stand, in lines.</summary>
    private const int Reach = 5;

    public override RuleDescriptor Descriptor { get; } = new(
        "SEC002", "aws-access-key", Category.Security, Severity.Critical,
        What: "An access key id of AWS with a secret access key within five lines.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Remedy)
    {
        Equivalents = ["gitleaks/aws-access-token"],
        References = [.. SecretAdvice.References, "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids"],
    };

    public override bool Reads(SnapshotFile file) => !file.IsTest;

    public override IEnumerable<Finding> Check(SnapshotFile file)
    {
        var withId = Lines(file);
        if (withId.Count == 0)
        {
            yield break;
        }

        // Each line is searched for a secret once, however many keys stand near it.
        var lines = file.Lines().Select(line => (line.Text, HasSecret: new Lazy<bool>(() => HasSecret(line.Text)))).ToList();
        foreach (var number in withId.Select(line => line.Number))
        {
            foreach (Match match in KeyId().Matches(lines[number - 1].Text))
            {
                var id = match.Groups["id"];
                var near = lines.Skip(Math.Max(0, number - 1 - Reach)).Take((2 * Reach) + 1);
                if (!Placeholders.IsPlaceholder(id.Value) && Placeholders.Entropy(id.Value) > 3 && near.Any(other => other.HasSecret.Value))
                {
                    yield return Descriptor.At(new Location(file.Path, number, number, id.Index + 1, id.Index + id.Length + 1), $"An access key of AWS stands here with its secret: {Redaction.Of(id.Value)}");
                }
            }
        }
    }

    private static bool HasSecret(string line) =>
        Secret().Matches(line).Select(match => match.Groups["secret"].Value).Any(value =>
            Placeholders.Entropy(value) > 4.2 && !Placeholders.IsPlaceholder(value) && value.Any(char.IsAsciiLetterUpper) && value.Any(char.IsAsciiLetterLower) && value.Any(char.IsAsciiDigit));

    [GeneratedRegex(@"(^|[^A-Z0-9])(?<id>AKIA[A-Z2-7]{16})($|[^A-Z0-9])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex KeyId();

    [GeneratedRegex(@"(^|[^0-9A-Za-z/+=])(?<secret>[0-9A-Za-z/+]{40})($|[^0-9A-Za-z/+=])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Secret();
}
