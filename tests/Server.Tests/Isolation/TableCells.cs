using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>Table x verb x actor. A statement names no row: which rows it reaches is for the policies to say, and its count says which
/// they were.</summary>
internal sealed class TableCells
{
    private readonly IsolationWorld _world;
    private readonly Dictionary<(string Table, Guid? Person), IReadOnlyList<(string Label, int Count)>> _labels = [];
    private readonly ILookup<string, Granted> _granted;

    private TableCells(IsolationWorld world, IEnumerable<Granted> granted) => (_world, _granted) = (world, granted.ToLookup(grant => grant.Table, StringComparer.Ordinal));

    public static async Task<TableCells> CreateAsync(IsolationWorld world, NpgsqlConnection administrator)
    {
        var cells = new TableCells(world, await administrator.QueryAsync<Granted>(
            """
            SELECT attrelid::regclass::text AS "Table", attname::text AS "Column",
                has_column_privilege('autodevops_app', attrelid, attnum, 'INSERT') AS "Insert", has_column_privilege('autodevops_app', attrelid, attnum, 'UPDATE') AS "Update"
            FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
            """));
        foreach (var table in world.Tables)
        {
            foreach (var actor in world.Actors)
            {
                await cells.CountAsync(table, actor, administrator);
            }
        }

        return cells;
    }

    public IEnumerable<Cell> All => _world.Tables.OrderBy(table => table.Name, StringComparer.Ordinal).SelectMany(Of);

    public IEnumerable<Cell> Of(Table table) => _world.Actors.SelectMany(actor => Of(table, actor));

    private IEnumerable<Cell> Of(Table table, Actor actor)
    {
        Cell Counted(string verb, string sql, ProbeKind kind = ProbeKind.Affected, string setup = "") =>
            new($"{table.Name} {verb}", actor.Name, [.. actor.Callers.Select(caller => new Probe(kind, actor.Role, caller, sql, setup))], answers => Together(answers, answer => Named(table, actor, answer)));

        yield return Counted("select", $"SELECT count(*) FROM {table.Name}", ProbeKind.Value);
        yield return Inserts(table, actor);
        // One that may be changed, if there is one. Neither RETURNING nor a look at another column: those would be reading as well.
        var column = table.Columns.Where(column => !column.IsGenerated).MinBy(column =>
            (_granted[table.Name].Any(grant => grant.Column == column.Name && grant.Update) ? 0 : 4) + (column.IsKey ? 2 : 0) + (column.Type == "uuid" ? 1 : 0))!;
        var change = $"{column.Name} = {_world.Writer.NewValue(table, column, 'F')}";
        if (table.Name == "organization_members")
        {
            yield return Counted("update", $"UPDATE {table.Name} SET role = 'viewer'");
            yield return Counted("promote", $"UPDATE {table.Name} SET role = 'owner'");
        }
        else
        {
            yield return Counted("update", $"UPDATE {table.Name} SET {change}");
        }

        yield return Counted("delete", $"DELETE FROM {table.Name}");
        if (table.TenantColumn is { } tenant)
        {
            // With the grant that is missing, so that it is the policy that must refuse.
            var elsewhere = table.Name == "organizations" ? _world.Writer.Id("nodes", 'F', 99) : actor.Home == 'B' ? _world.A : _world.B;
            yield return Counted("move", $"UPDATE {table.Name} SET {tenant} = '{elsewhere}'", setup: $"GRANT UPDATE ({tenant}) ON {table.Name} TO {Actor.App}");
        }
    }

    // One statement for each kind of row that there is; the cell says which of them may be added.
    private Cell Inserts(Table table, Actor actor)
    {
        List<(string Label, string Sql)> targets = [.. Targets(table, actor)];
        var probes = targets.SelectMany(target => actor.Callers.Select(caller => new Probe(ProbeKind.Affected, actor.Role, caller, target.Sql))).ToList();
        return new Cell($"{table.Name} insert", actor.Name, probes, answers =>
        {
            var each = answers.Chunk(actor.Callers.Count).Select(chunk => Together(chunk, answer => answer)).ToList();
            var added = targets.Zip(each).Where(pair => pair.Second == "1").Select(pair => pair.First.Label).ToList();
            var refusals = each.Where(answer => answer != "1").Distinct().ToList();
            return added.Count == 0 ? string.Join('/', refusals)
                // What is refused beside what is not is refused by a policy; any other reason must be told.
                : Joined(added) + string.Concat(refusals.Where(refusal => refusal != PostgresErrorCodes.InsufficientPrivilege).Select(refusal => $"/{refusal}"));
        });
    }

