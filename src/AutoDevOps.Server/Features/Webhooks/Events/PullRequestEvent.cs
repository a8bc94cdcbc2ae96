using System.Globalization;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Webhooks.Events;

/// <summary>A pull request was opened or moved: its head is analysed. Was one of ours closed, its proposal is too.</summary>
internal sealed class PullRequestEvent : IDeliveryEvent
{
    public string Name => "pull_request";

    public bool StartsAnalyses => true;

    public async Task<string> ApplyAsync(NpgsqlConnection connection, Delivery delivery)
    {
        var payload = delivery.Payload;
        if ((payload.Number("number") ?? payload.Number("pull_request.number")) is not (> 0 and <= int.MaxValue and var number) || delivery.RepositoryId is not { } repository)
        {
            return "It does not say which pull request.";
        }

        var what = string.Create(CultureInfo.InvariantCulture, $"pull request #{number}");
        switch (delivery.Action)
        {
            case "opened" or "synchronize" or "reopened" when delivery.IsDisconnected:
                return "The repository is disconnected.";
            case "opened" or "synchronize" or "reopened":
                if (delivery.Action == "reopened")
                {
                    await connection.ExecuteAsync(Sql.Settle, new { repository, number = (int)number, state = "open" });
                }

                return await ChangedSource.AnalyseAsync(
                    connection, delivery, repository, string.Create(CultureInfo.InvariantCulture, $"pull/{number}/head"), what, payload.Text("pull_request.head.sha"), (int)number);
            case "closed":
                var state = payload.Flag("pull_request.merged") == true ? "merged" : "closed";
                return await connection.ExecuteAsync(Sql.Settle, new { repository, number = (int)number, state }) > 0
                    ? $"Our {what} was {state}." : $"The {what} was {state}.";
            default:
                return $"Nothing to analyse: the {what} was {delivery.Action?.Replace('_', ' ') ?? "touched"}.";
        }
    }

    private static class Sql
    {
        public const string Settle = """
            UPDATE proposals SET state = @state, updated_at = now()
            WHERE repository_id = @repository::uuid AND number = @number AND state <> @state AND state <> 'merged'
              AND (@state <> 'open' OR state = 'closed')
            """;
    }
}
