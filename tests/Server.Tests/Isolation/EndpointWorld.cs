using System.Text;
using System.Text.RegularExpressions;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Tests.Support;
using Dapper;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>The whole program over the two organizations, and everybody who may send it a request.</summary>
public class EndpointWorld : IAsyncLifetime
{
    /// <summary>The owner's token for their organization, which may only read.</summary>
    internal const string Reader = "reader";

    private readonly Dictionary<Guid, string[]> _names = [];
    private readonly Dictionary<string, Visitor> _visitors = new(StringComparer.Ordinal);

    public EndpointWorld(PostgresFixture postgres)
        : this(new IsolationWorld(postgres))
    {
    }

    private protected EndpointWorld(IsolationWorld world) => World = world;

    internal IsolationWorld World { get; }

    internal TestServerHost Server { get; private set; } = null!;

    internal EndpointRequests Requests { get; private set; } = null!;

    internal IReadOnlyList<Address> Addresses { get; private set; } = [];

    internal IReadOnlyCollection<string> Actors => _visitors.Keys;

    internal Visitor this[string actor] => _visitors[actor];

    public async ValueTask InitializeAsync()
    {
        await World.InitializeAsync();
        Server = await TestServerHost.StartAsync(
            World.Database, ("RateLimits:Auth", "100000"), ("RateLimits:Repositories", "100000"), ("RateLimits:Analysis", "100000"), ("RateLimits:Jobs", "100000"),
            ("RateLimits:Webhooks", "100000"));
        Requests = new EndpointRequests(World);
        Addresses = EndpointRequests.Of(Server.Services.GetRequiredService<EndpointDataSource>());
        _visitors.Add(Actor.Anonymous, new Visitor(Server.Stranger(), null, null));
        foreach (var actor in (string[])[Actor.Stranger, Actor.Viewer, Actor.Member, Actor.Admin, Actor.Owner])
        {
            _visitors.Add(actor, await SignInAsync(World[actor].User!.Value));
        }

        await using (var connection = await World.Database.Administrator.OpenConnectionAsync())
        {
            foreach (var (id, login, name) in await connection.QueryAsync<(Guid, string, string)>("SELECT id, login, name FROM users"))
            {
                _names.Add(id, [login, name]);
            }
        }

        // A third organization of the owner of A.
        var (owner, third) = (World[Actor.Owner].User!.Value, World.Writer.Id("organizations", 'F', 3));
        await World.Database.ExecuteAsync(
            """
            INSERT INTO organizations (id, name) VALUES (@third, 'third');
            INSERT INTO organization_members (organization_id, user_id, role) VALUES (@third, @owner, 'owner');
            -- Sealed with no key of this server: the first to use one would learn that, and the next that it is of no use.
            UPDATE github_tokens SET revoked_at = now();
            """,
            new { third, owner });
        _visitors.Add(Actor.Narrowed, await WithTokenAsync(owner, third, ["read", "write"]));
        _visitors.Add(Reader, await WithTokenAsync(owner, World.A, ["read"]));
        await World.Database.ExecuteAsync(Sql.Keep);
    }

    /// <summary>Undoes what requests did.</summary>
    internal Task RestoreAsync() => World.Database.ExecuteAsync(Sql.Restore);

    /// <summary>The text without the name of the person who reads it, which stands on every page.</summary>
    internal string WithoutSelf(string actor, string text) =>
        World.Actors.FirstOrDefault(candidate => candidate.Name == (actor == Reader ? Actor.Owner : actor)) is not { User: { } user } ? text
            : _names[user].Aggregate(text, (rest, name) => rest.Replace(name, "", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        foreach (var visitor in _visitors.Values)
        {
            visitor.Client.Dispose();
        }

        await Server.DisposeAsync();
        await World.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task<Visitor> SignInAsync(Guid user)
    {
        var session = await Server.CookieAsync(user);
        var client = Server.Stranger();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/repositories") { Headers = { { "Cookie", session }, { "Accept", "text/html" } } };
        using var page = await client.SendAsync(request);
        var form = page.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]);
        return new Visitor(client, string.Join("; ", form.Prepend(session)), Visitor.FormTokenField().Match(await page.Content.ReadAsStringAsync()).Groups["value"].Value);
    }

    /// <summary>A program with a new token.</summary>
    internal async Task<Visitor> WithTokenAsync(Guid user, Guid organization, string[] scopes)
    {
        var token = RandomToken.Create(RandomToken.ApiTokenPrefix);
        await World.Database.ExecuteAsync(
            """
            INSERT INTO api_tokens (id, organization_id, user_id, name, token_hash, scopes, expires_at)
            VALUES (gen_random_uuid(), @organization, @user, 'test', @hash, @scopes, now() + interval '1 day')
            """,
            new { organization, user, hash = RandomToken.Hash(token), scopes });
        return new Visitor(Server.WithToken(token), null, null);
    }

    private static class Sql
    {
        public const string Keep = """
            CREATE SCHEMA kept;
            DO $$
            DECLARE
                t text;
            BEGIN
                FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
                    EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', t, t);
                END LOOP;
            END
            $$;
            """;

        // Past the triggers, which would write events of their own and follow references.
        public const string Restore = """
            DO $$
            DECLARE
                t text;
                v_columns text;
            BEGIN
                SET LOCAL session_replication_role = replica;
                FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
                    SELECT string_agg(quote_ident(attname), ', ') INTO v_columns FROM pg_attribute
                    WHERE attrelid = format('public.%I', t)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
                    EXECUTE format('DELETE FROM public.%I', t);
                    EXECUTE format('INSERT INTO public.%I (%s) SELECT %s FROM kept.%I', t, v_columns, v_columns, t);
                END LOOP;
            END
            $$;
            """;
    }
}

/// <summary>The same, with the program's connections through PgBouncer in transaction mode.</summary>
public sealed class PooledEndpointWorld(PostgresFixture postgres) : EndpointWorld(new IsolationWorld(new TestDatabase(postgres, isPooled: true)));

/// <summary>Somebody who sends requests: a browser with its cookies, or a program with a token.</summary>
/// <param name="FormToken">Goes with forms, as a page gave it.</param>
internal sealed partial record Visitor(HttpClient Client, string? Cookies, string? FormToken)
{
    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        if (Cookies is not null)
        {
            request.Headers.Add("Cookie", Cookies);
            request.Headers.Add("RequestVerificationToken", FormToken);
        }

        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var isStream = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
        var headers = response.Headers.Concat(response.Content.Headers).SelectMany(header => header.Value.Select(value => (header.Key, value))).ToList();
        return new Answer((int)response.StatusCode, headers, isStream ? await FirstAsync(response) : await response.Content.ReadAsStringAsync());
    }

    // A stream of events does not end; what there is comes first, in one piece.
    private static async Task<string> FirstAsync(HttpResponseMessage response)
    {
        var buffer = new byte[64 * 1024];
        await using var body = await response.Content.ReadAsStreamAsync();
        return Encoding.UTF8.GetString(buffer, 0, await body.ReadAsync(buffer));
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<value>[^\"]+)\"", RegexOptions.NonBacktracking)]
    internal static partial Regex FormTokenField();
}

internal sealed record Answer(int Status, IReadOnlyList<(string Name, string Value)> Headers, string Body)
{
    /// <summary>Everything that whoever asked got to see.</summary>
    public string Text => $"{string.Join('\n', Headers.Select(header => $"{header.Name}: {header.Value}"))}\n\n{Body}";
}
