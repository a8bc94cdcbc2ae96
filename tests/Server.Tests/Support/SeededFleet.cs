using System.Text.Json;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>What an organization has after some weeks: repositories, analyses, findings, pipelines and jobs in every state, and among
/// them names that try to be markup.</summary>
internal sealed class SeededFleet(NpgsqlConnection connection, Guid organization, Guid user)
{
    public const string HostileName = "\"><img src=x onerror=alert(1)>";
    public const string HostileMessage = "<script>alert('message')</script> is not pinned & cannot be";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private int _clock;

    public Guid Repository { get; private set; }

    public Guid Hostile { get; private set; }

    public Guid Analysis { get; private set; }

    public Guid HostileAnalysis { get; private set; }

    public Guid RunningAnalysis { get; private set; }

    public Guid FailedAnalysis { get; private set; }

    public Guid Finding { get; private set; }

    public Guid SuppressedFinding { get; private set; }

    public Guid Pipeline { get; private set; }

    public Guid RunningPipeline { get; private set; }

    public Guid DeadJob { get; private set; }

    public Guid RunningJob { get; private set; }

    public static async Task<SeededFleet> PlantAsync(TestDatabase database, Guid organization, Guid user)
    {
        await using var connection = await database.Administrator.OpenConnectionAsync();
        // The triggers make a job go its way step by step; what is planted here stands at once where it stands.
        await connection.ExecuteAsync("SET session_replication_role = replica");
        var fleet = new SeededFleet(connection, organization, user);
        await fleet.PlantAsync();
        return fleet;
    }

    private async Task PlantAsync()
    {
        Repository = await AddRepositoryAsync("checkout-api", "git", "https://git.example.com/shop/checkout-api.git");
        var scores = new[] { 48, 52, 51, 57, 63, 63, 61, 70, 74, 73, 78 };
        for (var at = 0; at < scores.Length; at++)
        {
            await AddAnalysisAsync(Repository, scores[at], days: 40 - (4 * at), ruleSet: at < 5 ? "1f0c55aa9b21" : "8d41c0be7730");
        }

        Analysis = await AddAnalysisAsync(Repository, 78, days: 0, ruleSet: "8d41c0be7730", findings: true);
        FailedAnalysis = await AddAnalysisAsync(Repository, null, days: 1, ruleSet: null, failure: "The address does not answer: git.example.com did not resolve.");
        Pipeline = await AddPipelineAsync(Repository, finished: true);
        RunningPipeline = await AddPipelineAsync(Repository, finished: false);

        foreach (var (name, score) in new[] { ("storefront", 91), ("ledger", 66), ("infra-terraform", 37), ("docs", 97) })
        {
            var repository = await AddRepositoryAsync(name, "local", $"/home/ada/shop/{name}");
            await AddAnalysisAsync(repository, score - 9, days: 9, ruleSet: "8d41c0be7730");
            var analysis = await AddAnalysisAsync(repository, score, days: 1, ruleSet: "8d41c0be7730");
            if (score < 70)
            {
                await AddFindingAsync(repository, analysis, "SEC002", "aws-access-key", "security", "critical", "deploy/prod.tfvars", 3, "An AWS access key AKIA…X7QA is committed.");
                await AddFindingAsync(repository, analysis, "INF001", "privileged-service", "security", "high", "compose.yaml", 14, "Service 'runner' is privileged.");
            }
        }

        Hostile = await AddRepositoryAsync(HostileName, "git", "https://example.com/<script>alert('place')</script>");
        HostileAnalysis = await AddAnalysisAsync(Hostile, 55, days: 2, ruleSet: "8d41c0be7730");
        await AddFindingAsync(Hostile, HostileAnalysis, "GHA010", "unpinned-action", "security", "high", ".github/workflows/</pre><script>alert(1)</script>.yml", 2, HostileMessage,
            excerpt: "jobs:\n  - uses: \"</code><script>alert(2)</script>\"\n", fix: true);
        RunningAnalysis = await AddAnalysisAsync(Hostile, null, days: 0, ruleSet: null, running: true);
        await AddRepositoryAsync("new-service-with-a-name-that-is-much-longer-than-anybody-would-expect-it-to-be", "git", "https://git.example.com/shop/new-service.git");
        await AddJobAsync("retrying", "analysis", "run_analysis", "The address took longer than 30 s to answer.");
        await AddJobAsync("cancelled", "sync", "sync_repository");
        await AddDeliveryAsync(Repository, "push", null, "An analysis of the branch main was started.", "completed");
        await AddDeliveryAsync(Hostile, "pull_request", "opened", "Not analysed: the name of the branch <script>alert('branch')</script> cannot be asked for.", "completed");
        await AddDeliveryAsync(null, "installation", "suspend", null, "retrying");
        DeadJob = await AddJobAsync("dead_letter", "ci_generation", "generate_pipeline", "The repository has no commit yet.");
    }

