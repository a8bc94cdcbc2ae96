using AutoDevOps.Server.Data;
using Npgsql;

namespace AutoDevOps.Server.Tests.Data;

/// <summary>Who may do what to the rows of an organization: table x verb x caller, tried for real and rolled back.</summary>
public class IsolationTests(IsolatedRows rows) : IClassFixture<IsolatedRows>
{
    public static TheoryData<string> Tables => [.. TenantTables.All.Select(table => table.Name)];

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task A_table_lets_each_caller_do_what_is_written_and_nothing_else(string name)
    {
        var table = TenantTables.All.Single(candidate => candidate.Name == name);
        List<string> surprises = [];
        foreach (var (actor, caller, rank) in rows.Callers)
        {
            foreach (var (verb, sql, least) in table.Probes)
            {
                var isAllowed = rank >= (int)least || (actor is "job" && verb == "change" && table.JobChanges);
                if (await rows.TryAsync(caller, sql) != isAllowed)
                {
                    surprises.Add($"{actor} {(isAllowed ? "cannot" : "can")} {verb}");
                }
            }
        }

        Assert.Empty(surprises);
    }

    [Fact]
    public async Task Every_tenants_table_has_an_expectation()
    {
        var tables = await rows.Database.ScalarAsync<string[]>(
            "SELECT array_agg(relname::text) FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attname = 'organization_id'");
        Assert.Equal(tables.Append("organizations").Order(StringComparer.Ordinal), TenantTables.All.Select(table => table.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task A_row_cannot_be_moved_to_another_organization(string name)
    {
        var column = name == "organizations" ? "id" : "organization_id";
        foreach (var (_, caller, _) in rows.Callers)
        {
            Assert.False(await rows.TryAsync(caller, $"UPDATE {name} SET {column} = @stranger WHERE {column} = @organization"));
        }
    }

    [Theory]
    [InlineData("the other's repository", true)]
    [InlineData("none at all", false)]
    public async Task A_reference_to_another_tenants_row_fails_as_if_it_did_not_exist(string what, bool exists)
    {
        var repository = exists ? rows.StrangersRepository : Guid.CreateVersion7();
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => rows.Database.Db.QueryAsync<int>(
            rows.Owner,
            "INSERT INTO pipelines (id, organization_id, repository_id, job_id, platform) VALUES (gen_random_uuid(), @Organization, @repository, gen_random_uuid(), @what)",
            new { rows.Organization, repository, what },
            TestContext.Current.CancellationToken));
        Assert.Equal(PostgresErrorCodes.ForeignKeyViolation, refusal.SqlState);
        Assert.DoesNotContain("is not present", refusal.Detail ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_for_one_organization_does_not_reach_the_persons_others()
    {
        var (user, first) = await rows.Database.AddTenantAsync("both");
        var (_, second) = await rows.Database.AddTenantAsync("other");
        await rows.Database.ExecuteAsync(
            "INSERT INTO organization_members (organization_id, user_id, role) VALUES (@second, @user, 'owner')", new { second, user });
        Assert.Equal(
            ((Guid[])[first, second]).Order(), (await rows.Database.Db.QueryAsync<Guid>(Caller.User(user), "SELECT id FROM organizations", null, default)).Order());
        Assert.Equal([second], await rows.Database.Db.QueryAsync<Guid>(Caller.User(user, second), "SELECT id FROM organizations", null, default));
        Assert.Empty(await rows.Database.Db.QueryAsync<Guid>(Caller.User(user, rows.Organization), "SELECT id FROM organizations", null, default));
    }

    [Fact]
    public async Task Of_sessions_tokens_and_keys_one_sees_ones_own()
    {
        var (first, organization) = await rows.Database.AddTenantAsync("first");
        var second = await rows.Database.AddMemberAsync(organization, "owner");
        foreach (var user in (Guid[])[first, second])
        {
            await rows.Database.ExecuteAsync(
                """
                INSERT INTO sessions (id, user_id, expires_at) VALUES (@user, @user, now());
                INSERT INTO github_tokens (id, user_id, envelope) VALUES (@user, @user, '\x00');
                INSERT INTO sign_in_links (token_hash, user_id, expires_at) VALUES (uuid_send(@user), @user, now());
                INSERT INTO api_tokens (id, organization_id, user_id, name, token_hash, scopes, expires_at) VALUES (@user, @organization, @user, 'x', uuid_send(@user), '{}', now());
                INSERT INTO idempotency_keys (organization_id, user_id, key, request_hash) VALUES (@organization, @user, 'x', '\x00');
                """,
                new { user, organization });
        }

        foreach (var table in (string[])["sessions", "github_tokens", "api_tokens", "idempotency_keys"])
        {
            Assert.Equal([first], await rows.Database.Db.QueryAsync<Guid>(Caller.User(first), $"SELECT user_id FROM {table}", null, default));
        }

        Assert.False(await rows.TryAsync(Caller.User(first), "SELECT user_id FROM sign_in_links"));
        Assert.False(await rows.TryAsync(Caller.User(first), $"UPDATE api_tokens SET revoked_at = now() WHERE id = '{second}'"));
        Assert.True(await rows.TryAsync(Caller.User(first), $"UPDATE api_tokens SET revoked_at = now() WHERE id = '{first}'"));
        Assert.False(await rows.TryAsync(Caller.User(first), $"SELECT app.create_session('{second}', '{second}', 'x', '1h')"));
    }

    [Theory]
    [InlineData("admin", "admin", "viewer", true)]
    [InlineData("admin", "viewer", "admin", true)]
    [InlineData("admin", "owner", "viewer", false)]
    [InlineData("admin", "viewer", "owner", false)]
    [InlineData("owner", "owner", "viewer", true)]
    [InlineData("owner", "viewer", "owner", true)]
    [InlineData("member", "viewer", "member", false)]
    public async Task An_admin_manages_up_to_admins_and_only_an_owner_manages_owners(string who, string from, string to, bool isAllowed)
    {
        var (_, organization) = await rows.Database.AddTenantAsync("managed");
        var caller = Caller.User(await rows.Database.AddMemberAsync(organization, who));
        var subject = await rows.Database.AddMemberAsync(organization, from);
        Assert.Equal(isAllowed, await rows.TryAsync(caller, $"UPDATE organization_members SET role = '{to}' WHERE user_id = '{subject}'"));
    }

    [Fact]
    public async Task An_owner_deletes_the_organization_with_all_it_has_and_the_audit_log_stays()
    {
        var (user, organization) = await rows.Database.AddTenantAsync("leaving");
        await rows.AddRowsAsync(organization, user);
        await rows.Database.Db.QueryAsync<long>(
            Caller.User(user), "SELECT app.write_audit(@organization::uuid, 'organization.deleted', @organization::text, '{}')", new { organization }, default);
        Assert.Equal([organization], await rows.Database.Db.QueryAsync<Guid>(Caller.User(user), "DELETE FROM organizations RETURNING id", null, default));
        foreach (var table in TenantTables.All.Where(table => table.Name != "organizations"))
        {
            var left = await rows.Database.ScalarAsync<long>($"SELECT count(*) FROM {table.Name} WHERE organization_id = @organization", new { organization });
            Assert.Equal(table.Name == "audit_log" ? 2 : 0, left);
        }
    }

    [Fact]
    public async Task A_hundred_rows_among_a_hundred_thousand_are_found_by_index_and_the_caller_is_resolved_once()
    {
        var (user, organization) = await rows.Database.AddTenantAsync("small");
        var repository = await rows.Database.AddRepositoryAsync(organization);
        await rows.Database.ExecuteAsync(
            """
            SET session_replication_role = replica;
            INSERT INTO findings (id, organization_id, repository_id, analysis_id, rule_id, rule_name, category, severity, confidence, path, start_line, end_line, message, fingerprint, state)
            SELECT gen_random_uuid(), CASE WHEN n <= 100 THEN @organization ELSE md5((n % 500)::text)::uuid END, @repository, @repository, 'X', 'x', 'security', 'low', 1, 'p', 1, 1, 'm', n::text, 'new'
            FROM generate_series(1, 100000) AS n;
            RESET session_replication_role;
            ANALYZE findings;
            """,
            new { organization, repository });
        var plan = string.Join('\n', await rows.Database.Db.QueryAsync<string>(Caller.User(user), "EXPLAIN (ANALYZE, TIMING OFF, BUFFERS OFF) SELECT count(*) FROM findings", null, default));
        Assert.Contains("InitPlan", plan, StringComparison.Ordinal);
        Assert.Matches(@"(Index|Bitmap Heap|Index Only) Scan[^\n]* on findings[^\n]*rows=100 loops=1", plan);
        Assert.DoesNotContain("Seq Scan on findings", plan, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"loops=(?!1\b)", plan);
    }
}
