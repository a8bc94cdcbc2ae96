using System.Text.Json;
using AutoDevOps.Analyzer;

namespace AutoDevOps.Cli.Commands;

/// <summary>The fingerprints of an earlier scan, each as often as it was there.</summary>
internal sealed class Baseline
{
    private readonly HashSet<string> _fingerprints;

    private Baseline(HashSet<string> fingerprints) => _fingerprints = fingerprints;

    /// <summary>Reads what <c>scan --format json</c> printed.</summary>
    /// <exception cref="InputException">It is not such a file.</exception>
    public static Baseline Read(FileInfo file)
    {
        try
        {
            using var stream = file.OpenRead();
            using var document = JsonDocument.Parse(stream);
            if (document.RootElement.GetProperty("schema").GetString() != "autodevops.scan/1")
            {
                throw new InputException(Unusable(file));
            }

            return new([.. document.RootElement.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("fingerprint").GetString()!)]);
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InputException(Unusable(file));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The baseline {file} cannot be read: {problem.Message}");
        }
    }

    /// <summary>The result without the findings that were there before. The scores still tell of all of them.</summary>
    public AnalysisResult Apply(AnalysisResult result) =>
        result with { Findings = [.. result.Findings.Where(finding => !_fingerprints.Contains(finding.Fingerprint))] };

    private static string Unusable(FileInfo file) =>
        $"The baseline {file} is not a result of a scan. Make one with: autodevops scan --format json > {file.Name}";
}