    private async Task<Guid> AddRepositoryAsync(string name, string source, string location)
    {
        var id = Guid.CreateVersion7();
        await connection.ExecuteAsync(
            "INSERT INTO repositories (id, organization_id, source, location, name, default_branch, connected_at) VALUES (@id, @organization, @source, @location, @name, 'main', now() - interval '41 days')",
            new { id, organization, source, location, name });
        return id;
    }

    private async Task AddDeliveryAsync(Guid? repository, string name, string? action, string? outcome, string state)
    {
        var job = await AddJobAsync(state, "sync", "process_delivery", null, new { delivery_id = Guid.CreateVersion7() }, 0);
        await connection.ExecuteAsync(
            "INSERT INTO webhook_receipts (organization_id, id, repository_id, guid, event, action, job_id, outcome) VALUES (@organization, @id, @repository, @guid, @name, @action, @job, @outcome)",
            new { organization, id = Guid.CreateVersion7(), repository, guid = Guid.NewGuid().ToString(), name, action, job, outcome });
    }

    private async Task<Guid> AddAnalysisAsync(
        Guid repository, int? score, int days, string? ruleSet, bool findings = false, bool running = false, string? failure = null)
    {
        var id = Guid.CreateVersion7();
        var job = await AddJobAsync(running ? "processing" : failure is null ? "completed" : "dead_letter", "analysis", "run_analysis", failure, new { analysis_id = id }, days);
        var card = score is null ? null : JsonSerializer.Serialize(new { overall = score, security = score - 6, ci_cd = Math.Min(100, score.Value + 9), code_quality = 92, dependencies = (int?)null, performance = 100 });
        await connection.ExecuteAsync(
            """
            INSERT INTO analyses (id, organization_id, repository_id, job_id, kind, commit_sha, is_dirty, rule_set, overall, scores, model, coverage, diagnostics, files, bytes,
                duration_ms, failure, requested_by, created_at, finished_at)
            VALUES (@id, @organization, @repository, @job, 'full', @sha, @findings, @ruleSet, @score, @card::jsonb, @model::jsonb, @coverage::jsonb, @diagnostics::jsonb, @files, @bytes,
                @duration, @failure, @user, now() - make_interval(days => @days, secs => 3), CASE WHEN @running THEN NULL ELSE now() - make_interval(days => @days) END)
            """,
            new
            {
                id,
                organization,
                repository,
                job,
                sha = running ? null : "4f1d3c2b5a69788766554433221100ffeeddccbb",
                findings,
                ruleSet,
                score = (short?)score,
                card,
                model = score is null ? null : Model(findings),
                coverage = score is null ? null : """{"files":312,"read":298,"skipped":[{"reason":"binary","count":12},{"reason":"too_large","count":2}]}""",
                diagnostics = """[{"path":"charts/values.yaml","line":12,"message":"The key \"image\" is there twice; the last one counts."}]""",
                files = score is null ? (int?)null : 312,
                bytes = score is null ? (long?)null : 4_812_331,
                duration = score is null ? (int?)null : 1840,
                failure,
                user,
                days,
                running,
            });
        if (score is not null)
        {
            await connection.ExecuteAsync(
                "INSERT INTO score_history (organization_id, repository_id, analysis_id, at, rule_set, overall) VALUES (@organization, @repository, @id, now() - make_interval(days => @days), @ruleSet, @score)",
                new { organization, repository, id, days, ruleSet, score = (short)score });
        }

        if (findings)
        {
            await PlantFindingsAsync(repository, id);
        }

        return id;
    }

