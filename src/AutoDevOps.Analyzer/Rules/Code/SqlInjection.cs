using System.Buffers;
using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags SQL that a value is put into as text, where the database would take it as a parameter.</summary>
/// <remarks>Names of tables and pieces of SQL can only be put in like that; so only places of values count.</remarks>
internal sealed partial class SqlInjection : CodeRule
{
    private static readonly string[] Python = ["execute", "executemany", "executescript", "raw", "read_sql", "read_sql_query"];
    private static readonly string[] JavaScript = ["query", "execute", "raw", "$queryRawUnsafe", "$executeRawUnsafe"];
    private static readonly string[] Java = ["executeQuery", "executeUpdate", "execute", "prepareStatement", "createQuery", "createNativeQuery", "queryForObject", "queryForList", "query", "update"];
    private static readonly string[] CSharp =
    [
        "FromSqlRaw", "ExecuteSqlRaw", "ExecuteSqlRawAsync", "SqlQueryRaw", "SqlCommand", "NpgsqlCommand", "MySqlCommand", "SqliteCommand", "OracleCommand", "OleDbCommand",
        "Query", "QueryAsync", "QueryFirst", "QueryFirstAsync", "QueryFirstOrDefault", "QueryFirstOrDefaultAsync", "QuerySingle", "QuerySingleAsync", "Execute", "ExecuteAsync", "ExecuteScalar",
    ];

    private static readonly string[] Go = ["Query", "QueryRow", "Exec", "QueryContext", "QueryRowContext", "ExecContext", "Raw"];

    private static readonly SearchValues<string> Verbs = SearchValues.Create(["SELECT ", "SELECT\n", "SELECT\r", "INSERT ", "UPDATE ", "UPDATE\n", "DELETE ", "DELETE\n"], StringComparison.OrdinalIgnoreCase);

    public override RuleDescriptor Descriptor { get; } = new(
        "COD011", "sql-injection", Category.Security, Severity.High,
        What: "A statement in SQL that a value is put into as text: by `+`, interpolation or a format.",
        Why: "A value with a quote in it ends its place and goes on as SQL: data is read or changed that nobody meant to give.",
        Remedy: "Write a placeholder, and give the value as a parameter.")
    {
        Confidence = 0.85,
        Equivalents = ["bandit/B608", "ruff/S608", "gosec/G201", "gosec/G202", "roslyn/CA2100", "roslyn/EF1002", "spotbugs/SQL_INJECTION_JDBC", "sonar/S3649", "codeql/js/sql-injection"],
        References = ["CWE-89", "OWASP A03:2021", "https://cheatsheetseries.owasp.org/cheatsheets/Query_Parameterization_Cheat_Sheet.html"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
    [
        .. Python.Select(word => (SourceLanguage.Python, word)), .. JavaScript.Select(word => (SourceLanguage.JavaScript, word)), .. Java.Select(word => (SourceLanguage.Java, word)),
        .. CSharp.Select(word => (SourceLanguage.CSharp, word)), .. Go.Select(word => (SourceLanguage.Go, word)),
    ];

    protected override bool MayConcern(SourceLanguage language, string text) =>
        text.AsSpan().ContainsAny(Verbs);

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        if (!Statement().IsMatch(tokens.Source))
        {
            yield break;
        }

        foreach (var call in Calls(tokens))
        {
            // The statement comes first, or after a connection or context.
            foreach (var argument in call.Arguments.Take(2).Where(argument => argument.Name is "" or "sql" or "query" or "commandText"))
            {
                if (BuiltText.Read(tokens, tokens.Resolve(argument)) is { } parts && Value(tokens.Language, parts) is { } value)
                {
                    yield return At(call, $"'{value}' is put into the statement as text.");
                    break;
                }
            }
        }
    }

    /// <summary>What is put where SQL has a value; null when there is nothing, or the text is no SQL.</summary>
    private static string? Value(SourceLanguage language, IReadOnlyList<TextPart> parts)
    {
        var statement = string.Concat(parts.TakeWhile(part => part.IsLiteral).Select(part => part.Text));
        var next = "";
        if (!Statement().IsMatch(string.Concat(parts.Select(part => part.IsLiteral ? part.Text : " x "))) || !Start().IsMatch(statement))
        {
            return null;
        }

        for (var index = 0; index < parts.Count; index++)
        {
            if (parts[index].IsLiteral)
            {
                next = parts[index].Text;
            }
            else if ((InQuotes().IsMatch(next) && !Identifier().IsMatch(parts[index].Text) && index + 1 < parts.Count && parts[index + 1].Text.TrimStart('%').StartsWith('\''))
                || (Compared().IsMatch(next) && (RequestData.IsIn(language, parts[index].Text) || !Fragment().IsMatch(parts[index].Text))))
            {
                return parts[index].Text;
            }
        }

        return null;
    }

    [GeneratedRegex(@"\b(SELECT\s[\s\S]*?\sFROM\s|INSERT\s+INTO\s|UPDATE\s[\s\S]*?\sSET\s|DELETE\s+FROM\s)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Statement();

    [GeneratedRegex(@"^(\\n|\s|\()*(SELECT|INSERT|UPDATE|DELETE|WITH|FROM)\s", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Start();

    [GeneratedRegex(@"(=|<|>|\bLIKE|\(|,)\s*'%?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex InQuotes();

    [GeneratedRegex(@"\bWHERE\s[\s\S]*(=|<|>)\s*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Compared();

    [GeneratedRegex("(?i:table|column|schema|sequence|seqname|constraint)", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Identifier();

    // More than a name and its members, or what by its name is SQL itself.
    [GeneratedRegex(@"[^\w.?()]|(?i:sql|clause|expr|column|field|table|where|rhs|param|bind|schema|prefix|count|offset|limit|size|number|enum|const|status|type)|\([^)]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Fragment();
}
