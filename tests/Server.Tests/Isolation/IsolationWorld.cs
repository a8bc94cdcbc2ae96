using AutoDevOps.Server.Data;
using AutoDevOps.Server.Tests.Support;
using Dapper;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>Two organizations, A and B, with rows in every table there is, and everybody who may try to reach A's.</summary>
/// <remarks>The numbers of rows are chosen so that a count says which rows they are: those of A are not as many as those of B, and so on.</remarks>
public sealed class IsolationWorld : IAsyncLifetime
{
    internal const int HeldFence = 2;

    // In A; in B the first is the owner, also of a second organization, and the rest are viewers; in none: the operator and others.
    private static readonly string[] RolesOfA = ["owner", "owner", "admin", "member", "viewer", "member", "viewer", "owner", "viewer"];
    private const int PeopleOfB = 13;
    private const int Others = 28;

    public IsolationWorld(PostgresFixture postgres)
        : this(new TestDatabase(postgres))
    {
    }

    internal IsolationWorld(TestDatabase database) => Database = database;

    public TestDatabase Database { get; }

    internal IReadOnlyList<Table> Tables { get; private set; } = [];

    internal RowWriter Writer { get; private set; } = null!;

    internal IReadOnlyList<Actor> Actors { get; private set; } = [];

    /// <summary>Whoever has sessions, tokens and keys: the actors that are people, and one more of each organization.</summary>
    internal IReadOnlyList<Guid> People { get; private set; } = [];

    internal Guid A { get; private set; }

    internal Guid B { get; private set; }

    internal Guid Worker { get; private set; }

    internal Guid Organization(char letter) => letter == 'A' ? A : B;

    internal Actor this[string actor] => Actors.Single(candidate => candidate.Name == actor);

    internal Guid Person(char home, int number) => Writer.Id("users", home, number);

    internal Guid Job(char owner, int number) => Writer.Id("jobs", owner, number);

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        await using var connection = await Database.Administrator.OpenConnectionAsync();
        Tables = await Catalog.ReadAsync(connection);
        Writer = new RowWriter(Tables);
        (A, B) = (Writer.Id("organizations", 'A', 1), Writer.Id("organizations", 'B', 1));
        Worker = Writer.Id("nodes", 'F', 1);
        Actors = Everybody();
        People = [.. Actors.Select(actor => actor.User).OfType<Guid>().Append(Person('A', 6)).Append(Person('B', 2)).Distinct()];
        await connection.ExecuteAsync(OutsiderSql);
        await connection.ExecuteAsync(string.Join(";\n", Rows()));
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    private List<Actor> Everybody()
    {
        var owner = Person('A', 1);
        return
        [
            new(Actor.Anonymous, [Caller.Anonymous, Caller.User(Guid.CreateVersion7())], null),
            new(Actor.Stranger, [Caller.User(Person('B', 1))], 'B', Person('B', 1)),
            new(Actor.Viewer, [Caller.User(Person('A', 5))], 'A', Person('A', 5)),
            new(Actor.Member, [Caller.User(Person('A', 4))], 'A', Person('A', 4)),
            new(Actor.Admin, [Caller.User(Person('A', 3))], 'A', Person('A', 3)),
            new(Actor.Owner, [Caller.User(owner)], 'A', owner),
            new(Actor.Narrowed, [Caller.User(owner, B)], 'A', owner),
            new(Actor.Holder, [Caller.Job(Job('A', RowNumbers.Held), Worker, HeldFence)], 'A'),
            new(
                Actor.Lapsed,
                [
                    Caller.Job(Job('A', RowNumbers.Lapsed), Worker, HeldFence),
                    Caller.Job(Job('A', RowNumbers.Held), Writer.Id("nodes", 'F', 2), HeldFence),
                    Caller.Job(Job('A', RowNumbers.Held), Worker, HeldFence - 1),
                ],
                'A'),
            new(Actor.Node, [Caller.Node(Worker)], null),
            new(Actor.Operator, [Caller.User(Person('F', 1))], null, Person('F', 1)),
            new(Actor.Migrator, [Caller.User(owner), Caller.Node(Worker)], 'A', owner, "autodevops_owner"),
            new(Actor.Outsider, [Caller.User(owner), Caller.Node(Worker)], 'A', owner, Actor.OutsiderRole),
        ];
    }

