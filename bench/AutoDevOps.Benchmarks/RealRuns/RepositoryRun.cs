using System.Globalization;

namespace AutoDevOps.Benchmarks.RealRuns;

/// <summary>What came out for one repository: the workflow that is generated when its CI is hidden, the one when it is read, and its own.</summary>
internal sealed record RepositoryRun(string Name, RunSide Blind, RunSide Seeing, RunSide Theirs)
{
    public bool OnlyOursFails => Theirs.Passes == true && (Blind.Passes == false || Seeing.Passes == false);

    public static async Task<RepositoryRun> MakeAsync(Machine machine, string folder, TimeSpan stepLimit, bool onlyHidden)
    {
        var runner = new JobRunner(machine, folder, stepLimit);
        var blind = OurWorkflow.Generate(folder, withCi: false);
        var seeing = onlyHidden ? new OurWorkflow([], "left out") : OurWorkflow.Generate(folder, withCi: true);
        var theirs = TheirWorkflows.Read(folder);
        return new(
            NameOf(folder),
            await SideAsync(runner, blind.Jobs, blind.Refusal),
            await SideAsync(runner, seeing.Jobs, seeing.Refusal),
            await SideAsync(runner, theirs.Jobs, string.Join("; ", theirs.Unread)));
    }

    public static string NameOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    private static async Task<RunSide> SideAsync(JobRunner runner, IReadOnlyList<RealJob> jobs, string? remark)
    {
        var outcomes = new List<JobOutcome>();
        foreach (var job in jobs)
        {
            outcomes.Add(await runner.RunAsync(job));
        }

        return new(outcomes, remark);
    }

    /// <summary>Every job with its steps, and of failures the last lines.</summary>
    public void Print(TextWriter output, int linesShown)
    {
        output.WriteLine($"\n## {Name}");
        foreach (var (side, name) in new[] { (Blind, "ours, CI hidden"), (Seeing, "ours, CI read"), (Theirs, "theirs") })
        {
            if (!string.IsNullOrEmpty(side.Remark))
            {
                output.WriteLine($"{name}: {side.Remark}");
            }

            foreach (var outcome in side.Outcomes)
            {
                PrintJob(output, name, outcome, linesShown);
            }
        }

        output.Flush();
    }

    private static void PrintJob(TextWriter output, string side, JobOutcome outcome, int linesShown)
    {
        var steps = string.Join(" ; ", outcome.Job.Steps.Select(step => $"{(step.Folder == "." ? "" : $"({step.Folder}) ")}{step.Script.Trim().ReplaceLineEndings(" ⏎ ")}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{side}: {outcome.Job.Name}: {(outcome.LacksAProgram ? "not possible here" : outcome.Failure is null ? "pass" : "FAIL")} in {outcome.Time.TotalSeconds:0} s: {steps}"));
        if (outcome.Job.LeftOut.Count > 0)
        {
            output.WriteLine($"    not run: {string.Join(", ", outcome.Job.LeftOut)}");
        }

        if (outcome.Failure is { } failure)
        {
            output.WriteLine($"    {(failure.ExitCode is { } code ? $"exit code {code}" : "took too long")}: {failure.Step.Script.Trim()}");
            foreach (var line in failure.LastLines.TakeLast(linesShown))
            {
                output.WriteLine($"    | {line}");
            }
        }
    }

    public static void PrintTable(IReadOnlyList<RepositoryRun> runs, TextWriter output)
    {
        output.WriteLine("\n| repository | ours, CI hidden | ours, CI read | theirs |\n|---|---|---|---|");
        foreach (var run in runs)
        {
            output.WriteLine($"| {run.Name} | {run.Blind} | {run.Seeing} | {run.Theirs} |");
        }

        output.WriteLine("\n| | CI hidden | CI read |\n|---|---|---|");
        foreach (var (name, ours, theirs) in new[] { ("both pass", true, true), ("both fail", false, false), ("only ours fails", false, true), ("only theirs fails", true, false) })
        {
            output.WriteLine($"| {name} | {runs.Count(run => run.Blind.Passes == ours && run.Theirs.Passes == theirs)} | {runs.Count(run => run.Seeing.Passes == ours && run.Theirs.Passes == theirs)} |");
        }

        output.WriteLine($"| one side has nothing to run | {runs.Count(run => run.Blind.Passes is null || run.Theirs.Passes is null)} | {runs.Count(run => run.Seeing.Passes is null || run.Theirs.Passes is null)} |");
    }
}

/// <param name="Remark">Why there are no jobs, or not all.</param>
internal sealed record RunSide(IReadOnlyList<JobOutcome> Outcomes, string? Remark)
{
    /// <summary>Null: there was nothing to run.</summary>
    public bool? Passes => Ran.Any() ? Ran.All(outcome => outcome.Failure is null) : null;

    private IEnumerable<JobOutcome> Ran => Outcomes.Where(outcome => !outcome.LacksAProgram);

    public override string ToString() => Passes switch
    {
        null => "nothing to run",
        true => $"pass ({Ran.Count()})",
        false => $"fail ({string.Join(", ", Ran.Where(outcome => outcome.Failure is not null).Select(outcome => outcome.Job.Name))} of {Ran.Count()})",
    };
}
