using System.Globalization;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>Writes a row for any table, from what the catalogs say of its columns: every text that is not one of a list is a canary.</summary>
internal sealed class RowWriter(IReadOnlyList<Table> tables)
{
    public Canary Canary { get; } = new(tables);

    /// <summary>The id of a row, always the same: 0a… is tenant A's, then the table, then the row.</summary>
    public Guid Id(string table, char owner, int row) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"0{char.ToLowerInvariant(owner)}000000-{tables.Select(known => known.Name).ToList().IndexOf(table):x4}-7000-8000-{row:x12}"));

    /// <summary>A statement that adds a row.</summary>
    /// <param name="row">From 1; another one gives another row.</param>
    /// <param name="fixedValues">SQL expressions of columns that are given.</param>
    public string Insert(string table, char owner, int row, Guid? organization, Guid? person, params (string Column, string Sql)[] fixedValues) =>
        Insert(table, owner, row, organization, person, _ => true, fixedValues);

    /// <inheritdoc cref="Insert(string, char, int, Guid?, Guid?, ValueTuple{string, string}[])"/>
    /// <param name="isWanted">Which columns may be mentioned.</param>
    public string Insert(string table, char owner, int row, Guid? organization, Guid? person, Func<string, bool> isWanted, params (string Column, string Sql)[] fixedValues)
    {
        var known = tables.Single(candidate => candidate.Name == table);
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (var column in known.Columns.Where(column => !column.IsGenerated && isWanted(column.Name)))
        {
            var given = fixedValues.FirstOrDefault(value => value.Column == column.Name).Sql;
            if ((given ?? Value(known, column, owner, row, organization, person)) is { } value)
            {
                values.Add(column.Name, value);
            }
        }

        return $"INSERT INTO {table} ({string.Join(", ", values.Keys)}) VALUES ({string.Join(", ", values.Values)})";
    }

    /// <summary>A new value for a column, as an SQL expression.</summary>
    public string NewValue(Table table, Column column, char owner) => Value(table, column, owner, 7, null, null) ?? ByType(table, column, owner, 7);

    private string? Value(Table table, Column column, char owner, int row, Guid? organization, Guid? person)
    {
        if (column.Name == table.TenantColumn)
        {
            return organization is { } id ? $"'{id}'" : "NULL";
        }

        if (column.Name == "user_id" && person is { } user)
        {
            return $"'{user}'";
        }

        if (RowValues.Special.GetValueOrDefault($"{table.Name}.{column.Name}") is { } special)
        {
            return special(new RowValues.Row(this, owner, row, Canary.Of(owner, table.Name, column.Name, row)));
        }

        return !column.IsRequired && !column.IsText ? null
            : column.HasDefault && !column.IsText ? null
            : column.HasDefault && column.Words is not null ? null
            : ByType(table, column, owner, row);
    }

    private string ByType(Table table, Column column, char owner, int row)
    {
        var canary = Canary.Of(owner, table.Name, column.Name, row);
        return column switch
        {
            { Words: [var first, ..] } => $"'{first}'",
            { Type: "text" or "name" } or { Type: ['c', 'h', 'a', 'r', ..] } => $"'{canary}'",
            { Type: "jsonb" or "json" } => $$"""'{"canary": "{{canary}}"}'""",
            { Type: "bytea" } => $"'{canary}'::bytea",
            { Type: "text[]" } => $"ARRAY['{canary}']",
            { Type: "uuid", Name: "id" } => $"'{Id(table.Name, owner, row)}'",
            { Type: "uuid", References: { } other } => $"'{Id(other, owner, 1)}'",
            { Type: "uuid" } => $"'{Id(table.Name, owner, row)}'",
            { Type: "boolean" } => "false",
            { Type: "smallint" or "integer" or "bigint" } when column.IsKey => row.ToString(CultureInfo.InvariantCulture),
            { Type: "smallint" or "integer" or "bigint" or "real" or "double precision" or "numeric" } => "1",
            { Type: "interval" } => "'1 hour'",
            { Type: "xid8" } => "pg_current_xact_id()",
            { Type: "date" } or { Type: ['t', 'i', 'm', 'e', ..] } => "now()",
            _ => throw new NotSupportedException(
                $"{table.Name}.{column.Name} is of type {column.Type}: say in tests/Server.Tests/Isolation/RowWriter.cs (ByType) or RowValues.cs what a row has there."),
        };
    }
}
