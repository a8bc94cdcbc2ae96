using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace AutoDevOps.Cli.Commands;

/// <summary>A command whose help ends with examples, each with what it is for.</summary>
internal sealed class CommandWithExamples(string name, string description, params (string Line, string Purpose)[] examples) : Command(name, description)
{
    public string Examples { get; } = string.Concat(examples.Select(example => $"  {example.Line.PadRight(examples.Max(other => other.Line.Length))}  {example.Purpose}".TrimEnd() + "\n"));
}

/// <summary>The usual help, and below it the examples of the command that was asked about.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    /// <summary>Whoever asks for help need not have written the rest rightly.</summary>
    public override bool ClearsParseErrors => true;

    public static void AddTo(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new HelpWithExamples((HelpAction)option.Action!);

        // The spelling of another system, where a slash begins a path here.
        option.Aliases.Remove("/h");
        option.Aliases.Remove("/?");
    }

    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is CommandWithExamples command)
        {
            Console.Out.Write($"Examples:\n{command.Examples}\n");
        }

        return exitCode;
    }
}
