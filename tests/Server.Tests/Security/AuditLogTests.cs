using AutoDevOps.Server.Data;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Tests.Support;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Security;

/// <summary>The audit log is a chain: what was done to it afterwards shows.</summary>
public class AuditLogTests(PostgresFixture postgres, bool isPooled = false) : IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres, isPooled);
    private Guid _organization;
    private Guid _user;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        (_user, _organization) = await _database.AddTenantAsync();
        await WriteAsync(5);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_log_that_nobody_touched_is_as_it_was_written()
    {
        var chain = Assert.Single(await ChainsAsync());
        Assert.Equal((_organization, 5, null), (chain.OrganizationId, chain.LastSeq, chain.Problem));
        Assert.Equal(32, chain.LastHash!.Length);
    }

    [Theory]
    [InlineData("UPDATE audit_log SET detail = '{\"n\": 7}' WHERE seq = 3", 3, "it was changed")]
    [InlineData("UPDATE audit_log SET actor = gen_random_uuid() WHERE seq = 1", 1, "it was changed")]
    [InlineData("UPDATE audit_log SET at = at - interval '1 microsecond' WHERE seq = 5", 5, "it was changed")]
    [InlineData("DELETE FROM audit_log WHERE seq = 2", 3, "entries before it are missing")]
    [InlineData("DELETE FROM audit_log WHERE seq = 1", 2, "entries before it are missing")]
    [InlineData("UPDATE audit_log SET seq = CASE seq WHEN 2 THEN 102 WHEN 3 THEN 2 ELSE seq END; UPDATE audit_log SET seq = 3 WHERE seq = 102", 2, "it does not follow the entry before it")]
    // As somebody would who also mends the hash: the next one gives it away.
    [InlineData("UPDATE audit_log SET target = 'y', hash = app.audit_hash(organization_id, seq, at, actor, action, 'y', detail, previous_hash) WHERE seq = 2", 3, "it does not follow the entry before it")]
    public async Task What_was_done_to_it_afterwards_is_found(string sql, long entry, string problem)
    {
        await _database.ExecuteAsync(sql);
        var chain = Assert.Single(await ChainsAsync());
        Assert.Equal((entry, problem), (chain.WrongSeq, chain.Problem));
    }

    [Fact]
    public async Task An_entry_that_was_moved_to_the_same_day_before_Christ_is_found_and_cannot_be_moved_there_in_the_first_place()
    {
        const string Move = "UPDATE audit_log SET at = (to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00 BC')::timestamptz WHERE seq = 5";
        var refused = await Assert.ThrowsAsync<PostgresException>(() => _database.ExecuteAsync(Move));
        Assert.Equal(PostgresErrorCodes.CheckViolation, refused.SqlState);

        // By somebody who owns the table.
        await _database.ExecuteAsync($"ALTER TABLE audit_log DROP CONSTRAINT audit_log_at_check; {Move}");
        var chain = Assert.Single(await ChainsAsync());
        Assert.Equal((5, "it was changed"), (chain.WrongSeq, chain.Problem));
    }

    [Fact]
    public async Task What_was_hashed_before_the_era_counted_still_has_its_hash()
    {
        await using var connection = await _database.Administrator.OpenConnectionAsync();
        Assert.True(await connection.ExecuteScalarAsync<bool>("""
            SELECT bool_and(hash = sha256(previous_hash || convert_to(jsonb_build_array(
                organization_id, seq, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), actor, action, target, detail)::text, 'UTF8')))
            FROM audit_log
            """));
    }

    [Theory]
    [InlineData("DELETE FROM audit_log WHERE seq > 3", 5, "it was noted and is missing")]
    [InlineData("DELETE FROM audit_log", 5, "it was noted and is missing")]
    [InlineData("DELETE FROM audit_log WHERE seq > 3; SELECT write_again(3)", 5, "it is not the entry that was noted")]
    public async Task Whoever_noted_the_last_entry_sees_also_that_the_end_is_gone(string sql, long entry, string problem)
    {
        var noted = Assert.Single(await ChainsAsync());
        foreach (var statement in sql.Split("; "))
        {
            await (statement.StartsWith("SELECT write_again", StringComparison.Ordinal) ? WriteAsync(3) : _database.ExecuteAsync(statement));
        }

        Assert.All(await ChainsAsync(), chain => Assert.Null(chain.Problem));
        var chain = Assert.Single(await ChainsAsync(new AuditVerify.Note(_organization, noted.LastSeq!.Value, Convert.ToHexString(noted.LastHash!))));
        Assert.Equal((entry, problem), (chain.WrongSeq, chain.Problem));
    }

    [Fact]
    public async Task Each_organization_has_a_chain_of_its_own()
    {
        var (_, other) = await _database.AddTenantAsync("bob");
        await _database.ExecuteAsync("UPDATE audit_log SET action = 'x' WHERE seq = 4");
        var chains = await ChainsAsync();
        Assert.Equal([_organization], chains.Where(chain => chain.Problem is not null).Select(chain => chain.OrganizationId));
        Assert.DoesNotContain(chains, chain => chain.OrganizationId == other);
    }

    [Fact]
    public async Task The_verb_says_what_is_wrong_with_an_exit_code_for_scripts_and_reads_what_it_printed()
    {
        var folder = Directory.CreateTempSubdirectory("autodevops-audit").FullName;
        var note = Path.Combine(folder, "note.txt");
        try
        {
            await using (var whole = Verify(folder))
            {
                Assert.Equal(0, await whole.EndAsync());
                var line = Assert.Single(whole.Said.Split('\n'), line => line.StartsWith($"{_organization} 5 ", StringComparison.Ordinal));
                Assert.Contains("1 audit log is as it was written.", whole.Said, StringComparison.Ordinal);
                await File.WriteAllTextAsync(note, line + "\n");
            }

            await _database.ExecuteAsync("DELETE FROM audit_log WHERE seq = 5");
            await using (var cut = Verify(folder, "--against", note))
            {
                Assert.Equal(1, await cut.EndAsync());
                Assert.Contains($"organization {_organization}, entry 5: it was noted and is missing.", cut.Said, StringComparison.Ordinal);
                Assert.Contains("1 noted entry compared.", cut.Said, StringComparison.Ordinal);
            }

            await File.WriteAllTextAsync(note, "");
            await using (var empty = Verify(folder, "--against", note))
            {
                Assert.Equal(2, await empty.EndAsync());
                Assert.Contains("note.txt holds no noted entry", empty.Said, StringComparison.Ordinal);
            }

            await File.WriteAllTextAsync(note, "\nno line of ours\n");
            await using var unreadable = Verify(folder, "--against", note);
            Assert.Equal(2, await unreadable.EndAsync());
            Assert.Contains("note.txt:2 is no line of `autodevops-server audit verify`", unreadable.Said, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Interrupted_it_does_not_end_as_if_all_were_well()
    {
        var folder = Directory.CreateTempSubdirectory("autodevops-audit").FullName;
        try
        {
            await using var connection = await _database.Administrator.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync("LOCK TABLE audit_log IN ACCESS EXCLUSIVE MODE");
            await using var verify = Verify(folder);
            while (!await connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'audit_log'::regclass)"))
            {
                await Task.Yield();
            }

            Assert.Equal(2, await verify.InterruptAsync());
            Assert.Contains("Interrupted: nothing was verified.", verify.Said, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private ServerProgram Verify(string folder, params string[] arguments) =>
        ServerProgram.Start(["audit", "verify", "--data", folder, .. arguments], [("ConnectionStrings__Database", _database.ConnectionString)]);

    private Task<IReadOnlyList<AuditVerify.Chain>> ChainsAsync(params AuditVerify.Note[] noted) => AuditVerify.ChainsAsync(_database.Db, noted, default);

    private async Task WriteAsync(int count)
    {
        for (var number = 1; number <= count; number++)
        {
            await _database.Db.QueryAsync<long>(
                Caller.User(_user), "SELECT app.write_audit(@organization::uuid, 'thing.done', 'x', jsonb_build_object('n', @number))", new { organization = _organization, number }, default);
        }
    }
}
