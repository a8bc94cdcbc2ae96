using System.Diagnostics;

namespace AutoDevOps.Benchmarks.RealRuns;

/// <summary>Runs jobs, each in a clean copy of the repository; a job ends with its first step that fails.</summary>
/// <remarks>What the first step, the installation, has left is kept: a job that begins with the same one starts from a copy of that.</remarks>
internal sealed class JobRunner(Machine machine, string repository, TimeSpan stepLimit)
{
    /// <summary>What the clean copy is called, in the folder of the job.</summary>
    public const string CopyName = "repository";

    private readonly Dictionary<string, JobOutcome> _done = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _installed = new(StringComparer.Ordinal);

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
        var first = new RealJob("", [.. job.Steps.Take(1)], []).Key;
        var isInstalled = _installed.TryGetValue(first, out var installed);
        await (isInstalled ? CopyAsync(installed!, copy) : CloneAsync(copy));
        StepFailure? failure = null;
        foreach (var step in job.Steps.Skip(isInstalled ? 1 : 0))
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

            if (step == job.Steps[0] && !isInstalled && job.Steps.Count > 1)
            {
                _installed[first] = machine.NewInstallation(_installed.Count);
                await CopyAsync(copy, _installed[first]);
            }
        }

        return _done[job.Key] = new(job, failure, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>As the checkout action does it: one commit, with its files and nothing else.</summary>
    private Task CloneAsync(string copy) => RunAsync("git", "clone", "--quiet", "--depth", "1", new Uri(Path.GetFullPath(repository)).AbsoluteUri, copy);

    private static Task CopyAsync(string from, string to) => RunAsync("cp", "--archive", from, to);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' ended with {process.ExitCode}.");
        }
    }
}
