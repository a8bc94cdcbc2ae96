using System.Text.RegularExpressions;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>Function x actor. The lines of functions.matrix are the calls themselves, with {names} for what is A's.</summary>
internal sealed partial class FunctionCells
{
    private readonly IsolationWorld _world;
    private readonly List<(string Name, string Value)> _names;

    public FunctionCells(IsolationWorld world)
    {
        _world = world;
        var writer = world.Writer;
        string Hash(string table, int row) => $"'{writer.Canary.Of('A', table, "token_hash", row)}'::bytea";
        var self = world.People.ToList().IndexOf(world[Actor.Owner].User!.Value);
        var token = (10 * 1) + world.People.ToList().IndexOf(world[Actor.Owner].User!.Value);
        _names =
        [
            ("A", Quoted(world.A)), ("B", Quoted(world.B)), ("owner", Quoted(world.Person('A', 1))), ("colleague", Quoted(world.Person('A', 6))), ("stranger", Quoted(world.Person('B', 1))),
            .. world.Actors.Where(actor => actor.User is not null && actor.Role == Actor.App && actor.Name is not Actor.Narrowed and not Actor.Owner and not Actor.Stranger).Select(actor => (actor.Name, Quoted(actor.User!.Value))),
            ("waiting", Quoted(world.Job('A', 1))), ("held", Quoted(world.Job('A', RowNumbers.Held))), ("lapsed", Quoted(world.Job('A', RowNumbers.Lapsed))), ("dead", Quoted(world.Job('A', RowNumbers.Dead))),
            ("worker", Quoted(world.Worker)), ("another", Quoted(writer.Id("nodes", 'F', 2))), ("fence", "2"), ("older", "1"),
            ("kind", $"'{writer.Canary.Of('A', "jobs", "kind", 1)}'"),
            ("session", Quoted(writer.Id("sessions", 'A', world.People.ToList().IndexOf(world.Person('A', 1)) + 1))), ("revoked session", Quoted(writer.Id("sessions", 'A', RowNumbers.Revoked))),
            ("expired session", Quoted(writer.Id("sessions", 'A', RowNumbers.Expired))), ("idle session", Quoted(writer.Id("sessions", 'A', RowNumbers.Idle))),
            ("link", Hash("sign_in_links", world.People.ToList().IndexOf(world.Person('A', 1)) + 1)), ("used link", Hash("sign_in_links", RowNumbers.Revoked)), ("expired link", Hash("sign_in_links", RowNumbers.Expired)),
            ("token", Hash("api_tokens", token)), ("revoked token", Hash("api_tokens", RowNumbers.Revoked)), ("expired token", Hash("api_tokens", RowNumbers.Expired)),
            ("recent token", Hash("api_tokens", RowNumbers.Recent)), ("token of who left", Hash("api_tokens", RowNumbers.Left)),
            .. new (string Name, int Row)[]
            {
                ("state", RowNumbers.Recent), ("expired state", RowNumbers.Expired), ("taken state", RowNumbers.Taken), ("completed state", RowNumbers.Revoked),
                ("taken and expired state", RowNumbers.Left), ("own taken state", RowNumbers.OwnTaken), ("own state", self + 1),
            }
            .SelectMany(state => new (string, string)[]
            {
                (state.Name, $"'{writer.Canary.Of('A', "oauth_states", "state_hash", state.Row)}'::bytea"),
                ($"browser of {state.Name}", $"'{writer.Canary.Of('A', "oauth_states", "browser_hash", state.Row)}'::bytea"),
            }),
            ("github token", Quoted(writer.Id("github_tokens", 'A', self + 1))), ("own organization there", $"{self + 1}"),
            ("repository", Quoted(writer.Id("repositories", 'A', 1))), ("left repository", Quoted(writer.Id("repositories", 'A', 3))),
            ("webhook", Quoted(writer.Id("repository_webhooks", 'A', 1))), ("removing webhook", Quoted(writer.Id("repository_webhooks", 'A', 2))),
            ("disconnected webhook", Quoted(writer.Id("repository_webhooks", 'A', RowNumbers.Left))), ("served webhook", Quoted(writer.Id("repository_webhooks", 'A', RowNumbers.Served))),
            ("delivery", Quoted(writer.Id("webhook_receipts", 'A', 1))), ("guid", $"'{writer.Canary.Of('F', "webhook_deliveries", "delivery_id", 1)}'"),
            ("schedule", Quoted(writer.Id("schedules", 'A', 1))),
            ("new", Quoted(writer.Id("nodes", 'F', 800))), ("newer", Quoted(writer.Id("nodes", 'F', 801))),
        ];
    }

