using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Data.Embedded;
using Microsoft.AspNetCore.Connections;
using Npgsql;

namespace AutoDevOps.Server.Hosting;

/// <summary>Runs a verb; what goes wrong becomes one message for a person and an exit code for a script.</summary>
internal static class Guard
{
    public const int Fine = 0;

    /// <summary>What was asked about is not as it should be.</summary>
    public const int Found = 1;

    public const int BadUsage = 2;
    public const int OurError = 3;

    internal const string DiskFull = "The disk that holds the data is full.";

    [SuppressMessage("Design", "CA1031", Justification = "The outermost place: nobody is shown a stack trace unless they ask for it.")]
    public static async Task<int> RunAsync(Func<Task<int>> verb)
    {
        try
        {
            return await verb();
        }
        catch (OperationCanceledException)
        {
            return Fine;
        }
        catch (Exception exception)
        {
            var (message, code) = Describe(exception);
            await Console.Error.WriteLineAsync($"{Product.Program}: {message}");
            if (code == OurError)
            {
                await Console.Error.WriteLineAsync(Environment.GetEnvironmentVariable("AUTODEVOPS_TRACE") is { Length: > 0 }
                    ? exception.ToString()
                    : "This looks like a mistake of ours. Run it again with AUTODEVOPS_TRACE=1 to see where it happened.");
            }

            return code;
        }
    }

    internal static (string Message, int Code) Describe(Exception exception) => exception switch
    {
        StartException or MigrationException or EmbeddedPostgresException or UnboundRoleException => (exception.Message, BadUsage),
        _ when IsDiskFull(exception) => (DiskFull + " Make room and start again; nothing is lost.", BadUsage),
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } postgres =>
            ($"The database refuses the sign-in: {postgres.MessageText}.", BadUsage),
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } postgres => ($"{postgres.MessageText}. Create it first.", BadUsage),
        NpgsqlException { InnerException: SocketException socket } npgsql => ($"The database cannot be reached: {npgsql.Message.TrimEnd('.')} ({socket.Message}). Start it, or correct the connection string.", BadUsage),
        IOException { InnerException: AddressInUseException } => (exception.Message, BadUsage),
        _ => ($"{exception.GetType().Name}: {exception.Message}", OurError),
    };

    // ENOSPC of Linux and macOS; ERROR_DISK_FULL of Windows.
    internal static bool IsDiskFull(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.DiskFull } || (exception is IOException && (exception.HResult & 0xFFFF) is 28 or 112);
}
