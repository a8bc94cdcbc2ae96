using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Rules.Secrets;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags a secret that becomes part of an image through <c>ENV</c> or <c>ARG</c>.</summary>
internal sealed partial class SecretInImage : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "CNT003", "secret-in-image", Category.Security, Severity.Medium,
        What: "`ENV` or `ARG` with the name of a secret and a value, or an `ENV` that keeps a build argument of that name.",
        Why: "The value can be read from the image's history and configuration by everyone who can pull it.",
        Remedy: "Give it at run time, or to a build step with `RUN --mount=type=secret`.")
    {
        Confidence = 0.9,
        Equivalents = ["docker/SecretsUsedInArgOrEnv", "trivy/DS031", "checkov/CKV_SECRET_6"],
        References = ["CWE-798", "CWE-312", "CIS Docker 4.10", "https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/"],
    };

    public bool Reads(SnapshotFile file) => Dockerfile.IsPath(file) && !file.IsTest;

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var instruction in Dockerfile.Parse(file).Instructions.Where(instruction => instruction.Keyword is "ENV" or "ARG"))
        {
            foreach (var (name, value) in instruction.Assignments())
            {
                if (string.IsNullOrWhiteSpace(value) || !SecretName().IsMatch(name) || NoSecretName().IsMatch(name))
                {
                    continue;
                }

                if (value.Contains('$', StringComparison.Ordinal))
                {
                    if (instruction.Keyword == "ENV" && BuildArgument().Match(value) is { Success: true } match && SecretName().IsMatch(match.Groups["name"].Value))
                    {
                        yield return Descriptor.At(file.Path, instruction.StartLine, $"ENV {name} keeps the build argument in the image.", instruction.EndLine);
                    }
                }
                else if (value.Length >= 6 && !Placeholders.IsPlaceholder(value) && !value.Contains('/', StringComparison.Ordinal))
                {
                    yield return Descriptor.At(file.Path, instruction.StartLine, $"{instruction.Keyword} {name} holds a value ({Redaction.Of(value)}) that becomes part of the image.", instruction.EndLine);
                }
            }
        }
    }

    [GeneratedRegex("(^|_)(PASSWORD|PASSWD|PWD|SECRET|TOKEN|APIKEY|API_KEY|ACCESS_KEY|SECRET_KEY|PRIVATE_KEY|CREDENTIALS?)(_BASE|_KEY|_VALUE)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex SecretName();

    [GeneratedRegex("^(PWD|OLDPWD)$|PUBLIC|(^|_)(FILE|PATH|NO|ALLOW|REQUIRE|MAX|MIN|DISABLE|ENABLE|USE|EMPTY)_", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex NoSecretName();

    [GeneratedRegex(@"^\$\{?(?<name>[A-Za-z0-9_]+)\}?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex BuildArgument();
}
