using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>What a job's token may do, where the workflow says so itself: what holds otherwise is set in the repository.</summary>
/// <param name="All">The level of what is not named: 0 nothing, 1 read, 2 write.</param>
internal sealed record GrantedPermissions(int All, IReadOnlyDictionary<string, int> Named)
{
    /// <summary>Jobs of a called workflow that are looked at.</summary>
    private const int MaxJobs = 300;

    private static readonly string[] Levels = ["none", "read", "write"];

    /// <summary>Null when neither the job nor its workflow says anything that can be read.</summary>
    /// <remarks>Whether a workflow that allows nothing at all may call one that reads is not documented, and such calls do run.</remarks>
    public static GrantedPermissions? Of(WorkflowJob job) => Read(job.Node["permissions"])
        ?? (job.Workflow.Root["permissions"] is { Kind: NodeKind.Mapping, Entries.Count: 0 } ? null : Read(job.Workflow.Root["permissions"]));

    /// <summary>The first thing that a job of the called workflow, or of one it calls, asks for beyond what is granted, in words; or null.</summary>
    public static string? Excess(CalledWorkflows workflows, Workflow called, GrantedPermissions granted) => Excess(workflows, called, granted, []);

    private static string? Excess(CalledWorkflows workflows, Workflow called, GrantedPermissions granted, HashSet<Workflow> seen)
    {
        if (!seen.Add(called))
        {
            return null;
        }

        foreach (var job in called.Jobs.Take(MaxJobs))
        {
            var wanted = Of(job);
            if (wanted?.Beyond(granted) is { } beyond)
            {
                return $"Job '{job.Id}' of '{called.File.Path}' asks for {beyond}";
            }

            if (workflows.Of(job) is { } next && Excess(workflows, next, wanted ?? granted, seen) is { } excess)
            {
                return excess;
            }
        }

        return null;
    }

    private int Level(string scope) => Named.GetValueOrDefault(scope, All);

    private string? Beyond(GrantedPermissions granted)
    {
        if (All > granted.All && (granted.Named.Count == 0 || granted.Named.Values.Any(level => level < All)))
        {
            return $"'{Levels[All]}-all'";
        }

        return Named.Where(pair => pair.Value > granted.Level(pair.Key))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"'{pair.Key}: {Levels[pair.Value]}'")
            .FirstOrDefault();
    }

    private static GrantedPermissions? Read(DataNode? permissions) => permissions switch
    {
        { Text: "read-all" } => new(1, new Dictionary<string, int>()),
        { Text: "write-all" } => new(2, new Dictionary<string, int>()),
        { Kind: NodeKind.Mapping } => new(0, Workflow.Pairs(permissions)
            .DistinctBy(pair => pair.Key.Text!, StringComparer.Ordinal)
            .ToDictionary(pair => pair.Key.Text!, pair => Math.Max(0, Array.IndexOf(Levels, pair.Value.Text)), StringComparer.Ordinal)),
        _ => null,
    };
}
