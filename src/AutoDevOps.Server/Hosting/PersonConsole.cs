using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace AutoDevOps.Server.Hosting;

/// <summary>Writes log entries for a person at a terminal: one line that says what happened and why. Where in the program it happened is for
/// its developers, who set AUTODEVOPS_TRACE=1.</summary>
internal sealed class PersonConsole() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "person";

    private readonly bool _withTraces = Environment.GetEnvironmentVariable("AUTODEVOPS_TRACE") is { Length: > 0 };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var level = logEntry.LogLevel switch
        {
            LogLevel.Warning => "warning",
            LogLevel.Error or LogLevel.Critical => "error",
            _ => "note",
        };
        textWriter.Write($"{level}: {OneLine(logEntry.Formatter(logEntry.State, logEntry.Exception))}");
        for (var reason = logEntry.Exception; reason is not null; reason = reason.InnerException)
        {
            textWriter.Write($" ({reason.GetType().Name}: {OneLine(reason.Message)})");
        }

        textWriter.WriteLine();
        if (_withTraces && logEntry.Exception is { } exception)
        {
            textWriter.WriteLine(exception);
        }
    }

    // What is logged may quote a repository: nothing of it reaches the terminal as a command.
    private static string OneLine(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));
}
