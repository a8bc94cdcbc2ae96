using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Rules.Secrets;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags a password or token in what a build runs or fetches.</summary>
internal sealed partial class SecretInCommand : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT049", "secret-in-command", Category.Security, Severity.High,
        What: "`RUN` or `ADD` with a password in an address or a header, or a `RUN` of the final image that reads a build argument of such a name.",
        Why: "The command and the arguments of the build are part of the image's history, and can be read by everyone who can pull it.",
        Remedy: "Give it to the step with `RUN --mount=type=secret`, and replace what was published.")
    {
        Equivalents = ["docker/SecretsUsedInArgOrEnv"],
        References = ["CWE-798", "CWE-522", "CIS Docker 4.10", "https://docs.docker.com/build/building/secrets/"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        var arguments = dockerfile.Instructions.Where(instruction => instruction.Keyword == "ARG").SelectMany(instruction => instruction.Assignments()).Select(pair => pair.Name).ToHashSet(StringComparer.Ordinal);
        var shipped = dockerfile.BuildStages.Where(stage => stage.IsShipped).SelectMany(stage => stage.Instructions).Where(instruction => instruction.Keyword == "ARG")
            .SelectMany(instruction => instruction.Assignments()).Select(pair => pair.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var add in dockerfile.Instructions.Where(instruction => instruction.Keyword == "ADD"))
        {
            if (add.Words().Select(word => Secret(word, arguments)).FirstOrDefault(problem => problem is not null) is { } problem)
            {
                yield return At(file, add, problem);
            }
        }

        foreach (var run in dockerfile.Runs)
        {
            WorkBudget.Spend(1 + run.Commands.Count);
            var kept = run.Stage.IsShipped ? Kept(run) : null;
            foreach (var command in run.Commands)
            {
                if (command.Words.Select(word => Secret(word.Text, arguments)).FirstOrDefault(problem => problem is not null) is { } problem)
                {
                    yield return Descriptor.At(file.Path, command.Line, problem, command.EndLine);
                    kept = null;
                }
            }

            if (kept is not null && shipped.Contains(kept))
            {
                yield return At(file, run.Instruction, $"The history of the image keeps the value of the build argument {kept}, which this RUN reads.") with { Severity = Severity.Medium };
            }
        }
    }

    /// <summary>The first variable with the name of a secret that the commands read, and that is no mounted one.</summary>
    private static string? Kept(DockerRun run) =>
        run.Commands.SelectMany(command => command.Words).Where(word => word.Text.Length < 2000 && word.Text.Contains('$', StringComparison.Ordinal))
            .SelectMany(word => AnyVariable().Matches(word.Text)).Select(match => match.Groups["name"].Value)
            .Where(name => SurelySecret().IsMatch(name)).Distinct(StringComparer.Ordinal).Take(10)
            .FirstOrDefault(name => !run.Instruction.Text.Text.Contains("env=" + name, StringComparison.Ordinal) && !Declares(run, name));

    /// <summary>Whether the commands set it themselves: from a file, as a rule.</summary>
    private static bool Declares(DockerRun run, string name) =>
        run.Commands.Any(command => command.Words.Take(3).Any(word => word.Text.StartsWith(name + "=", StringComparison.Ordinal)));

    private static string? Secret(string word, HashSet<string> arguments)
    {
        if (word.Length > 2000 || !word.Contains(':', StringComparison.Ordinal))
        {
            return null;
        }

        if (Header().Match(word) is { Success: true } header)
        {
            var value = header.Groups["value"].Value;
            return Placeholders.IsPlaceholder(value) ? null : $"A header holds a secret ({Redaction.Of(value)}) that becomes part of the image's history.";
        }

        if (Password().Match(word) is not { Success: true } match)
        {
            return null;
        }

        var secret = match.Groups["secret"].Value;
        if (Variable().Match(secret) is { Success: true } variable)
        {
            var name = variable.Groups["name"].Value;
            return arguments.Contains(name) && SecretName().IsMatch(name) ? $"The build argument {name} in an address becomes part of the image's history." : null;
        }

        // Names such as git@ have no password, and words of a template are none.
        return match.Groups["colon"].Success && secret.Length >= 6 && !secret.Contains('$', StringComparison.Ordinal) && !Placeholders.IsPlaceholder(secret) && !secret.Equals(match.Groups["user"].Value, StringComparison.OrdinalIgnoreCase)
            ? $"An address holds a password ({Redaction.Of(secret)}) that becomes part of the image's history." : null;
    }

    [GeneratedRegex(@"^Authorization:\s*(Bearer|token|Basic)\s+(?<value>[A-Za-z0-9+/_=.-]{12,})$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Header();

    [GeneratedRegex(@"(https?|ftp)://((?<user>[^/:@\s]*)(?<colon>:))?(?<secret>[^/:@\s]+)@[A-Za-z0-9$]", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Password();

    [GeneratedRegex(@"^\$\{?(?<name>[A-Za-z_][A-Za-z0-9_]*)\}?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\$\{?(?<name>[A-Za-z_][A-Za-z0-9_]*)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex AnyVariable();

    [GeneratedRegex("(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|API_KEY|ACCESS_KEY|SECRET_KEY|PRIVATE_KEY|SSH_KEY)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SurelySecret();

    [GeneratedRegex("(^|_)(PASSWORD|PASSWD|PASS|SECRET|TOKEN|PAT|APIKEY|API_KEY|KEY|CREDENTIALS?)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex SecretName();
}