    private async Task PlantFindingsAsync(Guid repository, Guid analysis)
    {
        await AddFindingAsync(repository, analysis, "SEC001", "github-token", "security", "critical", "scripts/release.sh", 7, "A GitHub token ghp_…3kQa is committed.",
            excerpt: "#!/usr/bin/env bash\nset -euo pipefail\n\n# Publishes the release.\nversion=\"$1\"\n\nexport GITHUB_TOKEN=\"ghp_…3kQa\"\ngh release create \"v$version\" --notes-file CHANGELOG.md\n", excerptLine: 1, points: 25, state: "new");
        Finding = await AddFindingAsync(repository, analysis, "GHA010", "unpinned-action", "security", "high", ".github/workflows/ci.yml", 14, "Action 'actions/checkout@v4' is not pinned to a commit.",
            excerpt: "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - uses: actions/setup-node@v4\n        with:\n          node-version: 22 # as .nvmrc says\n      - run: npm ci\n", excerptLine: 10, points: 8, fix: true);
        await AddFindingAsync(repository, analysis, "GHA010", "unpinned-action", "security", "high", ".github/workflows/ci.yml", 15, "Action 'actions/setup-node@v4' is not pinned to a commit.", points: 4);
        await AddFindingAsync(repository, analysis, "GHA011", "template-injection", "security", "high", ".github/workflows/label.yml", 22, "The title of the pull request is pasted into a shell script.",
            excerpt: "      - name: Label\n        run: |\n          echo \"Labelling ${{ github.event.pull_request.title }}\"\n", excerptLine: 20, points: 8, state: "new");
        await AddFindingAsync(repository, analysis, "CNT001", "unpinned-base-image", "security", "medium", "Dockerfile", 1, "Base image 'node' is not pinned.", excerpt: "FROM node\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\n", excerptLine: 1, points: 3);
        await AddFindingAsync(repository, analysis, "GHA017", "missing-timeout", "ci_cd", "low", ".github/workflows/ci.yml", 11, "Job 'test' may run for six hours.", points: 1.5);
        await AddFindingAsync(repository, analysis, "REP003", "missing-security-policy", "code_quality", "low", "", 0, "Nobody is told how to report a vulnerability.", points: 1);
        await AddFindingAsync(repository, analysis, "DEP001", "missing-lock-file", "dependencies", "medium", "tools/package.json", 1, "No lock file beside it.", points: 0, state: "fixed");
        SuppressedFinding = await AddFindingAsync(repository, analysis, "CNT002", "root-user", "security", "medium", "Dockerfile", 9, "The container runs as root.", points: 0, state: "suppressed");
        await connection.ExecuteAsync(
            "INSERT INTO suppressions (organization_id, repository_id, fingerprint, reason, created_by) SELECT organization_id, repository_id, fingerprint, 'It drops its rights by itself at start.', @user FROM findings WHERE id = @SuppressedFinding",
            new { user, SuppressedFinding });
    }

