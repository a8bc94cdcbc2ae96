using System.Globalization;

namespace AutoDevOps.Benchmarks.RealRuns;

/// <summary>Runs the workflow that is generated for a repository on this machine, beside the repository's own, and compares what comes out.
/// What stands in the repository is executed: only for repositories that are trusted, or in a container.</summary>
internal static class RealRunsBenchmark
{
    private const int LinesShown = 8;

    /// <param name="arguments"><c>[--work FOLDER] [--minutes N] [--hidden] [--show] FOLDER...</c>: clones of repositories. <c>--hidden</c> leaves out what is
    /// generated when the CI is read; <c>--show</c> runs nothing.</param>
    /// <returns>1 where a generated workflow fails that stands beside one of theirs that passes.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var folders = new List<string>();
        var (work, limit, hidden, show) = (Path.Combine(Path.GetTempPath(), "autodevops-real-runs"), TimeSpan.FromMinutes(5), false, false);
        for (var index = 0; index < arguments.Length; index++)
        {
            switch (arguments[index])
            {
                case "--work" when index + 1 < arguments.Length:
                    work = Path.GetFullPath(arguments[++index]);
                    break;
                case "--minutes" when index + 1 < arguments.Length:
                    limit = TimeSpan.FromMinutes(double.Parse(arguments[++index], CultureInfo.InvariantCulture));
                    break;
                case "--hidden":
                    hidden = true;
                    break;
                case "--show":
                    show = true;
                    break;
                default:
                    folders.Add(arguments[index]);
                    break;
            }
        }

        var missing = folders.Find(folder => !Directory.Exists(Path.Combine(folder, ".git")));
        if (folders.Count == 0 || missing is not null)
        {
            Console.Error.WriteLine(missing is null ? "Name the clones to run." : $"'{missing}' is no clone of a repository.");
            return 2;
        }

        if (show)
        {
            folders.ForEach(Show);
            return 0;
        }

        var machine = await Machine.PrepareAsync(work);
        Console.WriteLine(string.Join(", ", await machine.VersionsAsync()));
        var rows = new List<RepositoryRun>();
        foreach (var folder in folders)
        {
            var run = await RepositoryRun.MakeAsync(machine, folder, limit, hidden);
            run.Print(Console.Out, LinesShown);
            rows.Add(run);
        }

        RepositoryRun.PrintTable(rows, Console.Out);
        return rows.Any(run => run.OnlyOursFails) ? 1 : 0;
    }

    private static void Show(string folder)
    {
        Console.WriteLine($"## {RepositoryRun.NameOf(folder)}");
        var blind = OurWorkflow.Generate(folder, withCi: false);
        var seeing = OurWorkflow.Generate(folder, withCi: true);
        var theirs = TheirWorkflows.Read(folder);
        foreach (var (side, jobs) in new[] { ("ours, CI hidden", blind.Jobs), ("ours, CI read", seeing.Jobs), ("theirs", theirs.Jobs) })
        {
            foreach (var job in jobs)
            {
                Console.WriteLine($"{side}: {job.Name}: {string.Join(" ; ", job.Steps.Select(step => $"{(step.Folder == "." ? "" : step.Folder + "> ")}{step.Script.ReplaceLineEndings(" ⏎ ")}"))}   [{string.Join(", ", job.LeftOut)}]");
            }
        }

        foreach (var reason in new[] { blind.Refusal, seeing.Refusal }.OfType<string>().Concat(theirs.Unread))
        {
            Console.WriteLine($"not run: {reason}");
        }
    }
}
