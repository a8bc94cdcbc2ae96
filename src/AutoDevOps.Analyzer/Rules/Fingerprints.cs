using System.Security.Cryptography;
using System.Text;

namespace AutoDevOps.Analyzer.Rules;

/// <summary>Gives findings an identity that survives when lines move.</summary>
/// <remarks>SHA-256, its first 16 bytes in hexadecimal, over rule, path, the text of the flagged lines with white space folded, and the how
/// many-th of its like it is in the file.</remarks>
internal static class Fingerprints
{
    /// <param name="findings">In order of place, so that the count of equals is the same each time.</param>
    public static List<Finding> Assign(RepositorySnapshot snapshot, IReadOnlyList<Finding> findings)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var result = new List<Finding>(findings.Count);
        foreach (var file in findings.GroupBy(finding => finding.Location.Path))
        {
            var lines = file.Any(finding => finding.Location.StartLine > 0) && snapshot.Find(file.Key) is { } read
                ? read.Lines().Select(line => line.Text).ToList()
                : [];
            foreach (var finding in file)
            {
                var identity = string.Join('\n', finding.Rule.Id, finding.Location.Path, Flagged(finding, lines));
                var occurrence = seen[identity] = seen.GetValueOrDefault(identity) + 1;
                var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{identity}\n{occurrence}"));
                result.Add(finding with { Fingerprint = Convert.ToHexStringLower(hash.AsSpan(0, 16)) });
            }
        }

        return result;
    }

    private static string Flagged(Finding finding, List<string> lines)
    {
        var (start, end) = (finding.Location.StartLine, Math.Min(finding.Location.EndLine, lines.Count));
        if (start < 1 || start > end)
        {
            // Without a line, the message is what tells two findings of one rule apart.
            return finding.Message;
        }

        // A finding on a long block is known by its first lines; the rest of the block may change around it.
        return string.Join('\n', lines.Skip(start - 1).Take(Math.Min(end - start + 1, 5)).Select(line => string.Join(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));
    }
}
