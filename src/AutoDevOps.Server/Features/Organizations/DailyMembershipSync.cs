using AutoDevOps.Server.Data;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Dapper;

namespace AutoDevOps.Server.Features.Organizations;

/// <summary>Asks GitHub once a day, with each person's own token, which organizations they are in: who was dismissed there is out here without having
/// signed in again. What GitHub did not confirm for a week, for whatever reason, ends as well, and comes back when it does.</summary>
/// <remarks>Whoever looks first moves the person on (docs/decisions/0014): a look that its process does not survive is made up for the next day.</remarks>
internal sealed class DailyMembershipSync(Db db, ProcessIdentity process, GitHubMemberships memberships, TimeProvider time, ILogger<DailyMembershipSync> logger) : BackgroundService
{
    /// <summary>How long a membership holds that GitHub does not confirm.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(7);

    private const int Batch = 20;
    private const int MaxEnded = 1000;

    private static readonly TimeSpan Every = TimeSpan.FromDays(1);
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    /// <summary>Looks once.</summary>
    /// <returns>About how many people GitHub was asked, at most 20: then there may be more.</returns>
    public async Task<int> TickAsync(CancellationToken cancellationToken)
    {
        var due = await db.InTransactionAsync(
            process.Caller, async connection => (await connection.QueryAsync<Person>(Sql.Due, new { every = Every, limit = Batch })).AsList(), cancellationToken);
        foreach (var person in due)
        {
            await AskAsync(person, cancellationToken);
        }

        // After a long stop nobody is out who was only not asked for yet.
        if (due.Count < Batch)
        {
            await db.InTransactionAsync(process.Caller, connection => connection.ExecuteAsync(Sql.End, new { patience = Patience, limit = MaxEnded }), cancellationToken);
        }

        return due.Count;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Repeatedly.RunAsync(
        time, Look, atOnce: false,
        async stop =>
        {
            while (await TickAsync(stop) == Batch)
            {
                // There are more.
            }
        },
        exception => logger.LogWarning(exception, "Could not look for people whose GitHub organizations are to be asked for."), stoppingToken);

    private async Task AskAsync(Person person, CancellationToken cancellationToken)
    {
        try
        {
            await memberships.RefreshAsync(new CurrentUser(person.Id, person.Login, IsOperator: false), cancellationToken);
        }
        catch (GitHubException exception)
        {
            logger.LogWarning("GitHub did not confirm the organizations of {User}: {Why}", person.Id, exception.Message);
        }
    }

    private sealed record Person(Guid Id, string Login);

    private static class Sql
    {
        public const string Due = """
            SELECT id AS "Id", login AS "Login" FROM app.due_membership_syncs(@every::interval, @limit)
            """;

        public const string End = "SELECT app.end_unconfirmed_members(@patience::interval, @limit)";
    }
}