    /// <summary>The calls of the functions with these names; of all, when none are given.</summary>
    public IEnumerable<Cell> Of(MatrixFile file, params IReadOnlyCollection<string> functions) =>
        from line in file.Lines.Keys
        where functions.Count == 0 || Functions().Matches(line).Any(match => functions.Contains(match.Groups["name"].Value))
        from actor in _world.Actors
        select new Cell(
            line, actor.Name, [.. actor.Callers.Select(caller => new Probe(ProbeKind.ValueAndWritten, actor.Role, caller, Statement(line)))],
            answers => string.Join('|', answers.Select(Readable).Distinct(StringComparer.Ordinal)));

    /// <summary>What nobody calls.</summary>
    public static async Task<IEnumerable<string>> MissingAsync(MatrixFile file, NpgsqlConnection connection)
    {
        var called = file.Lines.Keys.SelectMany(line => Functions().Matches(line)).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        var functions = await connection.QueryAsync<(string Name, string Arguments)>(
            "SELECT proname::text, pg_get_function_identity_arguments(oid) FROM pg_proc WHERE pronamespace IN ('app'::regnamespace, 'public'::regnamespace) ORDER BY 1");
        return functions.Where(function => !called.Contains(function.Name)).Select(function =>
            $"Nobody calls app.{function.Name}({function.Arguments}): add lines with calls to tests/Server.Tests/Isolation/functions.matrix, such as app.{function.Name}({{A}}), and what each actor gets.");
    }

    private string Statement(string line)
    {
        var call = Named().Replace(line, match => _names.Find(name => name.Name == match.Groups["name"].Value).Value
            ?? throw new InvalidOperationException($"functions.matrix: {{{match.Groups["name"].Value}}} in \"{line}\" is no name that FunctionCells knows."));
        // Lines begin with a call, or with what is to be selected of one.
        return call.StartsWith("app.", StringComparison.Ordinal) ? $"SELECT string_agg(answer::text, ';' ORDER BY answer::text) FROM {call} AS answer" : $"SELECT {call}";
    }

    private string Readable(string answer)
    {
        var text = Time().Replace(answer, "time");
        // Names stand for ids; a number may be anything.
        foreach (var (name, value) in _names.Where(name => Guid.TryParse(name.Value.Trim('\''), out _)))
        {
            text = text.Replace(value.Trim('\''), name.Replace(' ', '_'), StringComparison.Ordinal);
        }

        text = Hash().Replace(Id().Replace(Seconds().Replace(text, "seconds"), "id"), "hash");
        text = Marked().Replace(text, match => $"<{_world.Writer.Canary.ColumnOf(match.Value).Split('.')[1]}>").Replace(' ', '_');
        return text.Length == 0 ? "''" : text;
    }

    private static string Quoted(Guid id) => $"'{id}'";

    [GeneratedRegex(@"\bapp\.(?<name>\w+)\(", RegexOptions.NonBacktracking)]
    private static partial Regex Functions();

    [GeneratedRegex(@"\{(?<name>[A-Za-z ]+)\}", RegexOptions.NonBacktracking)]
    private static partial Regex Named();

    [GeneratedRegex("cnry[A-Z][0-9]{4}x[0-9]+y", RegexOptions.NonBacktracking)]
    private static partial Regex Marked();

    [GeneratedRegex(@"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Id();

    [GeneratedRegex(@"\\x[0-9a-f]{64}\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Hash();

    [GeneratedRegex(@"\b\d+\.\d+\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Seconds();

    [GeneratedRegex(@"""?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?\+\d\d""?", RegexOptions.NonBacktracking)]
    private static partial Regex Time();
}
