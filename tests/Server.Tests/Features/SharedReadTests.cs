using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Jobs;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Features;

/// <summary>Streams that wake together read once, and each gets what it may see and has not had.</summary>
public class SharedReadTests(JobDatabase database) : IClassFixture<JobDatabase>
{
    private static readonly Guid Subject = Guid.CreateVersion7();

    [Fact]
    public async Task A_thousand_who_come_during_a_read_share_the_next_one()
    {
        var (reads, gate) = (new List<int>(), new TaskCompletionSource());
        var groups = new ReadGroups<int, int>(async (_, _, from) =>
        {
            reads.Add(from.Count);
            await gate.Task;
            return reads.Count;
        });
        var first = groups.JoinAsync(Subject, Caller.Anonymous, 0, CancellationToken.None);
        var others = Enumerable.Range(1, 1000).Select(from => groups.JoinAsync(Subject, Caller.Anonymous, from, CancellationToken.None)).ToList();
        var elsewhere = groups.JoinAsync(Guid.CreateVersion7(), Caller.Anonymous, 0, CancellationToken.None);
        gate.SetResult();

        Assert.All(await Task.WhenAll(others), number => Assert.NotEqual(1, number));
        await Task.WhenAll(first, elsewhere);
        // The first is alone, as what the others look for may be newer than what it sees; somebody else's subject is another read.
        Assert.Equal([1, 1, 1000], reads.Order());
    }

    [Fact]
    public async Task A_read_that_fails_fails_for_those_who_wait_for_it_and_nobody_else()
    {
        var number = 0;
        var gate = new TaskCompletionSource();
        var groups = new ReadGroups<int, int>(async (_, _, _) =>
        {
            await gate.Task;
            return ++number == 1 ? throw new InvalidOperationException("lost") : number;
        });
        var first = groups.JoinAsync(Subject, Caller.Anonymous, 0, CancellationToken.None);
        var second = groups.JoinAsync(Subject, Caller.Anonymous, 0, CancellationToken.None);
        gate.SetResult();
        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        Assert.Equal(2, await second);
        Assert.Equal(3, await groups.JoinAsync(Subject, Caller.Anonymous, 0, CancellationToken.None));
    }

    [Theory]
    [InlineData("10:10:", 9, true)]
    [InlineData("10:10:", 10, false)]
    [InlineData("10:20:12,15", 9, true)]
    [InlineData("10:20:12,15", 11, true)]
    [InlineData("10:20:12,15", 12, false)]
    [InlineData("10:20:12,15", 15, false)]
    [InlineData("10:20:12,15", 20, false)]
    [InlineData("9999999999999999999:9999999999999999999:", 20, true)]
    public async Task A_snapshot_shows_what_PostgreSQL_says_it_shows(string snapshot, long xid, bool expected)
    {
        Assert.Equal(expected, PgSnapshot.Parse(snapshot).Shows(xid));
        if (!snapshot.StartsWith('9'))
        {
            Assert.Equal(expected, await database.SingleAsync<bool>("SELECT pg_visible_in_snapshot(@xid::text::xid8, @snapshot::pg_snapshot)", new { xid = xid.ToString(System.Globalization.CultureInfo.InvariantCulture), snapshot }));
        }
    }

    [Fact]
    public async Task Who_is_no_member_any_more_gets_nothing_out_of_a_read_of_others()
    {
        await using var process = new JobProcess(database);
        var owner = await database.AddTenantAsync();
        var gone = await database.AddMemberAsync(owner, "member");
        var reads = new SharedEventReads(database.Db);
        await process.EnqueueAsync(owner);
        await database.ExecuteAsync("DELETE FROM organization_members WHERE user_id = @UserId", gone);

        var asOwner = await reads.OfOrganization.JoinAsync(owner.OrganizationId, owner.Caller, 0, CancellationToken.None);
        var asGone = await reads.OfOrganization.JoinAsync(owner.OrganizationId, gone.Caller, 0, CancellationToken.None);

        Assert.Single(asOwner.Rows);
        Assert.Equal([owner.UserId], asOwner.Members);
        Assert.Empty(asGone.Rows);
        Assert.Empty(asGone.Members);
    }
}