    private async Task<Guid> AddFindingAsync(
        Guid repository, Guid analysis, string rule, string name, string category, string severity, string path, int line, string message,
        string? excerpt = null, int excerptLine = 1, double points = 5, string state = "existing", bool fix = false)
    {
        var id = Guid.CreateVersion7();
        var patch = fix
            ? JsonSerializer.Serialize(new { description = "Pin the action to the commit of its release.", path, edits = new[] { new { startLine = line, endLine = line, text = "      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2" } } }, Json)
            : null;
        await connection.ExecuteAsync(
            """
            INSERT INTO findings (id, organization_id, repository_id, analysis_id, rule_id, rule_name, category, severity, confidence, points, path, start_line, end_line, message,
                fingerprint, state, excerpt, excerpt_line, fix)
            VALUES (@id, @organization, @repository, @analysis, @rule, @name, @category, @severity, 0.95, @points, @path, @line, @line, @message, @fingerprint, @state, @excerpt, @excerptLine, @patch::jsonb)
            """,
            new { id, organization, repository, analysis, rule, name, category, severity, points, path, line, message, fingerprint = id.ToString("N"), state, excerpt, excerptLine, patch });
        return id;
    }

    private async Task<Guid> AddPipelineAsync(Guid repository, bool finished)
    {
        var id = Guid.CreateVersion7();
        var job = await AddJobAsync(finished ? "completed" : "processing", "ci_generation", "generate_pipeline", args: new { pipeline_id = id });
        RunningJob = finished ? RunningJob : job;
        var evidence = new[] { Line(13, ".nvmrc", 1, "22"), Line(16, "package-lock.json", 0, null), Line(18, "package.json", 9, "\"lint\": \"eslint .\""), Line(19, "package.json", 8, "\"test\": \"vitest run\""), Line(20, "package.json", 7, "\"build\": \"vite build\"") };
        var files = JsonSerializer.Serialize(new[] { new { path = ".github/workflows/ci.yml", text = Workflow, existing = Existing, lineEvidence = evidence } }, Json);
        await connection.ExecuteAsync(
            """
            INSERT INTO pipelines (id, organization_id, repository_id, job_id, platform, commit_sha, files, checks, not_inferred, required_secrets, is_proven, requested_by, created_at, finished_at)
            VALUES (@id, @organization, @repository, @job, 'github', '4f1d3c2b5a69788766554433221100ffeeddccbb', @files::jsonb, @checks::jsonb, @open::jsonb, '["NPM_TOKEN"]', @proven, @user,
                now() - interval '3 hours', CASE WHEN @finished THEN now() - interval '3 hours' END)
            """,
            new
            {
                id,
                organization,
                repository,
                job,
                user,
                finished,
                proven = finished ? true : (bool?)null,
                files = finished ? files : null,
                checks = finished ? """[{"name":"Parses","passed":true,"detail":"As YAML, every key known to the vendor."},{"name":"Pinned","passed":true,"detail":"2 actions, each at a commit of the catalog."},{"name":"Least privilege","passed":true,"detail":"contents: read, nothing else."},{"name":"Commands resolve","passed":true,"detail":"4 of 4 are in the repository."}]""" : null,
                open = finished ? """[{"component":".","what":"coverage","why":"Two coverage tools are configured and no script names one."}]""" : null,
            });
        return id;
    }

    private static object Line(int line, string path, int at, string? excerpt) => new { line, evidence = new[] { new { path, line = at, excerpt } }, confidence = 0.97 };

