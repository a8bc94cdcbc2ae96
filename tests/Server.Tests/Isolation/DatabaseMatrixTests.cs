using Npgsql;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>Who may do what to whose rows, tried inside the database as every actor: the matrices are the specification.</summary>
public sealed class DatabaseMatrixTests(IsolationWorld world) : IClassFixture<IsolationWorld>
{
    [Fact]
    public async Task Each_verb_on_each_table_reaches_what_is_written_for_each_actor_and_nothing_else()
    {
        await using var connection = await OpenAsync();
        var cells = await TableCells.CreateAsync(world, connection);
        await using var transaction = await connection.BeginTransactionAsync();
        MatrixFile.Read("tables.matrix").AssertHolds(await ProbeRunner.RunAsync(connection, [.. cells.All]));
    }

    [Fact]
    public async Task Each_function_answers_each_actor_as_is_written()
    {
        await using var connection = await OpenAsync();
        var file = MatrixFile.Read("functions.matrix");
        Assert.Empty(await FunctionCells.MissingAsync(file, connection));
        await using var transaction = await connection.BeginTransactionAsync();
        file.AssertHolds(await ProbeRunner.RunAsync(connection, [.. new FunctionCells(world).Of(file)]));
    }

    [Fact]
    public async Task Each_role_has_the_rights_that_are_written_and_no_others()
    {
        await using var connection = await OpenAsync();
        MatrixFile.Read("grants.matrix").AssertHolds(await GrantCells.ReadAsync(connection));
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = await world.Database.Administrator.OpenConnectionAsync();
        await ProbeRunner.InstallAsync(connection);
        return connection;
    }
}
