using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text.Json;
using AutoDevOps.Benchmarks.Jobs;
using AutoDevOps.Server.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AutoDevOps.Benchmarks.Chaos;

/// <summary>A worker process of the product, to be killed, frozen and cut off.</summary>
[UnsupportedOSPlatform("windows")]
internal static class ChaosWorker
{
    public const string Ready = "ready ";

    /// <param name="arguments">How to connect, and <see cref="WorkerOptions"/> as JSON.</param>
    public static async Task<int> RunAsync(string[] arguments)
    {
        // The master of the chaos holds the other end: without it there is nothing to work for.
        _ = Task.Run(() =>
        {
            Console.In.ReadToEnd();
            Environment.Exit(3);
        });
        var options = JsonSerializer.Deserialize<WorkerOptions>(arguments[1])!;
        var database = new NpgsqlConnectionStringBuilder(arguments[0]) { MaxPoolSize = 15, Timeout = 5 }.ToString();
        var stop = new TaskCompletionSource();
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.TrySetResult();
        });
        await using var process = new BenchProcess(database, options.Settings, isWorker: true, services =>
        {
            services.AddSingleton<TimeProvider>(new SkewedTime(options.Skew));
            services.AddJobHandler<ChaosHandler, ChaosHandler.Args>();
        });
        await process.StartAsync();
        Console.WriteLine(Ready + process.Services.GetRequiredService<ProcessIdentity>().Id);
        await stop.Task;
        return 0;
    }
}
