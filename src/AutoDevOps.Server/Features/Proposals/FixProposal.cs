using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Ui;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Proposals;

/// <summary>Proposes the fix of a finding, and those of the same rule in the same file, as edits of the file as it is now.</summary>
internal static class FixProposal
{
    private const int MaxItems = 50;

    /// <param name="CommitSha">That was analysed.</param>
    /// <param name="Others">Of the same rule, for the same file, in the same analysis.</param>
    public sealed record Subject(FindingRow Finding, string? CommitSha, IReadOnlyList<Other> Others);

    /// <param name="Fix">JSON.</param>
    public sealed record Other(string Path, int StartLine, int EndLine, string Message, string Fix);

    /// <returns>Null: the finding is gone, or has no fix.</returns>
    public static async Task<Subject?> ReadAsync(NpgsqlConnection connection, Guid findingId, CancellationToken cancellationToken)
    {
        if (await ReadFinding.FindAsync(connection, findingId, cancellationToken) is not { Finding: { Patch: { Edits.Count: > 0 } patch } finding } found)
        {
            return null;
        }

        var others = await connection.QueryAsync<Other>(new CommandDefinition(
            Sql.Others, new { found.About.OrganizationId, finding.AnalysisId, finding.RuleId, finding.Id, patch.Path }, cancellationToken: cancellationToken));
        return new Subject(finding, found.About.CommitSha, others.AsList());
    }

    /// <param name="web">Where people see GitHub.</param>
    /// <param name="page">Where people see the finding.</param>
    public static async Task<ProposedChange> BuildAsync(
        GitHubGit git, ProposalBase target, Subject subject, Uri web, Uri page, CancellationToken cancellationToken)
    {
        var (finding, patch) = (subject.Finding, subject.Finding.Patch!);
        var now = await git.FindAsync(target.Tree, patch.Path, cancellationToken);
        var before = await BeforeAsync(git, subject, patch.Path, cancellationToken);
        if (before is null)
        {
            return ProposedChange.Refused("The commit that was analysed is not on GitHub any more. Analyse the repository again, and propose the fix of that finding.");
        }

        if (now is { } other && (!other.IsFile || other.Path != patch.Path))
        {
            return ProposedChange.Refused($"{patch.Path} is no file any more. Analyse the repository again.");
        }

        var (old, current) = (await ContentAsync(git, before.Entry, cancellationToken), await ContentAsync(git, now, cancellationToken));
        if (FileEdits.Of(old, current) is not { } edits || FileEdits.Of(old, old) is not { } made)
        {
            return ProposedChange.Refused($"{patch.Path} is not plain UTF-8 text with usual line ends: such a file is not edited. The fix shows what to do.");
        }

        var isTaken = edits.TryAdd(patch.Edits!, LineOf(finding.Path, finding.StartLine, patch.Path), finding.EndLine);
        if (!isTaken)
        {
            return made.TryAdd(patch.Edits!, 0, 0) && made.Apply().AsSpan().SequenceEqual(current)
                ? new ProposedChange([], Title(finding, patch.Path), "")
                : ProposedChange.Refused($"The place in {patch.Path} has changed since it was analysed, or is mended already. Analyse the repository again, and propose the fix of that finding.");
        }

        List<Other> taken = [], left = [];
        foreach (var also in subject.Others)
        {
            var isIn = Stored.Read<StoredFix>(also.Fix) is { Edits: { } more } && edits.TryAdd(more, LineOf(also.Path, also.StartLine, patch.Path), also.EndLine);
            (isIn ? taken : left).Add(also);
        }

        var content = edits.Apply();
        List<FileChange> changes = content.AsSpan().SequenceEqual(current) ? [] : [new(patch.Path, content)];
        return new ProposedChange(changes, Title(finding, patch.Path), Body(subject, patch, taken, left, target, web, page));
    }

    private sealed record Before(GitHubGit.Entry? Entry);

    private static async Task<Before?> BeforeAsync(GitHubGit git, Subject subject, string path, CancellationToken cancellationToken)
    {
        try
        {
            return subject.CommitSha is { } sha
                ? new Before(await git.FindAsync((await git.CommitAsync(sha, cancellationToken)).Tree.Sha, path, cancellationToken) is { } entry && entry.Path == path ? entry : null)
                : null;
        }
        catch (GitHubException exception) when (exception.Failure is GitHubFailure.NotFound or GitHubFailure.Rejected)
        {
            return null;
        }
    }

    private static async Task<byte[]> ContentAsync(GitHubGit git, GitHubGit.Entry? entry, CancellationToken cancellationToken) =>
        entry is { IsFile: true } ? await git.BlobAsync(entry.Sha, cancellationToken) : [];

    // A finding may stand in another file than the one its fix changes.
    private static int LineOf(string path, int line, string changed) => path == changed ? line : 0;

    private static string Title(FindingRow finding, string path) =>
        $"Mend {GitHubMarkdown.Plain(finding.RuleName) ?? "a finding"} in {GitHubMarkdown.Plain(path) ?? "one file"}";

    private static string Body(
        Subject subject, StoredFix patch, List<Other> taken, List<Other> left, ProposalBase target, Uri web, Uri page)
    {
        var finding = subject.Finding;
        var commit = subject.CommitSha ?? target.Commit;
        var body = new ProposalText();
        body.Line($"**{GitHubMarkdown.Prose(finding.Rule?.What ?? finding.RuleName)}** ({GitHubMarkdown.Code(finding.RuleId)} {GitHubMarkdown.Code(finding.RuleName)}, {finding.Severity})\n");
        body.Line($"{Where(finding.Path, finding.StartLine)}{GitHubMarkdown.Prose(finding.Message)}");
        if (finding.Rule is { } rule)
        {
            body.Line($"\n**Why.** {GitHubMarkdown.Prose(rule.Why)}\n\n**Remedy.** {GitHubMarkdown.Prose(rule.Remedy)}");
        }

        body.Line($"\n**What changes.** {GitHubMarkdown.Prose(patch.Description)} Only the lines of the fix in {GitHubMarkdown.Code(patch.Path)} change: each of them, and those around it, still stand as they were analysed.");
        body.List("Mended with it, in the same file", taken.Take(MaxItems), also => Where(also.Path, also.StartLine) + GitHubMarkdown.Prose(also.Message));
        body.List("Left as it is: the place has changed since, or two fixes are in each other's way", left.Take(MaxItems), also => Where(also.Path, also.StartLine) + GitHubMarkdown.Prose(also.Message));
        body.Origin(page, "the finding, with all that is known of it", commit, target.Repository, web);
        return body.ToString();

        string Where(string path, int line) => path.Length == 0 ? "" : $"{GitHubMarkdown.Place(web, target.Repository, commit, path, line)}: ";
    }

    private static class Sql
    {
        public const string Others = """
            SELECT path, start_line AS startline, end_line AS endline, message, fix::text AS fix
            FROM findings
            WHERE organization_id = @OrganizationId::uuid AND analysis_id = @AnalysisId::uuid AND rule_id = @RuleId AND id <> @Id::uuid
              AND state IN ('new', 'existing') AND fix ->> 'path' = @Path
            ORDER BY start_line, id LIMIT 200
            """;
    }
}
