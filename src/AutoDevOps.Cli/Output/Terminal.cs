using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Analyzer.Rules;
using Spectre.Console;

namespace AutoDevOps.Cli.Output;

/// <summary>The terminal a person sees: colours only where they can be shown and are wanted, and plain text everywhere else.</summary>
internal sealed class Terminal
{
    /// <summary>The result of writing to a pipe whose reader has gone (EPIPE as .NET reports it).</summary>
    public const int BrokenPipe = 32;

    private readonly TextWriter _writer;
    private readonly IAnsiConsole? _colours;

    private Terminal(TextWriter writer, bool plain)
    {
        _writer = writer;
        if (!plain)
        {
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Interactive = InteractionSupport.No, Out = new Unwrapped(writer) });
            _colours = console.Profile.Capabilities.Ansi ? console : null;
        }
    }

    public static Option<bool> NoColor { get; } = new("--no-color") { Description = "No colours.", Recursive = true };

    public static Terminal Output(ParseResult parsed) => new(Console.Out, Console.IsOutputRedirected || Refused(parsed));

    public static Terminal Error(ParseResult parsed) => new(Console.Error, Console.IsErrorRedirected || Refused(parsed));

    /// <summary>UTF-8 whatever the locale, and a write for many lines instead of one for each.</summary>
    public static void Prepare()
    {
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        Console.SetOut(new StreamWriter(Console.OpenStandardOutput(), encoding, 16 * 1024) { AutoFlush = false });
        Console.SetError(new StreamWriter(Console.OpenStandardError(), encoding) { AutoFlush = true });
    }

    /// <summary>Several lines of which none can steer the terminal, whatever a path or an argument holds.</summary>
    public static string Plain(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => Printable.Visible(line.Replace("\t", "  ", StringComparison.Ordinal))));

    public static string NameOf(Severity severity) => severity.ToString().ToLowerInvariant();

    public static string ColorOf(Severity severity) => severity switch
    {
        Severity.Critical => "red bold",
        Severity.High => "red",
        Severity.Medium => "yellow",
        Severity.Low => "blue",
        _ => "grey",
    };

    public void Line() => _writer.WriteLine();

    /// <summary>Prints markup whose interpolated values are shown as they are: neither markup nor a terminal's control sequences.</summary>
    /// <remarks>Paths and messages come from strangers' repositories; an escape sequence in one could rewrite the screen.</remarks>
    public void Line(FormattableString line)
    {
        var values = line.GetArguments().Select(value => value is string text ? Markup.Escape(Printable.Visible(text)) : value).ToArray();
        var markup = FormattableStringFactory.Create(line.Format, values).ToString(CultureInfo.InvariantCulture);
        if (_colours is null)
        {
            _writer.WriteLine(Markup.Remove(markup));
        }
        else
        {
            _colours.MarkupLine(markup);
        }
    }

    private static bool Refused(ParseResult parsed) => parsed.GetValue(NoColor) || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>A terminal wraps long lines itself, and keeps them whole for whoever copies them.</summary>
    private sealed class Unwrapped(TextWriter writer) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => true;

        public int Width => 10_000;

        public int Height => 100;

        public void SetEncoding(Encoding encoding)
        {
            // Always UTF-8.
        }
    }
}
