using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoDevOps.Server.Tests.Support.GitHub;

internal sealed partial class GitHubDouble
{
    private int _untilLoss;
    private bool _isDoneAllTheSame;
    private (string Method, string Path)? _lost;
    private (string Path, Action Happens)? _before;

    /// <summary>Tokens that may not change files under .github/workflows: they are told 404, as GitHub does it.</summary>
    public HashSet<string> WithoutWorkflows { get; } = new(StringComparer.Ordinal);

    /// <summary>Branches that no one may make or move.</summary>
    public HashSet<string> ProtectedBranches { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the App may write checks.</summary>
    public bool MayWriteChecks { get; set; } = true;

    /// <summary>Whether the repositories have code scanning.</summary>
    public bool HasCodeScanning { get; set; } = true;

    public List<PullRequest> Pulls { get; } = [];

    public List<CheckRun> CheckRuns { get; } = [];

    public List<CommitStatus> Statuses { get; } = [];

    /// <summary>What code scanning was given, unpacked.</summary>
    public List<(string Repository, string Commit, string Ref, string Sarif)> Sarifs { get; } = [];

    /// <summary>The so many-th request from now gets no answer.</summary>
    /// <param name="isDone">Whether what it asks for is done all the same.</param>
    public void Lose(int number, bool isDone) => (_untilLoss, _isDoneAllTheSame) = (number, isDone);

    /// <summary>The next such request is done, and gets no answer.</summary>
    public void LoseAt(string method, string pathEndsWith) => _lost = (method, pathEndsWith);

    /// <summary>Something happens at the moment of the next request whose path contains the text.</summary>
    public void Before(string pathContains, Action happens) => _before = (pathContains, happens);

    // Whether the request got no answer.
    private async Task<bool> IsLostAsync(HttpContext context, RequestDelegate next)
    {
        if (_before is { } due && context.Request.Path.Value!.Contains(due.Path, StringComparison.Ordinal))
        {
            _before = null;
            due.Happens();
        }

        var isNamed = _lost is { } lost && context.Request.Method == lost.Method && context.Request.Path.Value!.EndsWith(lost.Path, StringComparison.Ordinal);
        if (Interlocked.Decrement(ref _untilLoss) != 0 && !isNamed)
        {
            return false;
        }

        _lost = null;
        if (_isDoneAllTheSame || isNamed)
        {
            context.Response.Body = new MemoryStream();
            await next(context);
        }

        context.Abort();
        return true;
    }

    private void MapWrites(IEndpointRouteBuilder routes)
    {
        // Installations of tests that do not install anything: they need no more than a token.
        routes.MapPost("/api/v3/app/installations/{id:range(900000,999999)}/access_tokens", (long id) =>
        {
            var token = $"ghs_{id}x{NextId()}";
            Tokens[token] = $"installation:{id}";
            return Results.Json(new { token, expires_at = "2099-01-01T00:00:00Z" }, statusCode: 201);
        }).WithOrder(-1);
        var repository = routes.MapGroup("/api/v3/repos/{owner}/{name}").AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            var (found, refusal) = Find(context);
            context.Items["repository"] = found;
            return refusal
                ?? (context.Request.Method is "GET" ? null : found!.IsArchived ? Message(403, "Repository was archived so is read-only.") : null)
                ?? await next(invocation);
        });
        repository.MapGet("/git/ref/heads/{**branch}", (HttpContext context, string branch) =>
            Of(context).Commits.Count == 0 ? Message(409, "Git Repository is empty.")
            : Of(context).Branches.TryGetValue(branch, out var sha) ? Tagged(context, DescribeRef(branch, sha)) : Message(404, "Not Found"));
        repository.MapGet("/git/commits/{sha}", (HttpContext context, string sha) =>
            Of(context).Commits.TryGetValue(sha, out var commit) ? Tagged(context, DescribeCommit(commit)) : Message(404, "Not Found"));
        repository.MapPost("/git/blobs", async (HttpContext context) =>
        {
            var body = await BodyAsync(context);
            var content = body.GetProperty("encoding").GetString() == "base64" ? body.GetProperty("content").GetBytesFromBase64() : Encoding.UTF8.GetBytes(body.GetProperty("content").GetString()!);
            return Results.Json(new { sha = Of(context).Store("blob", content) }, statusCode: 201);
        });
        repository.MapPost("/git/trees", (Delegate)AddTreeAsync);
        repository.MapPost("/git/commits", (Delegate)AddCommitAsync);
        repository.MapPost("/git/refs", (Delegate)AddRefAsync);
        repository.MapPatch("/git/refs/heads/{**branch}", (Delegate)MoveRefAsync);
        repository.MapGet("/pulls", ListPulls);
        repository.MapPost("/pulls", (Delegate)AddPullAsync);
        repository.MapPatch("/pulls/{number:int}", (Delegate)ChangePullAsync);
        repository.MapPost("/check-runs", (Delegate)AddCheckAsync);
        repository.MapPatch("/check-runs/{id:long}", (Delegate)ChangeCheckAsync);
        repository.MapGet("/commits/{sha}/check-runs", (HttpContext context, string sha) => Page(
            context,
            CheckRuns.Where(run => run.Repository == Of(context).FullName && run.Commit == sha && run.Name == context.Request.Query["check_name"]).Select(DescribeCheck),
            page => new { total_count = page.Count, check_runs = page }));
        repository.MapGet("/commits/{sha}/statuses", (HttpContext context, string sha) => Page(
            context, Statuses.Where(status => status.Commit == sha).Reverse().Select(status => new { state = status.State, context = status.Context, target_url = status.Address, description = status.Description })));
        repository.MapPost("/statuses/{sha}", (Delegate)AddStatusAsync);
        repository.MapPost("/code-scanning/sarifs", (Delegate)AddSarifAsync);
    }

    private static async Task<JsonElement> BodyAsync(HttpContext context) => await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);

    private static object DescribeRef(string branch, string sha) => new { @ref = $"refs/heads/{branch}", @object = new { type = "commit", sha } };

    private static object DescribeCommit(GitHubRepository.Commit commit) =>
        new { sha = commit.Sha, message = commit.Message, tree = new { sha = commit.Tree }, parents = commit.Parents.Select(sha => new { sha }) };

    private async Task<IResult> AddTreeAsync(HttpContext context)
    {
        var (repository, body) = (Of(context), await BodyAsync(context));
        var files = body.TryGetProperty("base_tree", out var given) && repository.FilesOf(given.GetString()!) is { } known ? new Dictionary<string, string>(known, StringComparer.Ordinal) : [];
        foreach (var entry in body.GetProperty("tree").EnumerateArray())
        {
            var (path, sha) = (entry.GetProperty("path").GetString()!, entry.GetProperty("sha").GetString()!);
            if (path.StartsWith(".github/workflows/", StringComparison.Ordinal) && WithoutWorkflows.Contains(Secret(context)))
            {
                return Message(404, "Not Found");
            }

            if (repository.Find("blob", sha) is null || path.Split('/').Any(part => part is "" or "." or ".." or ".git"))
            {
                return Message(422, "tree.sha is not a valid blob, or tree.path is malformed");
            }

            files[path] = sha;
        }

        return Results.Json(new { sha = repository.StoreTree(files), truncated = false }, statusCode: 201);
    }

    private static async Task<IResult> AddCommitAsync(HttpContext context)
    {
        var (repository, body) = (Of(context), await BodyAsync(context));
        return repository.FilesOf(body.GetProperty("tree").GetString()!) is { } files
            ? Results.Json(
                DescribeCommit(repository.Commits[repository.AddCommit(
                    new Dictionary<string, string>(files, StringComparer.Ordinal), [.. body.GetProperty("parents").EnumerateArray().Select(parent => parent.GetString()!)], body.GetProperty("message").GetString()!)]),
                statusCode: 201)
            : Message(422, "Tree SHA does not exist");
    }

    private async Task<IResult> AddRefAsync(HttpContext context)
    {
        var (repository, body) = (Of(context), await BodyAsync(context));
        var (branch, sha) = (body.GetProperty("ref").GetString()!["refs/heads/".Length..], body.GetProperty("sha").GetString()!);
        return ProtectedBranches.Contains(branch) ? Message(422, "Repository rule violations found. Cannot create ref due to creations being restricted.")
            : repository.Branches.Keys.Any(other => other == branch || other.StartsWith(branch + "/", StringComparison.Ordinal) || branch.StartsWith(other + "/", StringComparison.Ordinal)) ? Message(422, "Reference already exists")
            : !repository.Commits.ContainsKey(sha) ? Message(422, "Object does not exist")
            : Results.Json(DescribeRef(branch, repository.Branches[branch] = sha), statusCode: 201);
    }

    private async Task<IResult> MoveRefAsync(HttpContext context, string branch)
    {
        var (repository, body) = (Of(context), await BodyAsync(context));
        var sha = body.GetProperty("sha").GetString()!;
        return !repository.Branches.TryGetValue(branch, out var head) ? Message(422, "Reference does not exist")
            : ProtectedBranches.Contains(branch) ? Message(422, "Cannot force-push to this branch")
            : !repository.Commits.TryGetValue(sha, out var commit) ? Message(422, "Object does not exist")
            : !body.GetProperty("force").GetBoolean() && !commit.Parents.Contains(head) ? Message(422, "Update is not a fast forward")
            : Results.Json(DescribeRef(branch, repository.Branches[branch] = sha));
    }

    private IResult ListPulls(HttpContext context)
    {
        var (state, head) = (context.Request.Query["state"].FirstOrDefault() ?? "open", context.Request.Query["head"].FirstOrDefault());
        return Page(context, Pulls.Where(pull => pull.Repository == Of(context).FullName && (state == "all" || pull.State == state)
            && (head is null || head == $"{Of(context).Owner}:{pull.Head}")).Reverse().Select(DescribePull));
    }

    private async Task<IResult> AddPullAsync(HttpContext context)
    {
        var (repository, body) = (Of(context), await BodyAsync(context));
        var (head, target, text) = (body.GetProperty("head").GetString()!, body.GetProperty("base").GetString()!, body.GetProperty("body").GetString()!);
        if (text.Length > 65_536)
        {
            return Invalid("body is too long (maximum is 65536 characters)");
        }

        if (!repository.Branches.TryGetValue(head, out var from) || !repository.Branches.TryGetValue(target, out var to))
        {
            return Invalid("head or base is invalid");
        }

        if (Pulls.Any(pull => pull.Repository == repository.FullName && pull.State == "open" && pull.Head == head && pull.Base == target))
        {
            return Invalid($"A pull request already exists for {repository.Owner}:{head}.");
        }

        if (repository.Commits[from].Tree == repository.Commits[to].Tree)
        {
            return Invalid($"No commits between {target} and {head}");
        }

        var pull = new PullRequest(repository.FullName, Pulls.Count + 1, head, target) { Title = body.GetProperty("title").GetString()!, Body = text };
        Pulls.Add(pull);
        return Results.Json(DescribePull(pull), statusCode: 201);
    }

    private async Task<IResult> ChangePullAsync(HttpContext context, int number)
    {
        var body = await BodyAsync(context);
        if (Pulls.SingleOrDefault(pull => pull.Repository == Of(context).FullName && pull.Number == number) is not { } pull)
        {
            return Message(404, "Not Found");
        }

        pull.Title = body.TryGetProperty("title", out var title) ? title.GetString()! : pull.Title;
        pull.Body = body.TryGetProperty("body", out var text) ? text.GetString()! : pull.Body;
        pull.State = body.TryGetProperty("state", out var state) ? state.GetString()! : pull.State;
        return Results.Json(DescribePull(pull));
    }

    private object DescribePull(PullRequest pull) => new
    {
        number = pull.Number,
        state = pull.State,
        title = pull.Title,
        body = pull.Body,
        html_url = $"{Address}/{pull.Repository}/pull/{pull.Number}",
        merged_at = pull.IsMerged ? "2026-01-02T00:00:00Z" : null,
        head = new { @ref = pull.Head },
        @base = new { @ref = pull.Base },
    };

    private async Task<IResult> AddCheckAsync(HttpContext context)
    {
        var body = await BodyAsync(context);
        if (!MayWriteChecks || Identity(context.Request)?.StartsWith("installation:", StringComparison.Ordinal) != true)
        {
            return Message(403, MayWriteChecks ? "You must authenticate via a GitHub App." : "Resource not accessible by integration");
        }

        if (!Of(context).Commits.ContainsKey(body.GetProperty("head_sha").GetString()!))
        {
            return Message(422, "No commit found for SHA");
        }

        var run = new CheckRun(NextId(), Of(context).FullName, body.GetProperty("name").GetString()!, body.GetProperty("head_sha").GetString()!, body.GetProperty("external_id").GetString()!);
        if (Write(run, body) is { } wrong)
        {
            return wrong;
        }

        CheckRuns.Add(run);
        return Results.Json(DescribeCheck(run), statusCode: 201);
    }

    private async Task<IResult> ChangeCheckAsync(HttpContext context, long id)
    {
        var body = await BodyAsync(context);
        return CheckRuns.SingleOrDefault(run => run.Id == id) is not { } run ? Message(404, "Not Found") : Write(run, body) ?? Results.Json(DescribeCheck(run));
    }

    // Annotations come to those that are there.
    private static IResult? Write(CheckRun run, JsonElement body)
    {
        var output = body.GetProperty("output");
        List<JsonElement> annotations = output.TryGetProperty("annotations", out var given) ? [.. given.EnumerateArray()] : [];
        if (annotations.Count > 50 || output.GetProperty("summary").GetString()!.Length > 65_535
            || annotations.Any(annotation => annotation.GetProperty("path").GetString()!.Length == 0 || annotation.GetProperty("start_line").GetInt32() < 1
                || annotation.GetProperty("annotation_level").GetString() is not ("notice" or "warning" or "failure")
                || (annotation.TryGetProperty("start_column", out _) && annotation.GetProperty("start_line").GetInt32() != annotation.GetProperty("end_line").GetInt32())))
        {
            return Message(422, "Invalid request.");
        }

        run.Conclusion = body.GetProperty("conclusion").GetString()!;
        (run.Title, run.Summary) = (output.GetProperty("title").GetString()!, output.GetProperty("summary").GetString()!);
        run.Annotations.AddRange(annotations);
        return null;
    }

    private static object DescribeCheck(CheckRun run) => new { id = run.Id, external_id = run.ExternalId, name = run.Name, head_sha = run.Commit, conclusion = run.Conclusion, output = new { annotations_count = run.Annotations.Count } };

    private async Task<IResult> AddStatusAsync(HttpContext context, string sha)
    {
        var body = await BodyAsync(context);
        if (!Of(context).Commits.ContainsKey(sha) || body.GetProperty("description").GetString()!.Length > 140
            || body.GetProperty("state").GetString() is not ("error" or "failure" or "pending" or "success"))
        {
            return Message(422, "Validation Failed");
        }

        Statuses.Add(new CommitStatus(sha, body.GetProperty("state").GetString()!, body.GetProperty("context").GetString()!, body.GetProperty("description").GetString()!, body.GetProperty("target_url").GetString()!));
        return Results.Json(new { id = NextId() }, statusCode: 201);
    }

    private async Task<IResult> AddSarifAsync(HttpContext context)
    {
        if (!HasCodeScanning)
        {
            return Message(403, "Advanced Security must be enabled for this repository to use code scanning.");
        }

        var body = await BodyAsync(context);
        await using var gzip = new System.IO.Compression.GZipStream(new MemoryStream(body.GetProperty("sarif").GetBytesFromBase64()), System.IO.Compression.CompressionMode.Decompress);
        using var text = new StreamReader(gzip);
        Sarifs.Add((Of(context).FullName, body.GetProperty("commit_sha").GetString()!, body.GetProperty("ref").GetString()!, await text.ReadToEndAsync()));
        return Results.Json(new { id = $"sarif{NextId()}", url = $"{Address}/sarifs" }, statusCode: 202);
    }

    private static string Secret(HttpContext context) => context.Request.Headers.Authorization.ToString()["Bearer ".Length..];

    private static IResult Invalid(string message) =>
        Results.Json(new { message = "Validation Failed", errors = new[] { new { resource = "PullRequest", code = "custom", message } } }, statusCode: 422);

    internal sealed record PullRequest(string Repository, int Number, string Head, string Base)
    {
        public string State { get; set; } = "open";

        public bool IsMerged { get; set; }

        public string Title { get; set; } = "";

        public string Body { get; set; } = "";
    }

    internal sealed record CheckRun(long Id, string Repository, string Name, string Commit, string ExternalId)
    {
        public string Conclusion { get; set; } = "";

        public string Title { get; set; } = "";

        public string Summary { get; set; } = "";

        public List<JsonElement> Annotations { get; } = [];
    }

    internal sealed record CommitStatus(string Commit, string State, string Context, string Description, string Address);
}
