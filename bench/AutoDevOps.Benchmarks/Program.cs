using AutoDevOps.Benchmarks.Jobs;

if (args is ["our-queue", .. var rest])
{
    return await OurQueue.RunAsync(rest);
}

BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(OurQueue).Assembly).Run(args);
return 0;
