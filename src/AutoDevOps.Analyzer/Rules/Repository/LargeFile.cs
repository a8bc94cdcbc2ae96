using System.Globalization;
using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules.Repository;

/// <summary>Flags a file that makes every clone slow for ever.</summary>
internal sealed class LargeFile : IRepositoryRule
{
    private const long Mebibyte = 1024 * 1024;

    public RuleDescriptor Descriptor { get; } = new(
        "REP004", "large-file", Category.Performance, Severity.Low,
        What: "A file of more than 10 MiB; medium from 50 MiB, of which GitHub warns.",
        Why: "Every clone and every CI run downloads it, also after it was deleted.",
        Remedy: "Keep it in a release, a package or Git LFS.")
    {
        References = ["https://docs.github.com/repositories/working-with-files/managing-large-files/about-large-files-on-github"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.Entries.Count > 0;

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.Entries
            .Where(file => file.Size > 10 * Mebibyte && file.Kind is not (FileKind.LfsPointer or FileKind.Link or FileKind.Submodule) && !file.IsSample)
            .Select(file => Descriptor.At(new Location(file.Path, 0, 0), string.Create(CultureInfo.InvariantCulture, $"'{file.Name}' is {file.Size / (double)Mebibyte:F1} MiB.")) with
            {
                Severity = file.Size > 50 * Mebibyte ? Severity.Medium : Severity.Low,
            });
}