    private IEnumerable<(string Label, string Sql)> Targets(Table table, Actor actor)
    {
        const int Free = 900;
        string Insert(char? letter, Guid? person, params (string, string)[] values) => _world.Writer.Insert(
            table.Name, letter ?? 'F', letter is { } known && table.PersonColumn is null ? Math.Max(RowNumbers.Count(table.Name, known) + 1, 3) : Free,
            letter is { } home ? _world.Organization(home) : null, person, IsMentioned, values);

        // With a column that may not be given, every row would be refused for that alone.
        var given = _granted[table.Name].Where(grant => grant.Insert).Select(grant => grant.Column).ToHashSet(StringComparer.Ordinal);
        bool IsMentioned(string column) => given.Count == 0 || given.Contains(column);

        if (table.Name == "organization_members")
        {
            foreach (var letter in "AB")
            {
                yield return ($"{letter}", Insert(letter, _world.Person('F', 5), ("role", "'viewer'")));
                yield return ($"{letter}.owners", Insert(letter, _world.Person('F', 5), ("role", "'owner'")));
            }

            yield break;
        }

        if (table.TenantColumn is null || table.Name == "organizations")
        {
            yield return ("I", table.PersonColumn is null || table.Name == "users" ? Insert(null, null, ("id", $"'{_world.Writer.Id(table.Name, 'F', Free)}'")) : Insert(null, _world.Person('A', 6)));
            if (table.PersonColumn is not null && actor.User is { } self)
            {
                yield return ("own", Insert(null, self));
            }

            yield break;
        }

        foreach (var letter in "AB")
        {
            yield return ($"{letter}", Insert(letter, table.PersonColumn is null ? null : _world.Person(letter, letter == 'A' ? 6 : 2)));
            if (table.PersonColumn is not null && actor.User is { } self)
            {
                yield return (letter == actor.Home ? "own" : $"own@{letter}", Insert(letter, self));
            }
        }

        if (!table[table.TenantColumn]!.IsRequired)
        {
            yield return ("I", Insert(null, null));
        }
    }

    private async Task CountAsync(Table table, Actor actor, NpgsqlConnection administrator)
    {
        if (_labels.ContainsKey((table.Name, actor.User)))
        {
            return;
        }

        var counts = (await administrator.QueryAsync<(string, int)>(
            $"SELECT {Label(table)} AS label, count(*)::int FROM {table.Name} AS t GROUP BY label", new { a = _world.A, self = actor.User, home = $"{actor.Home}" })).AsList();
        _labels.Add((table.Name, actor.User), counts);
        var sums = Sums(counts).Select(sum => sum.Count).ToList();
        Assert.True(
            sums.Count == sums.Distinct().Count(),
            $"The rows of {table.Name} are so many that a count does not say which they are ({string.Join(", ", counts)}): change their numbers in IsolationWorld.");
    }

    private static string Label(Table table)
    {
        var tenant = table.Name == "users"
            ? "coalesce((SELECT min(CASE organization_id WHEN @a THEN 'A' ELSE 'B' END) FROM organization_members AS m WHERE m.user_id = t.id), 'I')"
            : table.TenantColumn is { } column ? $"CASE WHEN t.{column} = @a THEN 'A' WHEN t.{column} IS NULL THEN 'I' ELSE 'B' END" : "'I'";
        return table switch
        {
            { Name: "organization_members" } => $"{tenant} || CASE role WHEN 'owner' THEN '.owners' ELSE '' END",
            { PersonColumn: { } person, TenantColumn: not null } => $"CASE WHEN t.{person} = @self THEN 'own' || CASE {tenant} WHEN @home THEN '' ELSE '@' || {tenant} END ELSE {tenant} END",
            { PersonColumn: { } person } => $"CASE WHEN t.{person} = @self THEN 'own' ELSE {tenant} END",
            _ => tenant,
        };
    }

    private string Named(Table table, Actor actor, string answer)
    {
        if (!int.TryParse(answer, out var count) || answer.Length == 5)
        {
            return answer;
        }

        var sums = Sums(_labels[(table.Name, actor.User)]).ToList();
        return sums.FirstOrDefault(sum => sum.Count == count) is { Labels: { } labels } ? Joined(labels) : $"{count}?";
    }

    private static IEnumerable<(int Count, IReadOnlyList<string> Labels)> Sums(IReadOnlyList<(string Label, int Count)> labels)
    {
        for (var set = 0; set < 1 << labels.Count; set++)
        {
            var chosen = labels.Where((_, at) => (set & (1 << at)) != 0).ToList();
            yield return (chosen.Sum(label => label.Count), [.. chosen.Select(label => label.Label)]);
        }
    }

    private static string Joined(IReadOnlyList<string> labels) => labels.Count == 0 ? "." : string.Join('+', labels.Order(StringComparer.Ordinal));

    private sealed record Granted(string Table, string Column, bool Insert, bool Update);

    /// <summary>Callers that are one actor must fare alike; if they do not, the cell says how each does.</summary>
    private static string Together(IReadOnlyList<string> answers, Func<string, string> read)
    {
        var different = answers.Select(read).Distinct().ToList();
        return string.Join('|', different);
    }
}
