using System.Globalization;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>Each protection is broken, one at a time, and undone: the matrices must notice every one. A matrix that cannot go red proves
/// nothing.</summary>
public sealed class MutationTests(IsolationWorld world, ITestOutputHelper output) : IClassFixture<IsolationWorld>
{
    [Fact]
    public async Task Whatever_protection_is_broken_the_matrices_go_red()
    {
        await using var connection = await world.Database.Administrator.OpenConnectionAsync();
        await ProbeRunner.InstallAsync(connection);
        var cells = await TableCells.CreateAsync(world, connection);
        var mutations = await Mutations.AllAsync(connection);
        List<Mutation> survivors = [];
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var mutation in mutations)
        {
            await transaction.SaveAsync("whole");
            await connection.ExecuteAsync(mutation.Sql);
            if (!await IsNoticedAsync(connection, cells, mutation.Concern))
            {
                survivors.Add(mutation);
            }

            await transaction.RollbackAsync("whole");
        }

        foreach (var kind in mutations.CountBy(mutation => mutation.Kind))
        {
            output.WriteLine($"{kind.Key}: {kind.Value - survivors.Count(survivor => survivor.Kind == kind.Key)} of {kind.Value}");
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"mutation score: {100.0 * (mutations.Count - survivors.Count) / mutations.Count:f1} % of {mutations.Count}"));
        Assert.True(survivors.Count == 0, string.Join('\n', survivors.Select(survivor => $"Nothing notices: {survivor.Name}")));
    }

    private async Task<bool> IsNoticedAsync(NpgsqlConnection connection, TableCells cells, Concern concern)
    {
        if (concern.Grants)
        {
            return !Grants.Holds(await GrantCells.ReadAsync(connection, concern.Table));
        }

        if (concern.Table is { } table)
        {
            var concerned = cells.Of(world.Tables.Single(known => known.Name == table)).Where(cell => concern.Actor is null || cell.Column == concern.Actor);
            if (!Tables.Holds(await ProbeRunner.RunAsync(connection, [.. concerned])))
            {
                return true;
            }
        }

        return concern.Functions is { Count: > 0 } functions
            && !Functions.Holds(await ProbeRunner.RunAsync(connection, [.. new FunctionCells(world).Of(Functions, functions)]));
    }

    private static MatrixFile Tables { get; } = MatrixFile.Read("tables.matrix");

    private static MatrixFile Functions { get; } = MatrixFile.Read("functions.matrix");

    private static MatrixFile Grants { get; } = MatrixFile.Read("grants.matrix");
}
