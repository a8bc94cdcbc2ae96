namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds what needs itself by way of others.</summary>
internal static class Circles
{
    /// <summary>One circle for each group of members that reach each other (Tarjan's strongly connected components, without recursion), from the
    /// earliest of its members.</summary>
    /// <param name="needs">Of every member, which others it needs.</param>
    public static IEnumerable<IReadOnlyList<T>> Find<T>(IReadOnlyList<T> members, IReadOnlyDictionary<T, List<T>> needs)
        where T : notnull
    {
        var order = members.Select((member, index) => (member, index)).ToDictionary(entry => entry.member, entry => entry.index);
        var rank = new Dictionary<T, (int Index, int Low)>();
        var open = new List<T>();
        var isOpen = new HashSet<T>();
        foreach (var start in members.Where(member => !rank.ContainsKey(member)))
        {
            var path = new Stack<(T Member, int Next)>([(start, 0)]);
            while (path.TryPop(out var step))
            {
                var (member, next) = step;
                if (next == 0)
                {
                    rank[member] = (rank.Count, rank.Count);
                    open.Add(member);
                    isOpen.Add(member);
                }
                else if (rank[needs[member][next - 1]] is var child && isOpen.Contains(needs[member][next - 1]))
                {
                    rank[member] = (rank[member].Index, Math.Min(rank[member].Low, child.Low));
                }

                if (next < needs[member].Count)
                {
                    path.Push((member, next + 1));
                    if (!rank.ContainsKey(needs[member][next]))
                    {
                        path.Push((needs[member][next], 0));
                    }

                    continue;
                }

                if (rank[member].Low == rank[member].Index)
                {
                    var at = open.IndexOf(member);
                    var group = open[at..];
                    open.RemoveRange(at, group.Count);
                    isOpen.ExceptWith(group);
                    if (group.Count > 1 || needs[member].Contains(member))
                    {
                        yield return Walk(group.MinBy(found => order[found])!, group, needs);
                    }
                }
            }
        }
    }

    /// <summary>A way around within the group.</summary>
    private static List<T> Walk<T>(T first, List<T> group, IReadOnlyDictionary<T, List<T>> needs)
        where T : notnull
    {
        var within = group.ToHashSet();
        var before = new Dictionary<T, T>();
        var queue = new Queue<T>([first]);
        while (queue.TryDequeue(out var member))
        {
            foreach (var next in needs[member].Where(within.Contains))
            {
                if (next.Equals(first))
                {
                    var circle = new List<T>();
                    for (var at = member; !at.Equals(first); at = before[at])
                    {
                        circle.Add(at);
                    }

                    circle.Add(first);
                    circle.Reverse();
                    return circle;
                }

                if (before.TryAdd(next, member))
                {
                    queue.Enqueue(next);
                }
            }
        }

        return group;
    }
}
