namespace AutoDevOps.Analyzer.Parsing;

/// <summary>Finds what somebody probably meant.</summary>
public static class NearestName
{
    /// <summary>Nobody chooses among more, and a hostile file may define a hundred thousand.</summary>
    private const int MaxCandidates = 500;

    /// <summary>The known name at the smallest edit distance, or null when none is within a third of the length (at least 1,
    /// at most <paramref name="limit"/>). Of equals, the first.</summary>
    public static string? Of(string written, IEnumerable<string> known, int limit = 3)
    {
        if (written.Length is 0 or > 64)
        {
            return null;
        }

        limit = Math.Clamp(written.Length / 3, 1, limit);
        string? best = null;
        foreach (var candidate in known.Take(MaxCandidates))
        {
            // Each character more or less is one step at least.
            if (Math.Abs(candidate.Length - written.Length) > limit)
            {
                continue;
            }

            var distance = Distance(written, candidate);
            if (distance <= limit)
            {
                best = candidate;
                limit = distance - 1;
            }
        }

        return best;
    }

    /// <summary>Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours; case does not count.</summary>
    private static int Distance(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        Span<int> before = stackalloc int[right.Length + 1];
        Span<int> above = stackalloc int[right.Length + 1];
        Span<int> current = stackalloc int[right.Length + 1];
        for (var column = 0; column <= right.Length; column++)
        {
            above[column] = column;
        }

        for (var row = 1; row <= left.Length; row++)
        {
            current[0] = row;
            for (var column = 1; column <= right.Length; column++)
            {
                var cost = Same(left[row - 1], right[column - 1]) ? 0 : 1;
                var best = Math.Min(Math.Min(above[column] + 1, current[column - 1] + 1), above[column - 1] + cost);
                if (row > 1 && column > 1 && Same(left[row - 1], right[column - 2]) && Same(left[row - 2], right[column - 1]))
                {
                    best = Math.Min(best, before[column - 2] + 1);
                }

                current[column] = best;
            }

            var oldest = before;
            before = above;
            above = current;
            current = oldest;
        }

        return above[right.Length];
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