    private IEnumerable<string> Rows()
    {
        // What the triggers would do step by step stands here at once where it stands.
        yield return "SET session_replication_role = replica";
        foreach (var (home, count) in ((char, int)[])[('A', RolesOfA.Length), ('B', PeopleOfB), ('F', Others)])
        {
            for (var number = 1; number <= count; number++)
            {
                yield return Writer.Insert("users", home, number, null, null, ("is_operator", home == 'F' && number == 1 ? "true" : "false"));
            }
        }

        foreach (var letter in "AB")
        {
            yield return Writer.Insert("organizations", letter, 1, Organization(letter), null);
            for (var number = 1; number <= (letter == 'A' ? RolesOfA.Length : PeopleOfB); number++)
            {
                var role = letter == 'A' ? RolesOfA[number - 1] : number == 1 ? "owner" : "viewer";
                yield return Writer.Insert("organization_members", letter, number, Organization(letter), Person(letter, number), ("role", $"'{role}'"));
            }
        }

        var second = Writer.Id("organizations", 'B', 2);
        yield return Writer.Insert("organizations", 'B', 2, second, null);
        yield return Writer.Insert("organization_members", 'B', 99, second, Person('B', 1), ("role", "'owner'"));
        // By GitHub in both, and confirmed in this one only.
        yield return Writer.Insert("organization_members", 'B', 98, second, Person('B', 2), ("role", "'viewer'"), ("source", "'github'"));
        string[] done = ["users", "organizations", "organization_members", "schema_migrations", "job_transitions", "queues"];
        foreach (var row in Tables.Where(table => !done.Contains(table.Name)).SelectMany(RowsOf).Concat(RunningJobs()).Concat(WhatEnded()).Concat(OnGitHub()))
        {
            yield return row;
        }

        yield return "RESET session_replication_role";
    }

    private IEnumerable<string> RowsOf(Table table)
    {
        if (table.PersonColumn is not null)
        {
            // One at home and three elsewhere; those without an organization: one each.
            return People.SelectMany((person, at) => table.TenantColumn is null
                ? [Writer.Insert(table.Name, person.ToString()[1] == 'b' ? 'B' : 'A', at + 1, null, person)]
                : new[] { ('A', 1), ('B', 11), ('B', 21), ('B', 31) }.Select(place => Writer.Insert(table.Name, place.Item1, (place.Item2 * 10) + at, Organization(place.Item1), person)));
        }

        if (table.TenantColumn is null)
        {
            return Enumerable.Range(1, 2).Select(row => Writer.Insert(table.Name, 'F', row, null, null));
        }

        var rows = "AB".SelectMany(letter => Enumerable.Range(1, RowNumbers.Count(table.Name, letter)).Select(row => Writer.Insert(table.Name, letter, row, Organization(letter), null)));
        return table[table.TenantColumn]!.IsRequired ? rows : rows.Concat(Enumerable.Range(1, 4).Select(row => Writer.Insert(table.Name, 'F', row, null, null)));
    }

    private IEnumerable<string> RunningJobs()
    {
        foreach (var (letter, number, state, lease) in ((char, int, string, string)[])
            [
                ('A', RowNumbers.Held, "processing", "now() + interval '1 hour'"),
                ('A', RowNumbers.Lapsed, "processing", "now() - interval '1 second'"),
                ('A', RowNumbers.Dead, "dead_letter", "NULL"),
                ('B', RowNumbers.Held, "processing", "now() + interval '1 hour'"),
            ])
        {
            var isRunning = state == "processing";
            yield return Writer.Insert(
                "jobs", letter, number, Organization(letter), null, ("state", $"'{state}'"), ("attempt", isRunning ? "1" : "4"), ("fence", $"{HeldFence}"),
                ("worker_id", isRunning ? $"'{Worker}'" : "NULL"), ("lease_until", lease), ("finished_at", isRunning ? "NULL" : "now()"));
        }
    }

