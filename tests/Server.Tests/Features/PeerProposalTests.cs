using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;

namespace AutoDevOps.Server.Tests.Features;

/// <summary>A pull request at a GitHub that others wrote (npm's emulate 0.11.2), which knows nothing of what our double takes for granted.</summary>
/// <remarks>It has no raw contents of blobs, gives no 422 for a pull request that exists or has no commits, and no limits that end: those are the double's.</remarks>
public sealed class PeerProposalTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Token = "gho_peer";
    private const string Branch = "autodevops/pipeline-github";
    private const string Text = "name: ci\non: push\n";

    private static readonly string Checks = Path.Combine(SourceTree.Root, "tests", "acceptance");

    private readonly ProposalWorld _world = new(postgres);
    private readonly HttpClient _http = new();
    private Process? _peer;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(
            (Directory.Exists(Path.Combine(Checks, "node_modules", "emulate")) && OnPath("node")) || Environment.GetEnvironmentVariable("CI") is not null,
            "tests/acceptance is not installed; ./test does that.");
        _peer = Process.Start(new ProcessStartInfo("node", [Path.Combine(Checks, "github.mjs"), $"{FreePort()}", Token, "ada", "shop"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var address = await _peer.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException("The peer did not start.");
        _http.BaseAddress = new Uri(address);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        await _world.StartBesideAsync(address, Token, "ada/shop", (await GetAsync("repos/ada/shop")).GetProperty("id").GetInt64());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_peer is not null)
        {
            _peer.StandardInput.Close();
            await _peer.WaitForExitAsync(TestContext.Current.CancellationToken);
            _peer.Dispose();
            await _world.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_pull_request_is_opened_there_and_the_second_time_brought_up_to_date()
    {
        var pipeline = Guid.CreateVersion7();
        await _world.Database.ExecuteAsync(
            """
            INSERT INTO pipelines (id, organization_id, repository_id, job_id, platform, files, checks, is_proven, finished_at)
            VALUES (@pipeline, @Organization, @Repository, @pipeline, 'github', @files::jsonb, '[]', true, now())
            """,
            new { pipeline, _world.Organization, _world.Repository, files = JsonSerializer.Serialize(new[] { new { path = ProposalWorld.Workflow, text = Text, existing = (string?)null, lineEvidence = Array.Empty<object>() } }) });

        await OpenAsync(pipeline);
        await OpenAsync(pipeline);

        var pull = Assert.Single((await GetAsync("repos/ada/shop/pulls?state=all")).EnumerateArray());
        Assert.Equal(("main", Branch, "Add the pipeline for GitHub Actions"), (pull.GetProperty("base").GetProperty("ref").GetString(), pull.GetProperty("head").GetProperty("ref").GetString(), pull.GetProperty("title").GetString()));
        var file = await GetAsync($"repos/ada/shop/contents/{ProposalWorld.Workflow}?ref={Uri.EscapeDataString(Branch)}");
        Assert.Equal(Text, Encoding.UTF8.GetString(Convert.FromBase64String(file.GetProperty("content").GetString()!.Replace("\n", "", StringComparison.Ordinal))));
        var (head, main) = (await GetAsync($"repos/ada/shop/commits/{Uri.EscapeDataString(Branch)}"), await GetAsync("repos/ada/shop/commits/main"));
        Assert.Equal([main.GetProperty("sha").GetString()], head.GetProperty("parents").EnumerateArray().Select(parent => parent.GetProperty("sha").GetString()));
    }

    private async Task OpenAsync(Guid pipeline)
    {
        Assert.Equal(HttpStatusCode.Accepted, (await _world.Client.PostAsync($"/api/v1/pipelines/{pipeline}/pull-request", null)).StatusCode);
        await _world.RunAsync("open_pull_request");
        var proposal = (await (await _world.Client.GetAsync($"/api/v1/pipelines/{pipeline}")).JsonAsync()).GetProperty("pull_request");
        Assert.True(proposal.GetProperty("state").GetString() == "open", proposal.ToString());
    }

    private async Task<JsonElement> GetAsync(string path) => JsonSerializer.Deserialize<JsonElement>(await _http.GetStringAsync(path, TestContext.Current.CancellationToken));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
