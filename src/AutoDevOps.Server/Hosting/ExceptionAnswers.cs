using System.Text.Json;
using System.Text.RegularExpressions;
using AutoDevOps.Server.Features;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Jobs;
using Microsoft.AspNetCore.Diagnostics;
using Npgsql;

namespace AutoDevOps.Server.Hosting;

/// <summary>What an exception at the edge of a request means to whoever asked. Its text stays in the log.</summary>
internal sealed partial class ExceptionAnswers(TimeProvider time) : IExceptionHandler
{
    internal const string NotJson = "Send the body as application/json.";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var (status, detail) = Describe(exception);
        if (status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
        {
            // Seconds: a database is back soon; a full queue takes a few jobs to have room; GitHub says itself.
            httpContext.Response.Headers.RetryAfter = exception is GitHubException refusal
                ? GitHubRefusal.RetryAfter(refusal, time.GetUtcNow()).ToString(System.Globalization.CultureInfo.InvariantCulture)
                : status == StatusCodes.Status503ServiceUnavailable ? "5" : "30";
        }

        await Problems.WriteAsync(httpContext, status, detail);
        return true;
    }

    internal static (int Status, string Detail) Describe(Exception exception) => exception switch
    {
        BadHttpRequestException { InnerException: JsonException json } => (StatusCodes.Status400BadRequest, Describe(json)),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            (StatusCodes.Status413PayloadTooLarge, "The request is larger than this server accepts."),
        BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } =>
            (StatusCodes.Status415UnsupportedMediaType, NotJson),
        BadHttpRequestException bad when Parameter().Match(bad.Message) is { Success: true } match =>
            (bad.StatusCode, MalformedParameter.Describe(JsonNamingPolicy.SnakeCaseLower.ConvertName(match.Groups["name"].Value))),
        BadHttpRequestException bad => (bad.StatusCode, "The request cannot be understood: a parameter or the body is missing or malformed."),
        // A write policy said no: the row would be the caller's to see, but not to write.
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } =>
            (StatusCodes.Status403Forbidden, "Your role in this organization does not allow this."),
        PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire } =>
            (StatusCodes.Status400BadRequest, "A text holds the character U+0000, which cannot be stored or searched for. Leave it out."),
        GitHubException refusal => (GitHubRefusal.StatusOf(refusal), refusal.Message),
        BacklogFullException full => (StatusCodes.Status429TooManyRequests, full.Message),
        _ when Guard.IsDiskFull(exception) => (StatusCodes.Status503ServiceUnavailable, Guard.DiskFull + " Whoever runs this installation must make room; nothing is lost."),
        NpgsqlException { IsTransient: true } => (StatusCodes.Status503ServiceUnavailable, "The database does not answer right now."),
        _ => (StatusCodes.Status500InternalServerError, "Something went wrong on our side. The log has it under this trace id."),
    };

    // As the framework words it: Failed to bind parameter "Nullable<Guid> after" from "foo".
    [GeneratedRegex(@"parameter ""[^""]* (?<name>\w+)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();

    private static string Describe(JsonException json)
    {
        var place = json.Path is { Length: > 0 } path ? $" at {path}" : "";
        return $"The body is not JSON that this request understands{place}: a field is unknown, twice there, missing, of another type, or not one of the words that /openapi/v1.json lists.";
    }
}
