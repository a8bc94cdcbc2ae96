using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags copying to a relative path where no folder was chosen.</summary>
internal sealed class CopyWithoutWorkdir : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT026", "copy-without-workdir", Category.CodeQuality, Severity.Low,
        What: "`COPY` to a relative path in a final image whose working folder is the root of the file system.",
        Why: "Files end up beside `/bin` and `/etc`, where another image may have files of the same name.",
        Remedy: "Set `WORKDIR` first, or copy to an absolute path.")
    {
        Equivalents = ["hadolint/DL3045"],
        References = ["https://docs.docker.com/build/building/best-practices/#workdir"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        var chosen = new Dictionary<BuildStage, bool>();
        foreach (var stage in dockerfile.BuildStages)
        {
            var isChosen = stage.IsWindows || (stage.Parent is { } parent ? chosen[parent] : stage.Base is not { } image || !KnownImages.WithoutWorkdir.Contains(image.Name));
            foreach (var instruction in stage.Instructions)
            {
                isChosen |= instruction.Keyword == "WORKDIR";
                if (!isChosen && stage.IsShipped && instruction.Keyword == "COPY" && CopyWords.Of(instruction) is [_, .., var target] && target[0] is not ('/' or '$' or '<'))
                {
                    yield return At(file, instruction, $"'{target}' is in the root folder of the image: no WORKDIR was set.");
                }
            }

            chosen[stage] = isChosen;
        }
    }
}