    // What once signed a person in.
    private IEnumerable<string> WhatEnded()
    {
        var colleague = Person('A', 6);
        yield return Writer.Insert("sessions", 'A', RowNumbers.Revoked, null, Person('A', 1), ("revoked_at", "now()"), ("last_seen_at", "now() - interval '1 hour'"));
        yield return Writer.Insert("sessions", 'A', RowNumbers.Expired, null, colleague, ("expires_at", "now()"), ("last_seen_at", "now() - interval '1 hour'"));
        yield return Writer.Insert("sessions", 'A', RowNumbers.Idle, null, colleague, ("last_seen_at", "now() - interval '1 hour'"));
        yield return Writer.Insert("sign_in_links", 'A', RowNumbers.Revoked, null, colleague, ("used_at", "now()"));
        yield return Writer.Insert("sign_in_links", 'A', RowNumbers.Expired, null, colleague, ("expires_at", "now()"));
        yield return Writer.Insert("api_tokens", 'A', RowNumbers.Revoked, A, colleague, ("revoked_at", "now()"));
        yield return Writer.Insert("api_tokens", 'A', RowNumbers.Expired, A, colleague, ("expires_at", "now()"));
        yield return Writer.Insert("api_tokens", 'A', RowNumbers.Recent, A, colleague, ("last_used_at", "now()"));
        yield return Writer.Insert("api_tokens", 'A', RowNumbers.Left, A, Person('F', 3));
    }

    // Sign-ins with GitHub under way, and who is what there.
    private IEnumerable<string> OnGitHub()
    {
        string State(int number, Guid? person, params (string, string)[] values) => Writer.Insert("oauth_states", 'A', number, null, person, values);
        yield return State(RowNumbers.Recent, null);
        yield return State(RowNumbers.Expired, null, ("expires_at", "now()"));
        yield return State(RowNumbers.Taken, null, ("taken_at", "now()"));
        yield return State(RowNumbers.Revoked, null, ("taken_at", "now()"), ("completed_at", "now()"));
        yield return State(RowNumbers.Left, null, ("taken_at", "now()"), ("expires_at", "now()"));
        yield return State(RowNumbers.OwnTaken, Person('A', 1), ("taken_at", "now()"));
        yield return Writer.Insert("github_tokens", 'A', RowNumbers.Left, null, Person('F', 3));
        // Hooks that are not wanted: of a repository that is disconnected, and of one that an installation tells of.
        yield return Writer.Insert("repositories", 'A', RowNumbers.Left, A, null, ("disconnected_at", "now()"));
        yield return Writer.Insert("repositories", 'A', RowNumbers.Served, A, null, ("installation_id", "1"));
        foreach (var number in (int[])[RowNumbers.Left, RowNumbers.Served])
        {
            yield return Writer.Insert("repository_webhooks", 'A', number, A, null);
        }

        yield return Writer.Insert("webhook_deliveries", 'A', 1, null, null, ("id", $"'{Writer.Id("webhook_receipts", 'A', 1)}'"));
        foreach (var (person, organization, role) in ((int, int, string)[])[(1, 900, "member"), (1, 950, "admin"), (5, 940, "member"), (6, 940, "member"), (6, 950, "member")])
        {
            yield return Writer.Insert("github_memberships", 'A', organization, null, Person('A', person), ("role", $"'{role}'"));
        }
    }

    // Roles belong to the whole server: other worlds make it at the same time.
    private const string OutsiderSql = $"""
        DO $$ BEGIN
            CREATE ROLE {Actor.OutsiderRole} NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$;
        GRANT USAGE ON SCHEMA public, app TO {Actor.OutsiderRole};
        """;
}

/// <summary>Which row of a table is which.</summary>
internal static class RowNumbers
{
    /// <summary>A job that a worker holds.</summary>
    public const int Held = 50;

    /// <summary>A job whose lease is over.</summary>
    public const int Lapsed = 51;

    public const int Dead = 52;

    /// <summary>A session, link or token that was ended or used.</summary>
    public const int Revoked = 701;

    public const int Expired = 702;

    public const int Idle = 703;

    /// <summary>A token of somebody who is no member any more; a repository that is disconnected.</summary>
    public const int Left = 704;

    /// <summary>A token that was used a moment ago.</summary>
    public const int Recent = 705;

    /// <summary>A sign-in with GitHub that came back, and has not ended.</summary>
    public const int Taken = 706;

    /// <summary>The same, of the owner who is signed in.</summary>
    public const int OwnTaken = 707;

    /// <summary>A repository that an installation of the GitHub App reaches.</summary>
    public const int Served = 708;

    /// <summary>How many rows an organization has, beside jobs that run.</summary>
    public static int Count(string table, char letter) => (table, letter) switch
    {
        // More than there are scores of: a new row needs one.
        ("analyses", 'A') => 4,
        ("analyses", _) => 3,
        // The same with schedules.
        ("repositories", 'A') => 4,
        ("repositories", _) => 3,
        (_, 'A') => 2,
        _ => 1,
    };
}
