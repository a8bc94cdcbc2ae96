using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AutoDevOps.Analyzer.Rules;

/// <summary>Gives findings an identity that survives when lines move.</summary>
/// <remarks>SHA-256, its first 16 bytes in hexadecimal, over rule, path, the text of the flagged lines with white space folded, and the how
/// many-th of its like it is in the file.</remarks>
internal static class Fingerprints
{
    /// <summary>A finding on a long block is known by its first lines; the rest of the block may change around it.</summary>
    private const int LinesThatCount = 5;

    /// <param name="findings">In order of place, so that the count of equals is the same each time.</param>
    public static List<Finding> Assign(RepositorySnapshot snapshot, IReadOnlyList<Finding> findings)
    {
        var result = new List<Finding>(findings.Count);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in findings.GroupBy(finding => finding.Location.Path))
        {
            AssignIn(file, Lines(snapshot, file), hash, result);
        }

        return result;
    }

    private static void AssignIn(IEnumerable<Finding> file, List<string> lines, IncrementalHash hash, List<Finding> result)
    {
        // Known by a hash: a flagged line may be a mebibyte, and a hundred findings may stand on it.
        var seen = new Dictionary<UInt128, int>();
        (int Start, int End, byte[] Text) flagged = (0, 0, []);
        foreach (var finding in file)
        {
            var (start, end) = (finding.Location.StartLine, Math.Min(finding.Location.EndLine, lines.Count));
            hash.AppendData(Encoding.UTF8.GetBytes($"{finding.Rule.Id}\n{finding.Location.Path}\n"));
            if (start < 1 || start > end)
            {
                // Without a line, the message is what tells two findings of one rule apart.
                hash.AppendData(Encoding.UTF8.GetBytes(finding.Message));
            }
            else
            {
                if ((flagged.Start, flagged.End) != (start, end))
                {
                    flagged = (start, end, Encoding.UTF8.GetBytes(Folded(lines[(start - 1)..Math.Min(end, start - 1 + LinesThatCount)])));
                }

                hash.AppendData(flagged.Text);
            }

            var identity = BinaryPrimitives.ReadUInt128BigEndian(hash.GetCurrentHash());
            var occurrence = seen[identity] = seen.GetValueOrDefault(identity) + 1;
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{occurrence}"));
            result.Add(finding with { Fingerprint = Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16)) });
        }
    }

    private static List<string> Lines(RepositorySnapshot snapshot, IGrouping<string, Finding> file) =>
        file.Any(finding => finding.Location.StartLine > 0) && snapshot.Find(file.Key) is { } read
            ? [.. read.Lines().Select(line => line.Text)]
            : [];

    /// <summary>The lines without the white space around them, and with one space for each run of it inside.</summary>
    private static string Folded(List<string> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            var start = text.Length;
            foreach (var character in line)
            {
                if (!char.IsWhiteSpace(character))
                {
                    text.Append(character);
                }
                else if (text.Length > start && text[^1] != ' ')
                {
                    text.Append(' ');
                }
            }

            if (text.Length > start && text[^1] == ' ')
            {
                text.Length--;
            }

            text.Append('\n');
        }

        return text.ToString(0, Math.Max(0, text.Length - 1));
    }
}
