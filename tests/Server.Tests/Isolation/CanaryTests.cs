using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>Every text column of organization A holds marked text. A member of B asks for whatever can be asked for, and finds none of it.</summary>
/// <remarks>Behind a pooler, where connections change hands most.</remarks>
public sealed class CanaryTests(PooledEndpointWorld world, ITestOutputHelper output) : IClassFixture<PooledEndpointWorld>
{
    private const int Requests = 10_000;

    // Neither ends the session that asks.
    private static readonly string[] NotAsked = ["POST /auth/logout", "POST /auth/link/{token:maxlength(100)}"];

    private static readonly IReadOnlyList<string> Disguises = [.. Canary.Disguises('A'), .. Canary.Disguises('F')];

    [Fact]
    public async Task In_ten_thousand_answers_to_one_organization_is_nothing_of_another()
    {
        using var metrics = new MetricsText();
        var visitors = new[] { world[Actor.Stranger], await world.WithTokenAsync(world.World[Actor.Stranger].User!.Value, world.World.B, ["read", "write"]) };
        var addresses = world.Addresses.Where(address => !NotAsked.Contains(address.Line)).ToList();
        var queries = Queries();
        ConcurrentBag<string> leaks = [];
        ConcurrentDictionary<int, int> statuses = [];
        await Parallel.ForEachAsync(Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (number, _) =>
        {
            var address = addresses[number % addresses.Count];
            // A's rows, none, and B's own as far as that changes nothing.
            var owner = address.Method is "GET" or "HEAD" ? "A?B"[number / addresses.Count % 3] : "A?"[number / addresses.Count % 2];
            using var request = world.Requests.Make(address, owner == '?' ? null : owner);
            request.RequestUri = new Uri($"{request.RequestUri}{queries[number / addresses.Count % queries.Count]}", UriKind.Relative);
            var answer = await visitors[number % visitors.Length].SendAsync(request);
            statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
            if (IsForeign(answer.Text))
            {
                leaks.Add($"{address.Method} {request.RequestUri}: {string.Join(", ", Canary.In(answer.Text).Select(world.World.Writer.Canary.ColumnOf))}");
            }
        });
        output.WriteLine($"{Requests} requests: {string.Join(", ", statuses.OrderBy(status => status.Key).Select(status => $"{status.Value} x {status.Key}"))}");
        Assert.Empty(leaks);
        Assert.DoesNotContain(500, statuses.Keys);
        Assert.DoesNotContain(world.Server.Logs.Lines, IsForeign);
        Assert.NotEqual("", metrics.Text);
        Assert.False(IsForeign(metrics.Text));
    }

    /// <summary>Else the search above could find nothing whatever was there.</summary>
    [Fact]
    public async Task Their_own_people_find_the_marked_text_of_many_columns()
    {
        HashSet<string> columns = [];
        foreach (var address in world.Addresses.Where(address => address.Method == "GET"))
        {
            var answer = await world[Actor.Owner].SendAsync(world.Requests.Make(address, 'A'));
            columns.UnionWith(Canary.In(answer.Text).Select(world.World.Writer.Canary.ColumnOf));
        }

        output.WriteLine(string.Join(", ", columns.Order(StringComparer.Ordinal)));
        Assert.InRange(columns.Count, 20, int.MaxValue);
    }

    [Fact]
    public async Task What_happens_in_one_organization_rings_no_bell_of_another()
    {
        await using var events = await SseClient.OpenAsync(await ClientAsync(Actor.Stranger), "/api/v1/events");
        foreach (var (actor, owner) in ((string, char)[])[(Actor.Member, 'A'), (Actor.Stranger, 'B')])
        {
            var answer = await world[actor].SendAsync(world.Requests.Make(new Address("POST", "/api/v1/analysis"), owner));
            Assert.Equal(202, answer.Status);
        }

        var seen = await events.NextAsync();
        Assert.Contains($"{world.World.B}", $"{await JobOrganizationAsync(seen!.Data.GetProperty("job_id").GetGuid())}", StringComparison.Ordinal);
        await world.RestoreAsync();
    }

    [Fact]
    public async Task A_tag_that_another_organization_got_proves_nothing()
    {
        var tagged = 0;
        foreach (var address in world.Addresses.Where(address => address.Method == "GET" && address.NamesARow))
        {
            var theirs = await world[Actor.Owner].SendAsync(world.Requests.Make(address, 'A'));
            if (theirs.Headers.FirstOrDefault(header => header.Name == "ETag").Value is { } tag)
            {
                tagged++;
                using var request = world.Requests.Make(address, 'A');
                request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(tag));
                Assert.Equal(404, (await world[Actor.Stranger].SendAsync(request)).Status);
            }
        }

        Assert.InRange(tagged, 8, int.MaxValue);
    }

    [Fact]
    public async Task No_cache_between_may_keep_what_a_person_was_shown()
    {
        foreach (var address in world.Addresses.Where(address => address.Method == "GET"))
        {
            var answer = await world[Actor.Owner].SendAsync(world.Requests.Make(address, 'A'));
            if (answer.Status == 200 && Canary.OwnersIn(answer.Text).Length > 0)
            {
                var caching = answer.Headers.FirstOrDefault(header => header.Name == "Cache-Control").Value ?? "";
                Assert.True(caching.Contains("private", StringComparison.Ordinal) || caching.Contains("no-store", StringComparison.Ordinal), $"{address.Line}: Cache-Control: {caching}");
            }
        }
    }

    private static bool IsForeign(string text) =>
        Canary.OwnersIn(text) is not ("" or "B") || Disguises.Any(disguise => text.Contains(disguise, StringComparison.Ordinal));

    private List<string> Queries()
    {
        string Id(string table) => $"{world.World.Writer.Id(table, 'A', 1)}";
        return
        [
            "", "?limit=1", "?limit=100", $"?organization_id={world.World.A}", $"?repository_id={Id("repositories")}", $"?repository={Id("repositories")}",
            $"?analysis_id={Id("analyses")}", $"?cursor={Id("findings")}", $"?after={Id("jobs")}", "?state=suppressed", "?severity=high&category=security", "?q=c", "?path=c",
            $"?job_id={Id("jobs")}", "?state=dead_letter", "?limit=x", "?sort=path", "?include=suppressed", $"?compare={Id("analyses")}", "?format=json",
        ];
    }

    private async Task<HttpClient> ClientAsync(string actor) => await world.Server.SignInAsync(world.World[actor].User!.Value);

    private Task<Guid> JobOrganizationAsync(Guid job) => world.World.Database.ScalarAsync<Guid>("SELECT organization_id FROM jobs WHERE id = @job", new { job });

    /// <summary>The names and tags of everything that is measured while it lives.</summary>
    private sealed class MetricsText : IDisposable
    {
        private readonly ConcurrentDictionary<string, bool> _seen = new(StringComparer.Ordinal);
        private readonly MeterListener _listener = new();

        public MetricsText()
        {
            _listener.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
            _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, tags));
            _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note(instrument, tags));
            _listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Note(instrument, tags));
            _listener.Start();
        }

        public string Text => string.Join('\n', _seen.Keys);

        public void Dispose() => _listener.Dispose();

        private void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
            {
                _seen.TryAdd($"{instrument.Name} {tag.Key} {tag.Value}", true);
            }
        }
    }
}
