using System.CommandLine;
using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Pipelines;
using AutoDevOps.Analyzer.Snapshots;
using AutoDevOps.Cli.Output;
using Command = System.CommandLine.Command;

namespace AutoDevOps.Cli.Commands;

/// <summary><c>autodevops generate</c>: CI configuration from what the repository says about itself.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("path") { Description = "A folder. Default: the current one.", DefaultValueFactory = _ => "." };
        var platform = new Option<string>("--platform", "-p") { Description = "For whom to write.", DefaultValueFactory = _ => "github" };
        platform.AcceptOnlyFromAmong([.. PipelineTargets.All.Select(target => target.Platform)]);
        var write = new Option<bool>("--write") { Description = "Write the files into the repository." };
        var check = new Option<bool>("--check") { Description = "Exit 1 with a diff when what is there differs." };
        var output = new Option<DirectoryInfo>("--output", "-o") { HelpName = "folder", Description = "Write the files below another folder." };
        var stdout = new Option<bool>("--stdout") { Description = "Print the files (the default)." };
        var branch = new Option<string>("--branch", "-b") { HelpName = "name", Description = "The branch whose every push is tested. Default: what the clone or existing CI says, else main." };
        var command = new CommandWithExamples("generate", "Write a pipeline whose every line says where it comes from.",
            ("autodevops generate", "print .github/workflows/ci.yml for this folder"),
            ("autodevops generate --write", "write it; what somebody else wrote is left alone"),
            ("autodevops generate --check", "exit 1 with a diff when it is not current: for CI"),
            ("autodevops generate -p gitlab", "the same for GitLab CI; also circleci, azure and jenkins"),
            ("autodevops generate -p dependabot --write", "keep dependencies up to date"),
            ("autodevops generate ../shop -o /tmp/out -b develop", "another repository, another place, another branch")) { path, platform, write, check, output, stdout, branch };
        command.Validators.Add(result =>
        {
            var chosen = new Option[] { write, check, output, stdout }.Count(option => result.GetResult(option) is { Implicit: false });
            if (chosen > 1)
            {
                result.AddError("--write, --check, --output and --stdout exclude each other: choose one.");
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            var root = parsed.GetRequiredValue(path);
            var snapshot = FolderSnapshot.Read(root, SnapshotLimits.Default, cancellationToken);
            var (model, diagnostics) = RepositoryModelBuilder.Build(snapshot);
            var options = new PipelineOptions { DefaultBranch = parsed.GetValue(branch) ?? DefaultBranch.Of(root) };
            var pipeline = PipelineGenerator.Generate(snapshot, model, parsed.GetRequiredValue(platform), options);
            var terminal = Terminal.Error(parsed);
            TerminalReport.WriteNotes(RepositoryAnalyzer.Told(snapshot, diagnostics), terminal);
            if (!(parsed.GetValue(write) ? pipeline.IsProven : pipeline.IsProvenButForItsPlace))
            {
                return Task.FromResult(Refuse(pipeline, terminal));
            }

            if (parsed.GetValue(check))
            {
                return Task.FromResult(Check(snapshot, pipeline));
            }

            var target = parsed.GetValue(write) ? root : parsed.GetValue(output)?.FullName;
            if (target is null)
            {
                Print(pipeline);
            }
            else
            {
                Write(pipeline, target);
            }

            Explain(pipeline, terminal);
            return Task.FromResult(ExitCodes.Fine);
        });
        return command;
    }

    private static int Refuse(GeneratedPipeline pipeline, Terminal terminal)
    {
        terminal.Line($"No pipeline is offered:");
        foreach (var failed in pipeline.Checks.Where(result => !result.Passed))
        {
            terminal.Line($"  {failed.Name}: {failed.Detail}");
        }

        Explain(pipeline, terminal);
        return ExitCodes.BadInput;
    }

    private static int Check(RepositorySnapshot snapshot, GeneratedPipeline pipeline)
    {
        var differs = false;
        foreach (var file in pipeline.Files)
        {
            var current = snapshot.Find(file.Path)?.Text ?? "";
            if (current != file.Text)
            {
                differs = true;
                var diff = TextDiff.Unified(file.Path, current, file.Text);

                // A program that reads it (git apply) gets the bytes; a terminal must not obey what stands in the old file.
                Console.Out.Write(Console.IsOutputRedirected ? diff : Terminal.Plain(diff));
            }
        }

        return differs ? ExitCodes.Findings : ExitCodes.Fine;
    }

    private static void Print(GeneratedPipeline pipeline)
    {
        foreach (var file in pipeline.Files)
        {
            if (pipeline.Files.Count > 1)
            {
                Console.Out.WriteLine($"# {file.Path}");
            }

            Console.Out.Write(file.Text);
        }
    }

    private static void Write(GeneratedPipeline pipeline, string folder)
    {
        foreach (var file in pipeline.Files)
        {
            var target = Path.Combine(folder, file.Path);
            RefuseLinks(folder, file.Path);
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                // Written beside and moved over, so that an interruption leaves the old file or the new one.
                File.WriteAllText(target + ".new", file.Text);
                File.Move(target + ".new", target, overwrite: true);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                throw new InputException($"{target} cannot be written: {problem.Message}");
            }

            Console.Error.WriteLine($"wrote {file.Path}");
        }
    }

    /// <summary>A repository may hold a link where its workflows should be, and whatever it points at is not the repository's to write.</summary>
    private static void RefuseLinks(string folder, string path)
    {
        var below = folder;
        foreach (var name in path.Split('/'))
        {
            below = Path.Combine(below, name);
            if (new FileInfo(below).LinkTarget is not null)
            {
                throw new InputException($"{below} is a link, and nothing is written through it. Remove it, or write elsewhere with --output.");
            }
        }
    }

    private static void Explain(GeneratedPipeline pipeline, Terminal terminal)
    {
        foreach (var gap in NotInferredSummary.Of(pipeline.NotInferred))
        {
            terminal.Line($"[yellow]not inferred[/] {gap.What} of {gap.Component}: {gap.Why}");
        }

        foreach (var secret in pipeline.RequiredSecrets)
        {
            terminal.Line($"[yellow]needs the secret[/] {secret}");
        }
    }
}
