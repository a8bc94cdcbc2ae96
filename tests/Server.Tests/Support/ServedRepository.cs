using System.Security.Cryptography;
using AutoDevOps.Server.Features.Repositories;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>A repository on a git server, for tests that leave it as it is: two megabytes that do not compress.</summary>
public sealed class ServedRepository : IAsyncLifetime
{
    public const int Files = 100;

    internal GitWorkshop Workshop { get; } = new();

    internal GitServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        for (var file = 1; file < Files; file++)
        {
            Workshop.Write($"{file}.bin", RandomNumberGenerator.GetBytes(20_000));
        }

        Workshop.Commit("README.md", "# One\n");
        Workshop.Bare();
        Server = await GitServer.StartAsync(Workshop.Beside(""));
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Workshop.Dispose();
    }

    /// <summary>Makes the server answer as git does, and forget what it was asked.</summary>
    internal void Reset()
    {
        Server.Answer = _ => Task.FromResult(false);
        Server.SpeaksVersion2 = true;
        Server.Requests.Clear();
    }

    /// <summary>A client with an empty cache.</summary>
    internal GitClient Client(RepositoryOptions? options = null, bool trust = true, TimeProvider? time = null) =>
        new(Server, Workshop.Beside($"cache-{Guid.CreateVersion7():N}"), options, trust ? Server.Certificate : null, time);
}
