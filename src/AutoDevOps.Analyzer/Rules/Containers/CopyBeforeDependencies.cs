using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags installing dependencies after the whole source was copied.</summary>
internal sealed partial class CopyBeforeDependencies : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "CNT005", "copy-before-dependencies", Category.Performance, Severity.Low,
        What: "`COPY .` before the step that installs dependencies.",
        Why: "Every change of any file installs all dependencies again.",
        Remedy: "Copy the manifest and lock file first, install, and copy the rest after.")
    {
        Confidence = 0.9,
        References = ["https://docs.docker.com/build/cache/optimize/#order-your-layers"],
    };

    public bool Reads(SnapshotFile file) => Dockerfile.IsPath(file) && !file.IsTest;

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var stage in Dockerfile.Parse(file).Stages)
        {
            var copies = stage.Instructions.TakeWhile(instruction => instruction.Sources() is not ["." or "./"]).ToList();
            if (copies.Count == stage.Instructions.Count)
            {
                continue;
            }

            // Dependencies that were installed before make the second time cheap.
            if (copies.Any(instruction => instruction.Keyword == "RUN" && Install().IsMatch(instruction.Script)))
            {
                continue;
            }

            var install = stage.Instructions.Skip(copies.Count).FirstOrDefault(instruction => instruction.Keyword == "RUN" && Install().IsMatch(instruction.Script));
            if (install is not null && !install.HasFlag("mount=type=cache"))
            {
                yield return Descriptor.At(file.Path, stage.Instructions[copies.Count].StartLine, $"Everything is copied before line {install.StartLine} installs the dependencies.");
            }
        }
    }

    [GeneratedRegex(@"(^|[\s;&|])(npm (ci|install|i)(\s*$|\s*[;&|\n]|\s+-)|yarn install|yarn\s*$|pnpm (install|i)\b|pip3? install[^;&|\n]*(-r|--requirement)\s|poetry install|pipenv (install|sync)|bundle install|go mod download|composer install|uv sync|mix deps\.get)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Install();
}
