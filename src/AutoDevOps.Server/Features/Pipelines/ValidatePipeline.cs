using System.ComponentModel.DataAnnotations;
using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Pipelines;

/// <summary>Checks CI files that are sent along, as they would be checked in a repository. Nothing is kept.</summary>
public static class ValidatePipeline
{
    private const int MaxFiles = 20;

    /// <param name="Path">Where the file would stand, relative to the root: it says what the file is.</param>
    public sealed record File(
        [property: Required, StringLength(500, MinimumLength = 1), RegularExpression(@"^(?!/)(?!.*(^|/)\.\.?(/|$))[^\0\\]+$", MatchTimeoutInMilliseconds = 1000)] string Path,
        [property: Required(AllowEmptyStrings = true)] string Text);

    /// <param name="Strict">Runs the strict rules too, as our own pipelines must pass them.</param>
    public sealed record Request([property: Required, MinLength(1), MaxLength(MaxFiles)] IReadOnlyList<File> Files, bool Strict = false);

    /// <param name="Line">From 1; 0 when it is about the whole file.</param>
    public sealed record Problem(string RuleId, string Name, Severity Severity, string Path, int Line, string Message);

    /// <param name="IsValid">No finding, and everything could be read.</param>
    /// <param name="Diagnostics">What could not be read or understood.</param>
    public sealed record Response(bool IsValid, IReadOnlyList<Problem> Findings, IReadOnlyList<Diagnostic> Diagnostics);

    // Of a repository that is just these files, what is missing says nothing: rules about the whole are left out.
    private static readonly IReadOnlyList<RuleDescriptor> FileRules = [.. RuleCatalog.All.OfType<IFileRule>().Select(rule => rule.Descriptor)];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/pipelines/validate", Handle).WithName(nameof(ValidatePipeline)).WithTags("pipelines");

    internal static Results<Ok<Response>, ProblemHttpResult> Handle(Request request, CurrentUser user, CancellationToken cancellationToken)
    {
        if (request.Files.Select(file => file.Path).Distinct(StringComparer.Ordinal).Count() < request.Files.Count)
        {
            return TypedResults.Problem("Two files have the same path. Send each once.", statusCode: StatusCodes.Status400BadRequest);
        }

        var rules = FileRules.Where(rule => request.Strict || !rule.Strict).Select(rule => rule.Id).ToHashSet(StringComparer.Ordinal);
        var result = RepositoryAnalyzer.Analyze(
            RepositorySnapshot.FromText(request.Files.Select(file => (file.Path, file.Text))), AnalysisOptions.Default with { Rules = rules }, cancellationToken: cancellationToken);
        var findings = result.Findings.Select(finding => new Problem(
            finding.Rule.Id, finding.Rule.Name, finding.Severity, finding.Location.Path, finding.Location.StartLine, finding.Message)).ToList();
        return TypedResults.Ok(new Response(findings.Count == 0 && result.Diagnostics.Count == 0, findings, result.Diagnostics));
    }
}
