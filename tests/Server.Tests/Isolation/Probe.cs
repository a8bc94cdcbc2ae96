using System.Globalization;
using AutoDevOps.Server.Data;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>What is looked at when a statement has run.</summary>
internal enum ProbeKind
{
    /// <summary>How many rows it did something to.</summary>
    Affected,

    /// <summary>The one value that it gives.</summary>
    Value,

    /// <summary>That value, and how many rows were written on the way.</summary>
    ValueAndWritten,
}

/// <summary>One statement, tried as one caller, and undone.</summary>
/// <param name="Setup">Done before by somebody who may do everything: what else would be in the way.</param>
internal sealed record Probe(ProbeKind Kind, string Role, Caller Caller, string Sql, string Setup = "")
{
    /// <summary>What <see cref="Db"/> sets, in its order.</summary>
    public string Settings => string.Join(
        ',', Caller.UserId, Caller.OrganizationId, Caller.JobId, Caller.WorkerId, Caller.Fence?.ToString(CultureInfo.InvariantCulture), Caller.NodeId);
}

/// <summary>A cell of a matrix: what its probes give, and how that reads.</summary>
/// <param name="Line">The words that the line begins with.</param>
/// <param name="Read">The cell's text, from the answer of each probe: a count, a value, or the SQLSTATE of a refusal.</param>
internal sealed record Cell(string Line, string Column, IReadOnlyList<Probe> Probes, Func<IReadOnlyList<string>, string> Read);
