using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features;
using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Jobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>A worker process with the program's own handlers, over a test's database. It claims when it is told to.</summary>
internal sealed class AnalysisWorker : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="sources">What repositories are read with; folders as they are, if none is given.</param>
    public AnalysisWorker(TestDatabase database, params IRepositorySource[] sources)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        services.AddCheckedOptions(new ConfigurationBuilder().Build());
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => NpgsqlDataSource.Create(database.ConnectionString));
        services.AddSingleton<Db>();
        services.AddJobs();
        services.AddJobWorker();
        services.AddJobHandlers();
        services.AddSingleton<SnapshotReader>();
        foreach (var source in sources.DefaultIfEmpty(new LocalFolderSource(TimeProvider.System)))
        {
            services.AddSingleton(source);
        }

        _services = services.BuildServiceProvider();
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Queues an analysis as the API does.</summary>
    public Task<StartAnalysis.Response> QueueAsync(Guid user, Guid organization, StartAnalysis.Request request) =>
        Get<Db>().InTransactionAsync(
            Caller.User(user),
            connection => StartAnalysis.QueueAsync(connection, Get<JobQueue>(), organization, user, request),
            TestContext.Current.CancellationToken);

    /// <summary>Runs whatever is due to the end of its attempt.</summary>
    public Task<int> RunOnceAsync() => Get<JobWorker>().RunOnceAsync(TestContext.Current.CancellationToken);

    /// <summary>Queues an analysis and runs it.</summary>
    public async Task<Guid> AnalyseAsync(Guid user, Guid organization, Guid repository, AnalysisKind kind = AnalysisKind.Full, string? reference = null)
    {
        var started = await QueueAsync(user, organization, new StartAnalysis.Request(repository, kind, reference));
        Assert.Equal(1, await RunOnceAsync());
        return started.AnalysisId;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

/// <summary>A repository of text that a test can change between analyses: a folder like any other.</summary>
internal sealed class SampleFolder : IDisposable
{
    public const string Workflow = ".github/workflows/ci.yml";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("autodevops-sample-");

    public SampleFolder()
    {
        Write("README.md", "# shop\n");
        Write("LICENSE", "All rights reserved.\n");
        Write("SECURITY.md", "Write to security@example.com.\n");
        Write("package.json", """{ "name": "shop", "version": "1.0.0", "scripts": { "test": "node --test" } }""");
        Write("Dockerfile", "FROM node\nCOPY . .\nRUN npm ci\nCMD [\"node\", \"server.js\"]\n");
        Write(Workflow, """
            name: ci
            on: pull_request
            permissions: {}
            jobs:
              test:
                runs-on: ubuntu-24.04
                steps:
                  - uses: actions/checkout@v4
                  - run: echo "${{ github.event.pull_request.title }}"
                  - run: npm test

            """);
    }

    public string Path => _root.FullName;

    public void Write(string path, string text)
    {
        var file = System.IO.Path.Combine(Path, path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public string Read(string path) => File.ReadAllText(System.IO.Path.Combine(Path, path));

    public void Delete(string path) => File.Delete(System.IO.Path.Combine(Path, path));

    /// <summary>Connects it.</summary>
    public async Task<Guid> ConnectAsync(TestDatabase database, Guid organization)
    {
        var id = Guid.CreateVersion7();
        await database.ExecuteAsync(
            "INSERT INTO repositories (id, organization_id, source, location, name) VALUES (@id, @organization, 'local', @Path, 'shop')", new { id, organization, Path });
        return id;
    }

    public void Dispose()
    {
        if (_root.Exists)
        {
            _root.Delete(recursive: true);
        }
    }
}
