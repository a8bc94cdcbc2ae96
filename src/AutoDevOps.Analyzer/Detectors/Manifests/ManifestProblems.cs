using System.Xml;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Snapshots;

namespace AutoDevOps.Analyzer.Detectors.Manifests;

/// <summary>Says of every manifest, whichever detector reads it or none does, what its own tool would refuse: at its place, once.</summary>
internal static class ManifestProblems
{
    /// <summary>Of one file; who has corrected these sees the next.</summary>
    private const int MaxPerFile = 5;

    public static IEnumerable<Diagnostic> Find(RepositorySnapshot snapshot, IReadOnlyList<CiConfiguration> ci)
    {
        var vendors = ci.ToDictionary(configuration => configuration.Path, ManifestCatalog.Of, StringComparer.Ordinal);
        return snapshot.Entries
            .Select(file => (File: file, Manifest: vendors.GetValueOrDefault(file.Path) ?? ManifestCatalog.Of(file)))
            .Where(entry => entry.Manifest is not null)
            .SelectMany(entry => (entry.File.IsRead ? Of(entry.File, entry.Manifest!) : NotRead(entry.File)).Take(MaxPerFile));
    }

    private static IEnumerable<Diagnostic> NotRead(SnapshotFile file)
    {
        var why = file.Kind switch
        {
            FileKind.Binary => "Has a NUL byte in it, and so counts as binary and is not read. Save it as UTF-8 without one.",
            FileKind.LfsPointer => "Is a pointer of Git LFS, and so is not read. Keep manifests out of LFS: `git lfs untrack`.",
            FileKind.TooLarge => $"Has {file.Size} bytes, which is more than is read of one file. Nothing of it counts.",
            _ => null,
        };
        return why is null ? [] : [new(file.Path, 0, why)];
    }

    private static IEnumerable<Diagnostic> Of(SnapshotFile file, Manifest manifest)
    {
        if (Encoding(file, manifest) is { } flaw)
        {
            yield return flaw;
        }

        // A file that was not merged to its end is not of its format either, and this says why.
        if (ConflictMark(file) is var mark and > 0)
        {
            yield return new(file.Path, mark, "Has the marks of a merge that was not finished. Choose what is right and delete the lines that begin with <<<<<<<, ======= and >>>>>>>.");
            yield break;
        }

        foreach (var problem in manifest.Format switch
        {
            ManifestFormat.Json => Tree(file, file.Json(), manifest),
            ManifestFormat.Yaml => Tree(file, file.Yaml(), manifest),
            ManifestFormat.Toml => Tree(file, file.Toml(), manifest),
            ManifestFormat.Xml => Xml(file, manifest),
            _ => manifest.Check?.Invoke(file) ?? [],
        })
        {
            yield return problem;
        }
    }

    private static IEnumerable<Diagnostic> Tree(SnapshotFile file, DataDocument document, Manifest manifest) =>
        document.Root is null ? document.Diagnostics.Select(problem => manifest.Format == ManifestFormat.Yaml ? Tab(file, problem.Line) ?? problem : problem).Select(Unread)
        : ManifestShape.Problems(file, document.Root, manifest).Concat(manifest.Format == ManifestFormat.Json ? RepeatedKeys.In(file, document.Root) : []);

    private static Diagnostic Unread(Diagnostic problem) => problem with { Message = $"{problem.Message.TrimEnd('.')}. Until that is corrected nothing in the file counts." };

    /// <summary>A tab where the parser stopped, or on the line after: its message would not say so.</summary>
    private static Diagnostic? Tab(SnapshotFile file, int line) =>
        file.Lines().Skip(line - 1).Take(2).FirstOrDefault(near => near.Text.AsSpan(0, near.Text.Length - near.Text.AsSpan().TrimStart().Length).Contains('\t')) is { Number: > 0 and var number }
            ? new(file.Path, number, "Not valid YAML: a tab indents this line. Indent with spaces.") : null;

    private static IEnumerable<Diagnostic> Xml(SnapshotFile file, Manifest manifest)
    {
        var (root, problem) = XmlTree.Read(file);
        return problem is not null ? [Unread(problem)]
            : root!.Name.LocalName == manifest.Root ? []
            : [new(file.Path, ((IXmlLineInfo)root).LineNumber, $"Cannot be what its name says: its root is <{root.Name.LocalName}> and must be <{manifest.Root}>.")];
    }

    private static Diagnostic? Encoding(SnapshotFile file, Manifest manifest) => file.Flaw switch
    {
        // XML says itself how it is encoded, and pip looks at the mark.
        TextFlaw.Wide when manifest.Format != ManifestFormat.Xml && file.Name != "requirements.txt" =>
            new(file.Path, 1, "Stands in UTF-16. It is read here, and many tools read UTF-8 only: save it as UTF-8."),
        TextFlaw.Unknown when manifest.Format != ManifestFormat.Xml =>
            new(file.Path, file.Lines().First(line => line.Text.Contains('\uFFFD', StringComparison.Ordinal)).Number, "Has bytes that are not UTF-8; they are read as \uFFFD. Save it as UTF-8."),
        _ => null,
    };

    /// <summary>The line at which a conflict begins, if it also ends; else 0.</summary>
    private static int ConflictMark(SnapshotFile file)
    {
        if (!file.Text.Contains("<<<<<<< ", StringComparison.Ordinal) || !file.Text.Contains("\n>>>>>>> ", StringComparison.Ordinal))
        {
            return 0;
        }

        return file.Lines().FirstOrDefault(line => line.Text.StartsWith("<<<<<<< ", StringComparison.Ordinal)).Number;
    }
}
