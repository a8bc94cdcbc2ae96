using AutoDevOps.Benchmarks;
using AutoDevOps.Benchmarks.Accuracy;
using AutoDevOps.Benchmarks.Chaos;
using AutoDevOps.Benchmarks.Detection;
using AutoDevOps.Benchmarks.Isolation;
using AutoDevOps.Benchmarks.Jobs;
using AutoDevOps.Benchmarks.RealRuns;
using AutoDevOps.Benchmarks.Streams;
using AutoDevOps.Benchmarks.Webhooks;

// dotnet run -c Release --project bench/AutoDevOps.Benchmarks -- VERB
return args switch
{
    ["scan", var path] => ScanBenchmark.Run(path),
    ["scan", var path, var program, var rounds] => ScanPeersBenchmark.Run(path, program, int.Parse(rounds, System.Globalization.CultureInfo.InvariantCulture)),
    ["model", var path, var program, var rounds] => ModelBenchmark.Run(path, program, int.Parse(rounds, System.Globalization.CultureInfo.InvariantCulture)),
    ["jobs", .. var rest] => await JobsBenchmark.RunAsync(rest),
    ["streams", .. var rest] => await StreamsBenchmark.RunAsync(rest),
    ["webhooks", .. var rest] => await WebhooksBenchmark.RunAsync(rest),
    ["webhooks-minimal", var port] => await MinimalReceiver.RunAsync(port),
    ["isolation", .. var rest] => await IsolationBenchmark.RunAsync(rest),
    ["our-queue", .. var rest] => await OurQueue.RunAsync(rest),
    ["chaos", .. var rest] when !OperatingSystem.IsWindows() => await ChaosRun.RunAsync(rest),
    ["chaos-worker", .. var rest] when !OperatingSystem.IsWindows() => await ChaosWorker.RunAsync(rest),
    ["accuracy", var folder] => AccuracyBenchmark.Run(folder),
    ["detection", .. var folders] => DetectionBenchmark.Run(folders),
    ["real-runs", .. var rest] when !OperatingSystem.IsWindows() => await RealRunsBenchmark.RunAsync(rest),
    ["--filter", ..] => Micro(args),
    _ => Usage(),
};

static int Micro(string[] args)
{
    BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(ScanBenchmark).Assembly).Run(args);
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine(
        """
        Benchmarks:
          scan PATH              where the time of a scan goes
          scan PATH PROGRAM ROUNDS    a scan of a part and of the whole, beside secretlint and ripgrep
          model PATH PROGRAM ROUNDS   a repository modelled and its pipeline generated, beside build-info and repomix
          jobs [JOBS [ROUNDS]]   our queue beside graphile-worker and BullMQ
          streams [N [SECONDS]]  how long events take to N clients
          webhooks [RATE [SECONDS [ROUNDS]]]   how long signed deliveries wait for their answer, beside a bare endpoint and FastAPI
          isolation [FINDINGS [ORGANIZATIONS]]   what row-level security costs a list
          chaos [--short] [JOBS [KILLS [SEED]]]
                                 workers killed, frozen and cut off, PostgreSQL torn down: what becomes of the jobs
          detection FOLDER [MORE…] what the detectors say of the clones in a folder, beside their own CI
          accuracy FOLDER        what the rules find in the suites of other tools, cloned into a folder
          real-runs [--work FOLDER] [--minutes N] [--hidden] [--show] CLONE...
                                 the generated workflow and the repository's own, both run here: what comes out
          --filter '*'           single parts, by BenchmarkDotNet
        """);
    return 2;
}
