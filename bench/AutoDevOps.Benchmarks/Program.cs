using AutoDevOps.Benchmarks.Jobs;

return args switch
{
    ["jobs", .. var rest] => await JobsBenchmark.RunAsync(rest),
    ["our-queue", .. var rest] => await OurQueue.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Benchmarks: jobs [JOBS [ROUNDS]]");
    return 2;
}
