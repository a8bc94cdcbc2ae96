using AutoDevOps.Server.Data;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoDevOps.Server.Hosting;

/// <summary>The verb <c>migrate</c>.</summary>
internal static class Migrate
{
    public static async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var administrator = Configuration.Require(
            Configuration.Read(), "Administrator", "as a role that may create roles, such as Host=db;Database=autodevops;Username=postgres;Password=...");
        await using var source = NpgsqlDataSource.Create(administrator);
        var applied = await new Migrator(NullLogger<Migrator>.Instance).MigrateAsync(source, cancellationToken);
        await output.WriteLineAsync(applied == 0 ? "The database is up to date." : $"Applied {applied} migrations.");
        return Guard.Fine;
    }
}
