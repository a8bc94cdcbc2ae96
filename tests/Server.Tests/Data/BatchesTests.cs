using AutoDevOps.Server.Data;
using Npgsql;

namespace AutoDevOps.Server.Tests.Data;

public sealed class BatchesTests
{
    private const int Refused = -1;

    private readonly List<int[]> _done = [];
    private readonly TaskCompletionSource _gate = new();

    [Fact]
    public async Task What_arrives_while_a_batch_is_under_way_goes_together_with_the_next_and_each_gets_its_own_result()
    {
        var batches = new Batches<int, int>(most: 3, atOnce: 1, WorkAsync);

        var results = Enumerable.Range(1, 8).Select(batches.AddAsync).ToList();
        Assert.Equal([[1]], _done);
        _gate.SetResult();

        Assert.Equal(new[] { 10, 20, 30, 40, 50, 60, 70, 80 }, await Task.WhenAll(results));
        Assert.Equal([[1], [2, 3, 4], [5, 6, 7], [8]], _done);
        Assert.Equal(90, await batches.AddAsync(9));
    }

    [Fact]
    public async Task No_more_batches_are_under_way_than_may()
    {
        var batches = new Batches<int, int>(most: 3, atOnce: 2, WorkAsync);

        var results = Enumerable.Range(1, 4).Select(batches.AddAsync).ToList();

        Assert.Equal([[1], [2]], _done);
        _gate.SetResult();
        Assert.Equal(new[] { 10, 20, 30, 40 }, await Task.WhenAll(results));
    }

    [Fact]
    public async Task What_the_database_refuses_fails_alone()
    {
        var batches = new Batches<int, int>(most: 10, atOnce: 1, WorkAsync);

        var results = new[] { 1, 2, Refused, 4 }.Select(batches.AddAsync).ToList();
        _gate.SetResult();

        Assert.Equal(new[] { 10, 20, 40 }, await Task.WhenAll(results[0], results[1], results[3]));
        Assert.Equal("23514", (await Assert.ThrowsAsync<PostgresException>(() => results[2])).SqlState);
        Assert.Equal([[1], [2, Refused, 4], [2], [Refused], [4]], _done);
    }

    [Fact]
    public async Task When_the_database_is_away_all_of_a_batch_hear_of_it_at_once_and_the_next_is_tried()
    {
        var isAway = true;
        var batches = new Batches<int, int>(most: 10, atOnce: 1, async items =>
        {
            await WorkAsync(items);
            return isAway ? throw new NpgsqlException("away") : [.. items];
        });

        var results = new[] { 1, 2, 3 }.Select(batches.AddAsync).ToList();
        _gate.SetResult();
        foreach (var result in results)
        {
            await Assert.ThrowsAsync<NpgsqlException>(() => result);
        }

        isAway = false;
        Assert.Equal(4, await batches.AddAsync(4));
        Assert.Equal([[1], [2, 3], [4]], _done);
    }

    [Fact]
    public async Task Of_thousands_from_many_threads_none_is_forgotten()
    {
        _gate.SetResult();
        var batches = new Batches<int, int>(most: 7, atOnce: 3, WorkAsync);

        var results = await Task.WhenAll(Enumerable.Range(0, 5000).Select(item => Task.Run(() => batches.AddAsync(item))));

        Assert.Equal(Enumerable.Range(0, 5000).Select(item => item * 10), results);
        Assert.All(_done, batch => Assert.InRange(batch.Length, 1, 7));
    }

    private async Task<IReadOnlyList<int>> WorkAsync(IReadOnlyList<int> items)
    {
        lock (_done)
        {
            _done.Add([.. items]);
        }

        await _gate.Task;
        await Task.Yield();
        return items.Contains(Refused) ? throw new PostgresException("refused", "ERROR", "ERROR", "23514") : [.. items.Select(item => item * 10)];
    }
}
