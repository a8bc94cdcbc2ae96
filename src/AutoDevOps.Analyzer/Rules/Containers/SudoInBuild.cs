using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags <c>sudo</c> where the build is root already.</summary>
internal sealed class SudoInBuild : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT021", "sudo-in-build", Category.Security, Severity.Low,
        What: "`sudo` in a `RUN` that root runs anyway.",
        Why: "It changes nothing but the environment of what it runs, and a `sudo` that is installed for it is a way to root in the image.",
        Remedy: "Leave `sudo` out; use `USER` to change who runs.")
    {
        Equivalents = ["hadolint/DL3004", "trivy/DS010", "checkov/CKV2_DOCKER_1"],
        References = ["CWE-250", "https://docs.docker.com/build/building/best-practices/#user"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        var users = dockerfile.BuildStages.SelectMany(stage => stage.Instructions.Where(instruction => instruction.Keyword == "USER"), (stage, user) => (Stage: stage, User: user)).ToLookup(pair => pair.Stage, pair => pair.User);
        foreach (var run in dockerfile.Runs)
        {
            WorkBudget.Spend(1 + run.Commands.Count);
            foreach (var command in run.Commands)
            {
                // sudo -u is a way to be somebody else.
                if (command.Sudo is not null && !command.Prefix.Any(word => word.Text.StartsWith("-u", StringComparison.Ordinal) || word.Text.StartsWith("--user", StringComparison.Ordinal) || word.Text == "-i") && IsRoot(run, users))
                {
                    yield return Descriptor.At(file.Path, command.Line, $"`sudo {command.Program}` is run by root.", command.EndLine) with { Fix = Repair(file, run, command) };
                }
            }
        }
    }

    private static bool IsRoot(DockerRun run, ILookup<BuildStage, DockerInstruction> users)
    {
        foreach (var stage in run.Stage.Chain())
        {
            var user = users[stage].Take(100).LastOrDefault(user => user.StartLine < run.Instruction.StartLine);
            if (user is not null)
            {
                return user.Arguments.Split(':')[0].Trim() is "root" or "0";
            }
        }

        return run.Stage.Base is { } image && KnownImages.StartAsRoot.Contains(image.Name);
    }

    private static Fix? Repair(SnapshotFile file, DockerRun run, RunCommand command)
    {
        // Only `sudo program`: options and assignments mean something.
        if (command.Sudo is not { } sudo || command.ProgramWord is not { } program || command.Words.Select((word, index) => (word, index)).First(pair => pair.word == sudo).index + 1 is var next && command.Words[next] != program)
        {
            return null;
        }

        var (line, column) = command.Source.Place(sudo.Start);
        var (other, after) = command.Source.Place(program.Start);
        return run.IsExec || line != other ? null : DockerFix.Change(file, run.Dockerfile, line, column, after - column, "", "Leave sudo out");
    }
}
