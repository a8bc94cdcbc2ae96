using System.Text.RegularExpressions;
using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Snapshots;
using AutoDevOps.Analyzer.Tests.RepositoryModels;

namespace AutoDevOps.Benchmarks.Detection;

/// <summary>What the detectors establish about real repositories without their CI, beside what that CI does.</summary>
internal static class DetectionBenchmark
{
    /// <param name="folders">Each has a clone of each repository, named <c>owner__name</c>. Those after the first count for services only: those
    /// added because their CI starts services, those the rules were written beside, and those nobody looked at before the rules were done.</param>
    public static int Run(string[] folders)
    {
        if (folders.Length is 0 or > 4 || Array.Find(folders, folder => !Directory.Exists(folder)) is not null)
        {
            Console.Error.WriteLine("Name a folder of clones, and up to three more of those added for their services: added, open, held out.");
            return 2;
        }

        var compared = folders.Select(All).ToList();
        Console.Out.Write(DetectionReport.Write(compared[0], [.. compared.Skip(1)], Judgements.Read()));
        return 0;
    }

    private static List<ComparedRepository> All(string folder)
    {
        var repositories = new List<ComparedRepository>();
        foreach (var path in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            Console.Error.WriteLine(Path.GetFileName(path));
            repositories.Add(Compare(path));
        }

        return repositories;
    }

    private static ComparedRepository Compare(string path)
    {
        var snapshot = FolderSnapshot.Read(path, SnapshotLimits.Default, CancellationToken.None);
        var (model, _) = RepositoryModelBuilder.Build(snapshot);
        var truth = new CiTruth(snapshot, model);
        var facts = new List<Fact>();
        var bare = WithoutCi.Of(snapshot, model);
        var (ours, _) = RepositoryModelBuilder.Build(bare);
        facts.AddRange(new Comparison(bare, ours, truth, Convention.Versions(bare, ours)).Facts());
        facts.Add(Comparison.Services(Comparison.ServicesBesideCi, model, truth));
        var commands = Commands(snapshot, model, true).Concat(Commands(bare, ours, false)).ToList();
        return new(Path.GetFileName(path).Replace("__", "/", StringComparison.Ordinal), Revision(path), facts, commands);
    }

    private static IEnumerable<CheckedCommand> Commands(RepositorySnapshot snapshot, RepositoryModel model, bool withCi) =>
        from component in model.Components
        from command in component.Commands
        select new CheckedCommand(withCi, component.Path, command.WorkingDirectory, command.Run, HasEvidence(snapshot, command), Answers(snapshot, command));

    /// <summary>Every place that is cited must be there.</summary>
    private static bool HasEvidence(RepositorySnapshot snapshot, Command command) =>
        command.Evidence.Count > 0 && command.Evidence.All(place => snapshot.Entries.Any(file => file.Path == place.Path)
            && (place.Line == 0 || snapshot.Find(place.Path) is not { } file || place.Line <= file.Lines().Count()));

    private static bool Answers(RepositorySnapshot snapshot, Command command)
    {
        try
        {
            return CommandResolution.Resolves(snapshot, command);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static string Revision(string path)
    {
        var head = Path.Combine(path, ".git", "HEAD");
        var text = File.Exists(head) ? File.ReadAllText(head).Trim() : "";
        if (text.StartsWith("ref: ", StringComparison.Ordinal))
        {
            var name = Path.Combine(path, ".git", text[5..]);
            text = File.Exists(name) ? File.ReadAllText(name).Trim() : "";
        }

        return text.Length == 40 ? text[..10] : "unknown";
    }
}

/// <param name="Revision">The first ten digits of the commit.</param>
internal sealed record ComparedRepository(string Name, string Revision, IReadOnlyList<Fact> Facts, IReadOnlyList<CheckedCommand> Commands);

/// <param name="WithCi">Whether the model was built with the CI files.</param>
/// <param name="HasEvidence">Every cited file and line is there.</param>
/// <param name="Resolves">Whether the tests' own check of invented commands finds what answers for it.</param>
internal sealed record CheckedCommand(bool WithCi, string Component, string Folder, string Run, bool HasEvidence, bool Resolves);
