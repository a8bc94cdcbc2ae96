using System.CommandLine;
using AutoDevOps.Analyzer.Snapshots;
using AutoDevOps.Cli.Commands;
using AutoDevOps.Cli.Output;

var root = new RootCommand("""
    Looks at a repository and says what it is, what is wrong with it and what its pipeline should be.

    Examples:
      autodevops scan                                    what is wrong here
      autodevops scan src --fail-on high                 exit 1 when something high or worse is found
      autodevops scan --format sarif > findings.sarif    for code scanning
      autodevops generate --platform github --write      write .github/workflows/ci.yml
      autodevops explain GHA001                          why a rule exists and what to do

    Exit codes: 0 fine, 1 findings at or above --fail-on (or a file that differs, with --check), 2 wrong usage or input,
    3 an error of this program. Colours follow the terminal, --no-color and NO_COLOR.
    """)
{
    ScanCommand.Create(),
    GenerateCommand.Create(),
    ModelCommand.Create(),
    RulesCommand.Create(),
    ExplainCommand.Create(),
    SchemaCommand.Create(),
    CompletionCommand.Create(),
};
root.Add(Terminal.NoColor);
HelpWithExamples.AddTo(root);

Terminal.Prepare();
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        Console.Error.WriteLine(Terminal.Plain(error.Message));
    }

    Console.Error.WriteLine("Run with --help to see what is possible.");
    return ExitCodes.BadInput;
}

try
{
    var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    await Console.Out.FlushAsync();
    return exitCode;
}
catch (Exception problem) when (problem is SnapshotException or InputException)
{
    Console.Error.WriteLine(Terminal.Plain(problem.Message));
    return ExitCodes.BadInput;
}
catch (IOException problem) when (Console.IsOutputRedirected && problem.HResult == Terminal.BrokenPipe)
{
    // Whoever read the output has seen enough: `autodevops scan | head`.
    return ExitCodes.Fine;
}
catch (IOException problem)
{
    Console.Error.WriteLine(Terminal.Plain($"The output cannot be written: {problem.Message}"));
    return ExitCodes.OurError;
}
#pragma warning disable CA1031 // The edge of the program: whatever was not foreseen ends here, with a report instead of a crash.
catch (Exception problem)
#pragma warning restore CA1031
{
    // Where it happened helps whoever mends it, and nobody else.
    var trace = Environment.GetEnvironmentVariable("AUTODEVOPS_TRACE") == "1";
    Console.Error.WriteLine(Terminal.Plain($"An error of autodevops, not of your repository: {(trace ? problem : $"{problem.GetType().Name}: {problem.Message}")}"));
    Console.Error.WriteLine(trace ? "Please report it." : "Please report it, with what AUTODEVOPS_TRACE=1 adds to this message.");
    return ExitCodes.OurError;
}
