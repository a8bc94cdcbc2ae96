using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace AutoDevOps.Benchmarks.Jobs;

/// <summary>A queue under measurement: how its processes are started. All of them know the verbs <c>setup fill drain pickup ask</c>.</summary>
/// <param name="Name">As the table calls it.</param>
/// <param name="Target">What it connects to.</param>
/// <param name="ServerPid">The database behind it, whose time counts too.</param>
/// <param name="Concurrency">How many jobs its one worker process runs at once.</param>
internal sealed record Peer(string Name, IReadOnlyList<string> Command, string Target, int ServerPid, string Mode = "", int Concurrency = 10)
{
    private const int ColdPickUps = 300;

    /// <returns>What it said.</returns>
    public async Task<string> RunAsync(string verb, int jobs = 0)
    {
        using var process = Start(verb, jobs);
        var said = await process.StandardOutput.ReadToEndAsync();
        await EndAsync(process, verb);
        return said;
    }

    /// <summary>Fills the queue and has one worker process empty it.</summary>
    public async Task<DrainResult> DrainAsync(int jobs)
    {
        await RunAsync("fill", jobs + OurQueue.WarmUp);
        using var process = Start("drain", jobs);
        await process.StandardOutput.ReadLineAsync();
        var server = ProcessTime.OfTree(ServerPid);
        var said = JsonElement.Parse((await process.StandardOutput.ReadLineAsync())!);
        var serverTime = ProcessTime.OfTree(ServerPid) - server;
        await EndAsync(process, "drain");
        return new DrainResult(
            jobs / said.GetProperty("seconds").GetDouble(),
            said.GetProperty("cpu_ms").GetDouble() * 1000 / jobs,
            serverTime.TotalMilliseconds * 1000 / jobs);
    }

    /// <summary>How long single jobs wait for a worker that has nothing else to do, in milliseconds, sorted. The first ones, which
    /// compile, do not count.</summary>
    public async Task<double[]> PickUpAsync(int jobs)
    {
        using var worker = Start("pickup", jobs + ColdPickUps);
        await worker.StandardOutput.ReadLineAsync();
        await RunAsync("ask", jobs + ColdPickUps);
        var said = JsonElement.Parse((await worker.StandardOutput.ReadLineAsync())!);
        await EndAsync(worker, "pickup");
        return [.. said.GetProperty("waits").EnumerateArray().Skip(ColdPickUps).Select(wait => wait.GetDouble() / 1000).Order()];
    }

    /// <summary>How long it takes from a person's cancellation in one process until the handler in another is told, in milliseconds, sorted.</summary>
    public async Task<double[]> CancelAsync(int jobs)
    {
        using var worker = Start("obey", jobs + ColdPickUps);
        await worker.StandardOutput.ReadLineAsync();
        var asked = JsonElement.Parse(await RunAsync("cancel", jobs + ColdPickUps)).GetProperty("at");
        var told = JsonElement.Parse((await worker.StandardOutput.ReadLineAsync())!).GetProperty("at");
        await EndAsync(worker, "obey");
        return [.. asked.EnumerateObject().Skip(ColdPickUps).Select(job => (told.GetProperty(job.Name).GetInt64() - job.Value.GetInt64()) / 1000.0).Order()];
    }

    private Process Start(string verb, int jobs)
    {
        var start = new ProcessStartInfo(Command[0]) { RedirectStandardOutput = true, UseShellExecute = false };
        string[] arguments =
            [.. Command.Skip(1), verb, Target, jobs.ToString(CultureInfo.InvariantCulture), Concurrency.ToString(CultureInfo.InvariantCulture), Mode];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private async Task EndAsync(Process process, string verb)
    {
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{Name}: {verb} ended with {process.ExitCode}.");
        }
    }
}

/// <param name="JobsPerSecond">From the first job's start to the last one's end.</param>
/// <param name="WorkerMilliseconds">Processor time for a thousand jobs.</param>
/// <param name="ServerMilliseconds">The same, of the database.</param>
internal sealed record DrainResult(double JobsPerSecond, double WorkerMilliseconds, double ServerMilliseconds);

/// <summary>Processor time from /proc, of a process with all it has started: a PostgreSQL is many processes.</summary>
internal static class ProcessTime
{
    private const double TicksPerSecond = 100;

    public static TimeSpan OfTree(int root)
    {
        var processes = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? Read(id) : null)
            .OfType<Stat>().ToDictionary(stat => stat.Id);
        bool IsOfTree(Stat stat) => stat.Id == root || (processes.TryGetValue(stat.Parent, out var parent) && IsOfTree(parent));
        return TimeSpan.FromSeconds(processes.Values.Where(IsOfTree).Sum(stat => stat.Ticks) / TicksPerSecond);
    }

    // proc(5): the name, in brackets, may hold anything; utime, stime and those of children that ended are fields 14 to 17.
    private static Stat? Read(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new Stat(id, int.Parse(fields[1], CultureInfo.InvariantCulture), fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)));
        }
        catch (IOException)
        {
            return null; // ended meanwhile
        }
    }

    private sealed record Stat(int Id, int Parent, long Ticks);
}
