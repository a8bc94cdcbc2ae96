using AutoDevOps.Benchmarks;

// dotnet run -c Release --project bench/AutoDevOps.Benchmarks -- scan PATH     where the time of a scan goes
// dotnet run -c Release --project bench/AutoDevOps.Benchmarks -- --filter '*'   BenchmarkDotNet, for single parts
if (args is ["scan", var path])
{
    return ScanBenchmark.Run(path);
}

BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
