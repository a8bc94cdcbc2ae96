using Npgsql;

namespace AutoDevOps.Server.Jobs;

/// <summary>What people are told of an exception: a code and one sentence, and never the exception's own text, which may name
/// hosts, paths or secrets. The log has that, under the job's id.</summary>
internal static class JobFailure
{
    public static (string Code, string Message, bool IsFatal) Describe(Exception exception, StopReason reason, TimeSpan timeout, Guid jobId) => exception switch
    {
        _ when reason == StopReason.Timeout => ("timeout", $"It took longer than {Format(timeout)}.", false),
        JobFailedException failure => (failure.Code, failure.Message, failure.IsFinal),
        InvalidArgsException => ("invalid_args", "It was queued by a version of the program that this one does not understand.", true),
        NpgsqlException { IsTransient: true } => ("database_unavailable", "The database did not answer.", false),
        _ => ("internal_error", $"Something went wrong inside. The log of the worker says what, under job {jobId}.", false),
    };

    private static string Format(TimeSpan time) =>
        time.TotalSeconds < 120
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} seconds")
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#} minutes");
}
