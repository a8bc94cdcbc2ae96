using System.Formats.Tar;
using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoDevOps.Server.Tests.Support.GitHub;

internal sealed partial class GitHubDouble
{
    /// <summary>How many entries a recursive tree may have before it is cut.</summary>
    public int MaxTreeEntries { get; set; } = 100_000;

    public GitHubRepository AddRepository(string owner, string name, bool isPrivate = false)
    {
        var repository = new GitHubRepository(NextId(), owner, name) { IsPrivate = isPrivate };
        Repositories.Add(repository);
        return repository;
    }

    private void MapRepositories(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v3/user/repos", (HttpContext context) => PersonOf(context.Request) is { } person
            ? Page(context, Repositories.Where(repository => repository.Collaborators.Contains(person.Login)).Select(Describe))
            : Message(401, "Bad credentials"));
        var repository = routes.MapGroup("/api/v3/repos/{owner}/{name}").AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            var (found, refusal) = Find(context);
            context.Items["repository"] = found;
            return refusal ?? await next(invocation);
        });
        repository.MapGet("", (HttpContext context) => Tagged(context, Describe(Of(context))));
        repository.MapGet("/branches", (HttpContext context) => Page(
            context, Of(context).Branches.Select(branch => new { name = branch.Key, commit = new { sha = branch.Value }, @protected = false })));
        repository.MapGet("/commits/{**reference}", CommitOf);
        repository.MapGet("/git/trees/{sha}", TreeOf);
        repository.MapGet("/git/blobs/{sha}", BlobOf);
        MapHooks(repository, routes);
        MapConnect(repository, routes);
        repository.MapGet("/tarball/{**reference}", (HttpContext context, string reference) => Of(context).Resolve(reference) is { } commit
            ? Results.Redirect($"{Address}/codeload/{Of(context).FullName}/{commit.Sha}?token={Uri.EscapeDataString(Of(context).FullName)}")
            : Message(404, "Not Found"));
        routes.MapGet("/codeload/{owner}/{name}/{sha}", Archive);
    }

    private static GitHubRepository Of(HttpContext context) => (GitHubRepository)context.Items["repository"]!;

    // Who may not see it is told that it is not there; whoever knows an older name is led on.
    private (GitHubRepository? Repository, IResult? Refusal) Find(HttpContext context)
    {
        var identity = Identity(context.Request);
        if (identity is "" or null)
        {
            return (null, identity is null ? Message(404, "Not Found") : Message(401, "Bad credentials"));
        }

        var name = $"{context.Request.RouteValues["owner"]}/{context.Request.RouteValues["name"]}";
        var former = Repositories.SingleOrDefault(repository => repository.FormerNames.Contains(name));
        if (former is not null)
        {
            var rest = context.Request.Path.Value![$"/api/v3/repos/{name}".Length..];
            return (null, Results.Redirect($"{Address}/api/v3/repos/{former.FullName}{rest}{context.Request.QueryString}", permanent: true, preserveMethod: false));
        }

        var repository = Repositories.SingleOrDefault(repository => string.Equals(repository.FullName, name, StringComparison.OrdinalIgnoreCase));
        return repository is not null && (!repository.IsPrivate || identity.StartsWith("installation:", StringComparison.Ordinal) || repository.Collaborators.Contains(identity)
                || (identity == "app" && context.Request.Path.Value!.EndsWith("/installation", StringComparison.Ordinal)))
            ? (repository, null)
            : (null, Message(404, "Not Found"));
    }

    private object Describe(GitHubRepository repository) => new
    {
        id = repository.Id,
        name = repository.Name,
        full_name = repository.FullName,
        @private = repository.IsPrivate,
        archived = repository.IsArchived,
        default_branch = repository.DefaultBranch,
        html_url = $"{Address}/{repository.FullName}",
        description = (string?)null,
        owner = new { id = OwnerId(repository.Owner), login = repository.Owner, type = Organizations.Exists(organization => organization.Login == repository.Owner) ? "Organization" : "User" },
        pushed_at = "2026-01-01T00:00:00Z",
        size = repository.Commits.Count,
        permissions = new { admin = repository.MayPush && repository.MayAdminister, push = repository.MayPush, pull = true },
    };

    private static IResult CommitOf(HttpContext context, string reference)
    {
        var repository = Of(context);
        if (repository.Commits.Count == 0)
        {
            return Message(409, "Git Repository is empty.");
        }

        if (repository.Resolve(reference) is not { } commit)
        {
            return Message(422, $"No commit found for SHA: {reference}");
        }

        return context.Request.Headers.Accept.ToString().Contains("sha", StringComparison.Ordinal)
            ? Results.Text(commit.Sha, "application/vnd.github.sha; charset=utf-8")
            : Tagged(context, new { sha = commit.Sha, commit = new { tree = new { sha = commit.Tree }, message = commit.Message }, parents = commit.Parents.Select(sha => new { sha }) });
    }

    private IResult TreeOf(HttpContext context, string sha)
    {
        var repository = Of(context);
        var root = repository.Resolve(sha)?.Tree ?? sha;
        if (repository.Find("tree", root) is null)
        {
            return Message(404, "Not Found");
        }

        var entries = Entries(repository, root, "", context.Request.Query.ContainsKey("recursive")).ToList();
        var cut = context.Request.Query.ContainsKey("recursive") ? entries.Take(MaxTreeEntries).ToList() : entries;
        return Tagged(context, new { sha = root, tree = cut, truncated = cut.Count < entries.Count });
    }

    private static IEnumerable<object> Entries(GitHubRepository repository, string tree, string prefix, bool isRecursive)
    {
        var content = repository.Find("tree", tree)!;
        for (var at = 0; at < content.Length;)
        {
            var end = Array.IndexOf(content, (byte)0, at);
            var (mode, name) = System.Text.Encoding.UTF8.GetString(content, at, end - at).Split(' ', 2) is [var first, var second] ? (first, second) : throw new FormatException();
            var sha = Convert.ToHexStringLower(content.AsSpan(end + 1, 20));
            at = end + 21;
            if (mode == "40000")
            {
                yield return new { path = prefix + name, mode = "040000", type = "tree", sha };
                foreach (var entry in isRecursive ? Entries(repository, sha, $"{prefix}{name}/", true) : [])
                {
                    yield return entry;
                }
            }
            else
            {
                yield return new { path = prefix + name, mode, type = "blob", sha, size = repository.Find("blob", sha)?.Length ?? 0 };
            }
        }
    }

    private static IResult BlobOf(HttpContext context, string sha)
    {
        if (Of(context).Find("blob", sha) is not { } content)
        {
            return Message(404, "Not Found");
        }

        return context.Request.Headers.Accept.ToString().Contains("raw", StringComparison.Ordinal)
            ? Results.Bytes(content, "application/vnd.github.raw; charset=utf-8")
            : Tagged(context, new { sha, size = content.Length, encoding = "base64", content = Convert.ToBase64String(content) });
    }

    private async Task Archive(HttpContext context, string owner, string name, string sha)
    {
        var repository = Repositories.Single(candidate => candidate.FullName == $"{owner}/{name}");
        context.Response.ContentType = "application/x-gzip";
        using var buffer = new MemoryStream();
        await using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        await using (var tar = new TarWriter(gzip, TarEntryFormat.Pax))
        {
            await tar.WriteEntryAsync(new PaxGlobalExtendedAttributesTarEntry(new Dictionary<string, string> { ["comment"] = sha }));
            foreach (var (path, blob) in repository.Commits[sha].Files.Where(file => !repository.ExportIgnored.Contains(file.Key)).OrderBy(file => file.Key, StringComparer.Ordinal))
            {
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, $"{owner}-{name}-{sha[..7]}/{path}") { DataStream = new MemoryStream(repository.Find("blob", blob)!) });
            }
        }

        await context.Response.Body.WriteAsync(buffer.ToArray());
    }
}
