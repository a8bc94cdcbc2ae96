using System.Globalization;
using System.Text.Json;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Server.Ui;

/// <summary>Reads what analyses and pipelines keep as JSON. What an older version wrote may lack a field, so nothing is required.</summary>
public static class Stored
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { MaxDepth = 32 };

    public static T? Read<T>(string? json)
        where T : class =>
        json is null ? null : JsonSerializer.Deserialize<T>(json, Options);

    public static IReadOnlyList<T> ReadList<T>(string? json) => Read<List<T>>(json) ?? [];
}

/// <summary>The place that a fact was read from.</summary>
public sealed record StoredEvidence(string Path, int Line, string? Excerpt = null)
{
    public string Place => Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Path}:{Line}") : Path;
}

public sealed record StoredModel(
    IReadOnlyList<StoredComponent>? Components, IReadOnlyList<StoredCi>? Ci, IReadOnlyList<NotInferred>? NotInferred,
    IReadOnlyList<StoredDeployTarget>? DeployTargets = null);

public sealed record StoredDeployTarget(string Name, string Path, double Confidence, IReadOnlyList<StoredEvidence>? Evidence);

public sealed record StoredCi(string Vendor, string Path);

public sealed record StoredComponent(
    string Path,
    string Name,
    string Ecosystem,
    IReadOnlyList<string>? Frameworks,
    StoredPackageManager? PackageManager,
    IReadOnlyList<StoredRuntime>? Runtimes,
    IReadOnlyList<StoredCommand>? Commands,
    IReadOnlyList<StoredService>? Services);

public sealed record StoredPackageManager(string Name, string? Version, string? LockFile, double Confidence, IReadOnlyList<StoredEvidence>? Evidence);

public sealed record StoredRuntime(string Name, IReadOnlyList<string>? Versions, string? Source, double Confidence, IReadOnlyList<StoredEvidence>? Evidence);

public sealed record StoredCommand(string Kind, string Run, string WorkingDirectory, double Confidence, IReadOnlyList<StoredEvidence>? Evidence);

public sealed record StoredService(
    string Name, string? Version, IReadOnlyList<string>? Environment, double Confidence, IReadOnlyList<StoredEvidence>? Evidence);

public sealed record StoredCoverage(int Files, int Read, IReadOnlyList<StoredSkipped>? Skipped);

public sealed record StoredSkipped(string Reason, int Count);

public sealed record StoredDiagnostic(string Path, int Line, string Message);

/// <param name="Diff">As a patch; null when the file's lines are not kept or are not exactly its bytes.</param>
public sealed record StoredFix(string Description, string Path, IReadOnlyList<Edit>? Edits, string? Diff = null);

/// <param name="Existing">What the repository has at that path, or null when it has nothing.</param>
public sealed record PipelineFile(string Path, string Text, IReadOnlyList<StoredLineEvidence>? LineEvidence, string? Existing);

public sealed record StoredLineEvidence(int Line, IReadOnlyList<StoredEvidence>? Evidence, double Confidence);

public sealed record StoredCheck(string Name, bool Passed, string Detail);

/// <summary>From 0 to 100; null where nothing was assessed.</summary>
public sealed record StoredScores(
    int? Overall,
    int? Security,
    [property: System.Text.Json.Serialization.JsonPropertyName("ci_cd")] int? CiCd,
    [property: System.Text.Json.Serialization.JsonPropertyName("code_quality")] int? CodeQuality,
    int? Dependencies,
    int? Performance)
{
    public IEnumerable<(string Category, int? Value)> Categories() =>
        [("security", Security), ("ci_cd", CiCd), ("code_quality", CodeQuality), ("dependencies", Dependencies), ("performance", Performance)];
}
