using System.CommandLine;
using AutoDevOps.Server.Hosting;

var data = new Option<string>("--data") { Description = "The folder that holds everything", HelpName = "DIR", DefaultValueFactory = _ => DataDirectory.Default() };
var port = new Option<int?>("--port") { Description = "The port to listen on [default: 5080]", HelpName = "PORT", CustomParser = Ports.Parse };
var paths = new Argument<string[]>("path") { Description = "Folders to connect and analyse", DefaultValueFactory = _ => [] };
var noAnalysis = new Option<bool>("--no-analysis") { Description = "Connect the folders and wait" };
var document = new Argument<string>("what") { Description = "configuration, openapi, schema" };

var up = new Command("up", "Run everything on this machine, for one person: database, pages, API and workers") { paths, port, data, noAnalysis };
up.SetAction((arguments, cancellationToken) => Guard.RunAsync(() => Up.RunAsync(
    new Up.Settings(arguments.GetValue(paths)!, arguments.GetValue(port), arguments.GetValue(data)!, !arguments.GetValue(noAnalysis)), Console.Out, cancellationToken)));

var serve = new Command("serve", "Run pages and API; needs ConnectionStrings:Database") { port, data };
serve.SetAction((arguments, cancellationToken) => Guard.RunAsync(() => Serve.RunAsync(
    new Serve.Settings(Pages: true, Workers: false, arguments.GetValue(port), arguments.GetValue(data)!), cancellationToken)));

var work = new Command("work", "Run jobs; needs ConnectionStrings:Database") { port, data };
work.SetAction((arguments, cancellationToken) => Guard.RunAsync(() => Serve.RunAsync(
    new Serve.Settings(Pages: false, Workers: true, arguments.GetValue(port), arguments.GetValue(data)!), cancellationToken)));

var migrate = new Command("migrate", "Bring the database up to date; needs ConnectionStrings:Administrator");
migrate.SetAction((_, cancellationToken) => Guard.RunAsync(() => Migrate.RunAsync(Console.Out, cancellationToken)));

var link = new Command("link", "Print a new sign-in link for the installation that `up` runs") { port, data };
link.SetAction((arguments, cancellationToken) => Guard.RunAsync(() => Up.PrintLinkAsync(
    arguments.GetValue(data)!, arguments.GetValue(port), Console.Out, cancellationToken)));

var against = new Option<string?>("--against") { Description = "What an earlier run printed: entries missing at the end show too", HelpName = "FILE" };
var verify = new Command("verify", "Check that no entry was changed, deleted or moved, and print the last of each organization") { against, data };
verify.SetAction((arguments, cancellationToken) => Guard.RunAsync(() => AuditVerify.RunAsync(
    arguments.GetValue(data)!, arguments.GetValue(against), Console.Out, Console.Error, cancellationToken)));
var audit = new Command("audit", "The audit log: who did what, in a chain of hashes") { verify };

var docs = new Command("docs", "Print what docs/generated holds") { document };
docs.Hidden = true;
docs.SetAction((arguments, cancellationToken) => Guard.RunAsync(() => Docs.PrintAsync(arguments.GetValue(document)!, Console.Out, cancellationToken)));

var root = new RootCommand("AutoDevOps analyses repositories and generates proven CI/CD.") { up, serve, work, migrate, link, audit, docs };
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0 && parsed.Action is System.CommandLine.Invocation.ParseErrorAction)
{
    foreach (var error in parsed.Errors)
    {
        await Console.Error.WriteLineAsync($"{Product.Program}: {error.Message}");
    }

    await Console.Error.WriteLineAsync($"Try: {Product.Program} --help");
    return Guard.BadUsage;
}

// Whoever runs stops by itself when the token is cancelled: jobs are drained and the database is shut down.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = HostingSetup.LongestShutdown, EnableDefaultExceptionHandler = false });
