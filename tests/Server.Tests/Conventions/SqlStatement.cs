using System.Reflection;
using System.Text.RegularExpressions;
using AutoDevOps.Server.Data;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Conventions;

/// <summary>One statement of a constant in a nested class <c>Sql</c>, as it reaches the server.</summary>
/// <param name="Name">Such as <c>StartAnalysis.Insert</c>.</param>
internal sealed partial record SqlStatement(string Name, string Text)
{
    /// <summary>Every public constant of every nested class <c>Sql</c> of the program; private ones are parts of others.</summary>
    public static IReadOnlyList<SqlStatement> All { get; } = [.. typeof(Db).Assembly.GetTypes()
        .Where(type => type is { IsNested: true, Name: "Sql" })
        .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .Where(field => field.IsLiteral)
        .SelectMany(field => Split($"{field.DeclaringType!.DeclaringType!.Name}.{field.Name}", (string)field.GetRawConstantValue()!))
        .OrderBy(statement => statement.Name, StringComparer.Ordinal)];

    /// <summary>Cuts at semicolons, as Npgsql does.</summary>
    public static IEnumerable<SqlStatement> Split(string name, string constant)
    {
        var start = 0;
        var ends = Token().Matches(constant).Where(token => token.Value == ";").Select(token => token.Index).Append(constant.Length);
        foreach (var end in ends)
        {
            if (constant[start..end].Trim() is { Length: > 0 } statement)
            {
                yield return new SqlStatement(name, Number(statement));
            }

            start = Math.Min(end + 1, constant.Length);
        }
    }

    /// <summary>Has the server parse and plan it as whoever the connection is, which looks at every name and every right, and runs nothing.</summary>
    /// <returns>What the server says against it, or null.</returns>
    public async Task<string?> CheckAsync(NpgsqlConnection connection)
    {
        // Rolled back: what a statement of another kind did on its way is undone.
        await using var transaction = await connection.BeginTransactionAsync();
        try
        {
            // With a plan for given values, conditions on null would fold away, and tables with them.
            await connection.ExecuteAsync("SET LOCAL plan_cache_mode = force_generic_plan");
            await connection.ExecuteAsync($"PREPARE checked AS {Text}");
            var count = await connection.ExecuteScalarAsync<int>("SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'checked'");
            var values = count == 0 ? "" : $"({string.Join(", ", Enumerable.Repeat("NULL", count))})";
            // Parsing resolves names; rights are looked at when a plan is made ready to run.
            await connection.ExecuteAsync($"EXPLAIN EXECUTE checked {values}");
            return null;
        }
        catch (PostgresException problem)
        {
            return $"{Name}: {problem.SqlState} {problem.MessageText}";
        }
        finally
        {
            await transaction.RollbackAsync();
            await connection.ExecuteAsync("DEALLOCATE ALL");
        }
    }

    private static string Number(string statement)
    {
        List<string> names = [];
        return Token().Replace(statement, token =>
        {
            if (token.Groups["name"] is not { Success: true, Value: var name })
            {
                return token.Value;
            }

            var index = names.IndexOf(name);
            if (index < 0)
            {
                index = names.Count;
                names.Add(name);
            }

            return $"${index + 1}";
        });
    }

    // Strings, quoted names, comments and dollar-quoted bodies are passed over; then a semicolon, or a parameter.
    [GeneratedRegex("""'(?:[^']|'')*'|"[^"]*"|--[^\n]*|/\*.*?\*/|\$(?<tag>\w*)\$.*?\$\k<tag>\$|;|(?<![\w@<])@(?<name>[A-Za-z_]\w*)""", RegexOptions.Singleline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Token();
}
