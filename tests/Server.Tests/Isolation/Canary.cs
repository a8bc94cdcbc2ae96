using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>Marked text: says whose it is and which column it was planted in, wherever it turns up. Letters and digits only, so that it
/// stays what it is in JSON, HTML, an address or a header.</summary>
internal sealed partial class Canary(IReadOnlyList<Table> tables)
{
    /// <summary>Nothing else looks like this.</summary>
    public const string Mark = "cnry";

    private readonly List<string> _columns = [.. tables.SelectMany(table => table.Columns.Select(column => $"{table.Name}.{column.Name}"))];

    /// <summary>The text for one column of one row.</summary>
    /// <param name="owner">One letter.</param>
    public string Of(char owner, string table, string column, int row) =>
        string.Create(CultureInfo.InvariantCulture, $"{Mark}{owner}{_columns.IndexOf($"{table}.{column}"):d4}x{row}y");

    /// <summary>The column that a canary was planted in.</summary>
    public string ColumnOf(string canary) => _columns[int.Parse(canary.AsSpan(Mark.Length + 1, 4), CultureInfo.InvariantCulture)];

    /// <summary>Whose canaries are in the text, as a set of letters.</summary>
    public static string OwnersIn(string text) =>
        string.Concat(In(text).Select(canary => canary[Mark.Length]).Distinct().Order());

    public static IEnumerable<string> In(string text) => text.Contains(Mark, StringComparison.OrdinalIgnoreCase) ? Form().Matches(text).Select(match => match.Value).Distinct(StringComparer.Ordinal) : [];

    /// <summary>How the canaries of an owner begin where an encoding hides them: in hexadecimal, and in base64 at each of the three offsets that
    /// it can have.</summary>
    public static IReadOnlyList<string> Disguises(char owner)
    {
        var bytes = Encoding.UTF8.GetBytes($"{Mark}{owner}0");
        return [Convert.ToHexStringLower(bytes), .. Enumerable.Range(0, 3).Select(offset => Base64At(bytes, offset))];
    }

    // Without the characters at the ends that the neighbours have a part in.
    private static string Base64At(byte[] bytes, int offset)
    {
        var text = Convert.ToBase64String([.. new byte[offset], .. bytes]).TrimEnd('=');
        return text[(offset == 0 ? 0 : offset + 1)..^1];
    }

    [GeneratedRegex("cnry[A-Z][0-9]{4}x[0-9]+y", RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
