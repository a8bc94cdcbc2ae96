using System.Diagnostics;

namespace AutoDevOps.Benchmarks.RealRuns;

/// <summary>Runs jobs, each in a clean copy of the repository; a job ends with its first step that fails.</summary>
internal sealed class JobRunner(Machine machine, string repository, TimeSpan stepLimit)
{
    /// <summary>What the clean copy is called, in the folder of the job.</summary>
    public const string CopyName = "repository";

    private readonly Dictionary<string, JobOutcome> _done = new(StringComparer.Ordinal);

    /// <summary>A job that does the same as one before is not run again.</summary>
    public async Task<JobOutcome> RunAsync(RealJob job)
    {
        if (_done.TryGetValue(job.Key, out var before))
        {
            return before with { Job = job };
        }

        var started = Stopwatch.GetTimestamp();
        var folder = machine.NewFolder();
        var copy = Path.Combine(folder, CopyName);
        await CloneAsync(copy);
        StepFailure? failure = null;
        foreach (var step in job.Steps)
        {
            var environment = machine.Environment(folder);
            foreach (var (name, value) in step.Environment)
            {
                environment[name] = value;
            }

            var workingDirectory = Path.GetFullPath(Path.Combine(copy, step.Folder));
            if (!Directory.Exists(workingDirectory))
            {
                failure = new(step, 1, [$"There is no folder {step.Folder}."]);
                break;
            }

            var result = await Shell.RunAsync(step.Script, workingDirectory, folder, environment, stepLimit);
            if (result.ExitCode != 0)
            {
                failure = new(step, result.ExitCode, result.LastLines);
                break;
            }
        }

        return _done[job.Key] = new(job, failure, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>As the checkout action does it: one commit, with its files and nothing else.</summary>
    private async Task CloneAsync(string copy)
    {
        using var git = Process.Start("git", ["clone", "--quiet", "--depth", "1", new Uri(Path.GetFullPath(repository)).AbsoluteUri, copy]);
        await git.WaitForExitAsync();
        if (git.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{repository}' cannot be cloned.");
        }
    }
}
