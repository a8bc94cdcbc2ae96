using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Manifests;

internal enum ManifestFormat
{
    Json,
    Yaml,
    Toml,
    Xml,

    /// <summary>A language of its own, read line by line.</summary>
    Program,
}

/// <summary>A kind of file that detectors read, and what its own tool demands of it.</summary>
/// <param name="Shape">What must stand where; what is not named here may be anything.</param>
internal sealed record Manifest(ManifestFormat Format, params IReadOnlyList<Expected> Shape)
{
    /// <summary>The name of the element that the file is (XML).</summary>
    public string? Root { get; init; }

    /// <summary>What else is wrong with a file of this kind.</summary>
    public Func<SnapshotFile, IEnumerable<Diagnostic>>? Check { get; init; }
}

/// <summary>A value that may only be of some kinds. A null is taken for a value that is not there.</summary>
/// <param name="Keys">The way to it from the root; <c>*</c> is every key.</param>
/// <param name="Example">How it is written, for whoever wrote it otherwise.</param>
internal sealed record Expected(IReadOnlyList<string> Keys, IReadOnlyList<NodeKind> Kinds, string Example)
{
    /// <summary>Of keys that have meanings of their own the star takes none.</summary>
    public Predicate<string> Star { get; init; } = _ => true;

    /// <summary>Programs that write JSON often make an empty list of an empty object, and their readers know.</summary>
    public bool MayBeEmptyList { get; init; }

    public static Expected Mapping(string keys, string example) => new(keys.Split('.', StringSplitOptions.RemoveEmptyEntries), [NodeKind.Mapping], example);

    public static Expected List(string keys, string example) => new(keys.Split('.', StringSplitOptions.RemoveEmptyEntries), [NodeKind.Sequence], example);

    public static Expected Text(string keys, string example) => new(keys.Split('.', StringSplitOptions.RemoveEmptyEntries), [NodeKind.Scalar], example);
}
