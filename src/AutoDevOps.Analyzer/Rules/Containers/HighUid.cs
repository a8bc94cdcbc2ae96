using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags a user with a high number who is entered into the log of logins.</summary>
internal sealed class HighUid : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT040", "high-uid", Category.Performance, Severity.Low,
        What: "`useradd` with a number of six digits or more and without `-l`.",
        Why: "The log of logins has a place for each number below; as part of a layer it is written out, and the image can grow by gigabytes.",
        Remedy: "Add `-l`, or take a smaller number.")
    {
        Equivalents = ["hadolint/DL3046"],
        References = ["https://docs.docker.com/build/building/best-practices/#user"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        foreach (var command in run.Commands.Where(command => command.Program == "useradd"))
        {
            if (!command.HasLong("--no-log-init") && !command.HasShort('l', "bcdegGkKpRPsuZ") && Number(command) is { Length: >= 6 } number)
            {
                yield return At(file, command, $"User {number} is created with an entry in the log of logins.") with
                {
                    Fix = DockerFix.Insert(file, run, command, command.ProgramWord!.Value, " -l", "Add -l"),
                };
            }
        }
    }

    private static string? Number(RunCommand command)
    {
        var words = command.Arguments.Select(word => word.Text).ToList();
        for (var index = 0; index < words.Count; index++)
        {
            var word = words[index];
            var value = word.StartsWith("--uid=", StringComparison.Ordinal) ? word[6..]
                : (word == "--uid" || (word.Length > 1 && word[0] == '-' && word[1] != '-' && word.EndsWith('u'))) && index + 1 < words.Count ? words[index + 1]
                : null;
            if (value?.Length > 0 && value.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0)
            {
                return value.TrimStart('0');
            }
        }

        return null;
    }
}
