using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoDevOps.Server.Features.Jobs;

/// <summary>Something that happened to a job.</summary>
/// <param name="Seq">From 1, without gaps within a job.</param>
/// <param name="Kind"><c>state</c>, <c>progress</c> or <c>log</c>.</param>
/// <param name="FromState">Set with <c>state</c>, except for the first.</param>
/// <param name="Data">More about it, by kind: a stage with <c>done</c> and <c>total</c>, or <c>error</c> and <c>error_code</c>.</param>
public sealed record JobEvent(
    Guid OrganizationId, Guid JobId, int Seq, DateTime At, string Kind, string? FromState, string? ToState, int Attempt, JsonElement? Data)
{
    [JsonIgnore]
    internal bool IsLast => ToState is "completed" or "dead_letter" or "cancelled";

    internal record Row
    {
        /// <summary>For a SELECT from job_events AS e.</summary>
        public const string Columns = """
            e.xid::text::bigint AS "Xid", e.organization_id AS "OrganizationId", e.job_id AS "JobId", e.seq AS "Seq", e.at AS "At", e.kind AS "Kind",
            e.from_state AS "FromState", e.to_state AS "ToState", e.attempt::int AS "Attempt", e.data::text AS "Data"
            """;

        public long Xid { get; init; }

        public Guid OrganizationId { get; init; }

        public Guid JobId { get; init; }

        public int Seq { get; init; }

        public DateTime At { get; init; }

        public string Kind { get; init; } = "";

        public string? FromState { get; init; }

        public string? ToState { get; init; }

        public int Attempt { get; init; }

        public string? Data { get; init; }

        public JobEvent ToEvent() =>
            new(OrganizationId, JobId, Seq, At, Kind, FromState, ToState, Attempt, Data is null ? null : JsonElement.Parse(Data));
    }
}
