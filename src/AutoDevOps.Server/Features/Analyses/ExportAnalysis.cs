using System.Globalization;
using System.Net.Mime;
using System.Text.RegularExpressions;
using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Gives an analysis as a file: as the terminal program would have printed it.</summary>
/// <remarks>What is fixed is in none of them: whoever takes the file as a baseline would not notice when it comes back. What is suppressed
/// is in the JSON, which has a place to say so, and not in SARIF: code scanning shows suppressed results like any other
/// (https://github.com/github/codeql-action/issues/1230).</remarks>
public static partial class ExportAnalysis
{
    private static readonly Format[] Formats =
    [
        new("Sarif", "sarif", "application/sarif+json", ".sarif", WithSuppressed: false, SarifReport.Write),
        new("Json", "report.json", MediaTypeNames.Application.Json, ".json", WithSuppressed: true, JsonReport.Write),
        new("Markdown", "report.md", "text/markdown; charset=utf-8", ".md", WithSuppressed: false, MarkdownReport.Write),
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var format in Formats)
        {
            routes.MapGet(
                    $"/analysis/{{analysisId:guid}}/{format.Address}",
                    (Guid analysisId, HttpContext http, CurrentUser user, Db db, CancellationToken cancellationToken) =>
                        HandleAsync(format, analysisId, http, user, db, cancellationToken))
                .WithName($"{nameof(ExportAnalysis)}{format.Name}")
                .WithTags("analysis")
                .Produces<string>(StatusCodes.Status200OK, format.MediaType)
                .Produces(StatusCodes.Status304NotModified);
        }
    }

    private static async Task<Results<FileContentHttpResult, StatusCodeHttpResult, NotFound, ProblemHttpResult>> HandleAsync(
        Format format, Guid analysisId, HttpContext http, CurrentUser user, Db db, CancellationToken cancellationToken)
    {
        var (analysis, rows) = await db.InTransactionAsync(
            user.Caller,
            async connection =>
            {
                var found = await ReadAnalysis.FindAsync(connection, analysisId, cancellationToken);
                return (found, found is not { HasResult: true } ? [] : await FindingsAsync(connection, found, cancellationToken));
            },
            cancellationToken);
        if (analysis is null)
        {
            return TypedResults.NotFound();
        }

        if (!analysis.HasResult)
        {
            return TypedResults.Problem(
                $"There is nothing to export: the analysis {(analysis.Failure is null ? "is not finished" : "failed")}.", statusCode: StatusCodes.Status409Conflict);
        }

        // Bounded, because the findings of an analysis are: about 1 kB each, and at most AnalysisWriter.MaxFindings.
        using var content = new MemoryStream();
        format.Write(Reported(StoredResult.Rebuild(analysis, rows), format), content);
        var tag = EntityTag.Of(content.GetBuffer().AsSpan(0, (int)content.Length));
        return EntityTag.IsCurrent(http, tag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Bytes(content.GetBuffer().AsMemory(0, (int)content.Length), format.MediaType, FileName(analysis, format));
    }

    /// <summary>The same as SARIF, for code scanning.</summary>
    /// <param name="analysis">Has a result.</param>
    internal static async Task<byte[]> SarifAsync(NpgsqlConnection connection, ReadAnalysis.Analysis analysis, CancellationToken cancellationToken)
    {
        var format = Formats.Single(format => format.Name == "Sarif");
        using var content = new MemoryStream();
        format.Write(Reported(StoredResult.Rebuild(analysis, await FindingsAsync(connection, analysis, cancellationToken)), format), content);
        return content.ToArray();
    }

    private static async Task<List<StoredResult.Row>> FindingsAsync(NpgsqlConnection connection, ReadAnalysis.Analysis analysis, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<StoredResult.Row>(new CommandDefinition(
            Sql.Findings, new { analysis.OrganizationId, analysisId = analysis.Id }, cancellationToken: cancellationToken))).AsList();

    // Only what is listed is less: the scores are explained by whatever took points when they were computed.
    private static AnalysisResult Reported(AnalysisResult result, Format format) =>
        format.WithSuppressed ? result : result with { Findings = [.. result.Findings.Where(finding => finding.State != FindingState.Suppressed)] };

    /// <summary>The repository's name without what file systems or shells take for something else, and the commit or the day.</summary>
    internal static string FileName(ReadAnalysis.Analysis analysis, Format format)
    {
        var name = Unsafe().Replace(analysis.Repository, "-").Trim('-', '.');
        var state = analysis.CommitSha is { Length: >= 7 } sha ? sha[..7] : analysis.FinishedAt!.Value.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        return $"{(name.Length == 0 ? "analysis" : name)}-{state}{format.Extension}";
    }

    [GeneratedRegex("[^A-Za-z0-9._]+", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Unsafe();

    internal sealed record Format(string Name, string Address, string MediaType, string Extension, bool WithSuppressed, Action<AnalysisResult, Stream> Write);

    private static class Sql
    {
        public const string Findings = $"""
            SELECT {StoredResult.Row.Columns} FROM findings
            WHERE organization_id = @OrganizationId AND analysis_id = @analysisId::uuid AND state <> 'fixed'
            """;
    }
}