    private async Task<Guid> AddJobAsync(string state, string queue, string kind, string? error = null, object? args = null, int days = 0)
    {
        var id = Guid.CreateVersion7();
        var running = state is "processing" or "active";
        var over = state is "completed" or "dead_letter" or "cancelled";
        var created = TimeSpan.FromMinutes(++_clock) + TimeSpan.FromDays(days);
        await connection.ExecuteAsync(
            """
            INSERT INTO jobs (id, organization_id, queue, kind, args, state, attempt, error, worker_id, lease_until, requested_by, created_at, started_at, finished_at)
            VALUES (@id, @organization, @queue, @kind, @args::jsonb, @state, @attempt, @error, CASE WHEN @running THEN @id END, CASE WHEN @running THEN now() + interval '10 minutes' END, @user,
                now() - @created, now() - @created + interval '420 ms', CASE WHEN @over THEN now() - @created + interval '2.3 s' END)
            """,
            new { id, organization, queue, kind, args = JsonSerializer.Serialize(args ?? new { }), state, attempt = state == "dead_letter" ? 4 : 1, error, running, over, user, created });
        var path = state switch
        {
            "processing" => new[] { "pending", "active", "processing" },
            "completed" => ["pending", "active", "processing", "completed"],
            "dead_letter" => ["pending", "active", "processing", "failed", "dead_letter"],
            "retrying" => ["pending", "active", "processing", "ai_request", "retrying"],
            _ => ["pending", state],
        };
        var seq = 0;
        for (var at = 0; at < path.Length; at++)
        {
            await AddEventAsync(id, ++seq, "state", at == 0 ? null : path[at - 1], path[at], null, created);
            if (path[at] == "processing")
            {
                await AddEventAsync(id, ++seq, "progress", null, null, """{"stage":"read","done":1,"total":1}""", created);
                await AddEventAsync(id, ++seq, "progress", null, null, """{"stage":"rules","done":31,"total":53}""", created);
            }
        }

        return id;
    }

    private Task<int> AddEventAsync(Guid job, int seq, string kind, string? from, string? to, string? data, TimeSpan created) =>
        connection.ExecuteAsync(
            """
            INSERT INTO job_events (organization_id, job_id, seq, at, kind, from_state, to_state, attempt, data)
            VALUES (@organization, @job, @seq, now() - @created + make_interval(secs => 0.4 * @seq), @kind, @from, @to, (SELECT attempt FROM jobs WHERE id = @job), @data::jsonb)
            """,
            new { organization, job, seq, kind, from, to, data, created });

    private static string Model(bool hasCi) => JsonSerializer.Serialize(
        new
        {
            components = new[]
            {
                new
                {
                    path = ".", name = "checkout-api", ecosystem = "node", frameworks = new[] { "vite" },
                    packageManager = new { name = "npm", version = "10.8.2", confidence = 0.99, evidence = new[] { new { path = "package-lock.json", line = 0 } } },
                    runtimes = new[] { new { name = "node", versions = new[] { "22" }, source = ".nvmrc", confidence = 0.97, evidence = new[] { new { path = ".nvmrc", line = 1 } } } },
                    commands = new[]
                    {
                        new { kind = "install", run = "npm ci", workingDirectory = ".", confidence = 0.99, evidence = new[] { new { path = "package-lock.json", line = 0 } } },
                        new { kind = "test", run = "npm test", workingDirectory = ".", confidence = 0.97, evidence = new[] { new { path = "package.json", line = 8 } } },
                        new { kind = "build", run = "npm run build", workingDirectory = ".", confidence = 0.97, evidence = new[] { new { path = "package.json", line = 7 } } },
                    },
                    services = new[] { new { name = "postgres", version = "16", confidence = 0.8, evidence = new[] { new { path = "compose.yaml", line = 4 } } } },
                },
            },
            ci = hasCi ? new[] { new { vendor = "github", path = ".github/workflows/ci.yml" } } : [],
            notInferred = new[] { new { component = ".", what = "coverage", why = "Two coverage tools are configured and no script names one." } },
        },
        Json);

    private const string Workflow = """
        # Generated by AutoDevOps; every step says where it comes from.
        name: CI
        on:
          pull_request:
          push:
            branches: [main]
        permissions:
          contents: read
        jobs:
          test:
            runs-on: ubuntu-24.04
            env:
              NODE_VERSION: "22"
            steps:
              - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
              - run: npm ci
              # The same order as the scripts.
              - run: npm run lint
              - run: npm test
              - run: npm run build

        """;

    private const string Existing = """
        name: CI
        on: [push]
        jobs:
          test:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
              - run: npm ci
              - run: npm test

        """;
}
