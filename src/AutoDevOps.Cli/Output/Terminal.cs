using System.CommandLine;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Analyzer.Rules;
using Spectre.Console;

namespace AutoDevOps.Cli.Output;

/// <summary>The terminal a person sees: colours only where they can be shown and are wanted.</summary>
internal static class Terminal
{
    /// <summary>The result of writing to a pipe whose reader has gone (EPIPE as .NET reports it).</summary>
    public const int BrokenPipe = 32;

    public static Option<bool> NoColor { get; } = new("--no-color") { Description = "No colours.", Recursive = true };

    public static IAnsiConsole For(ParseResult parsed) => Create(Console.Out, Console.IsOutputRedirected, parsed.GetValue(NoColor));

    public static IAnsiConsole Error() => Create(Console.Error, Console.IsErrorRedirected, noColor: false);

    public static string NameOf(Severity severity) => severity.ToString().ToLowerInvariant();

    public static string ColorOf(Severity severity) => severity switch
    {
        Severity.Critical => "red bold",
        Severity.High => "red",
        Severity.Medium => "yellow",
        Severity.Low => "blue",
        _ => "grey",
    };

    /// <summary>Prints markup whose interpolated values are shown as they are: neither markup nor a terminal's control sequences.</summary>
    /// <remarks>Paths and messages come from strangers' repositories; an escape sequence in one could rewrite the screen.</remarks>
    public static void Line(this IAnsiConsole console, FormattableString line)
    {
        var values = line.GetArguments().Select(value => value is string text ? Printable.Visible(text) : value).ToArray();
        console.MarkupLineInterpolated(System.Runtime.CompilerServices.FormattableStringFactory.Create(line.Format, values));
    }

    private static IAnsiConsole Create(TextWriter writer, bool redirected, bool noColor)
    {
        var plain = redirected || noColor || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        if (redirected)
        {
            // A file or a pipe has no width: nothing is wrapped.
            console.Profile.Width = 10_000;
        }

        return console;
    }
}
