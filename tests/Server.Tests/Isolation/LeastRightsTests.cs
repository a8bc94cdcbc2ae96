using AutoDevOps.Server.Data;
using Npgsql;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>What surprised in the matrices, by its symptom.</summary>
public sealed class LeastRightsTests(IsolationWorld world) : IClassFixture<IsolationWorld>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_of_one_organization_neither_sees_nor_ends_the_sessions_of_its_person()
    {
        var owner = world[Actor.Owner].User!.Value;
        var session = (await world.Database.Db.QueryAsync<Guid>(Caller.User(owner), "SELECT id FROM sessions WHERE revoked_at IS NULL", null, Stop)).Single();
        var token = Caller.User(owner, world.A);
        Assert.Empty(await world.Database.Db.QueryAsync<Guid>(token, "SELECT id FROM sessions", null, Stop));
        Assert.Equal([false], await world.Database.Db.QueryAsync<bool>(token, "SELECT app.revoke_session(@session)", new { session }, Stop));
    }

    [Fact]
    public async Task A_token_whose_person_left_the_organization_is_not_marked_as_used()
    {
        var id = world.Writer.Id("api_tokens", 'A', RowNumbers.Left);
        var hash = await world.Database.ScalarAsync<byte[]>("SELECT token_hash FROM api_tokens WHERE id = @id", new { id });
        Assert.Empty(await world.Database.Db.QueryAsync<Guid>(Caller.Anonymous, "SELECT id FROM app.person_of_token(@hash)", new { hash }, Stop));
        Assert.True(await world.Database.ScalarAsync<bool>("SELECT last_used_at IS NULL FROM api_tokens WHERE id = @id", new { id }));
    }

    [Fact]
    public async Task Whoever_is_signed_in_cannot_make_a_link_that_signs_in_as_somebody_else()
    {
        var victim = world[Actor.Admin].User!.Value;
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => world.Database.Db.QueryAsync<DateTime>(
            Caller.User(world[Actor.Owner].User!.Value), "SELECT app.create_sign_in_link('x', @victim, '1 hour')", new { victim }, Stop));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }
}
