using System.Globalization;
using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Benchmarks.Detection;

internal enum Verdict
{
    /// <summary>Ours is what CI does.</summary>
    Agrees,

    /// <summary>Ours is something else, or nothing.</summary>
    Differs,

    /// <summary>CI does it in a way that cannot be read here.</summary>
    NotReadable,

    /// <summary>CI does not do it, so that nothing can be compared.</summary>
    Silent,
}

/// <summary>One thing compared in one repository.</summary>
/// <param name="Kind"><c>manager version install test lint services</c>, and <see cref="Comparison.ServicesBesideCi"/>.</param>
/// <param name="Subject">The ecosystem or runtime it is about; <c>""</c>: the whole.</param>
internal sealed record Fact(string Kind, string Subject, string Ours, string Ci, Verdict Verdict);

/// <summary>Compares what the detectors establish without CI with what CI does.</summary>
/// <param name="conventions">The versions that our own pipeline would set up, by runtime.</param>
internal sealed class Comparison(RepositorySnapshot snapshot, RepositoryModel ours, CiTruth truth, IReadOnlyDictionary<string, SortedSet<string>> conventions)
{
    /// <summary>The services of a model that was built with CI there to be read, as the product does.</summary>
    public const string ServicesBesideCi = "services beside CI";

    private readonly CommandReach _reach = new(snapshot);

    public IEnumerable<Fact> Facts()
    {
        List<Fact> tests = [.. Commands("test", CommandFamily.Test, [], CommandKind.Test)];
        var groups = tests.Where(fact => fact.Verdict is Verdict.Agrees or Verdict.Differs).Select(fact => fact.Subject).ToHashSet(StringComparer.Ordinal);
        return [.. Managers(groups), .. Versions(), .. Installs(groups), .. tests, .. Commands("lint", CommandFamily.Lint, [.. truth.LintActions()], CommandKind.Lint, CommandKind.Format, CommandKind.Typecheck), Services("services", ours, truth)];
    }

    /// <summary>Of the ecosystems that CI tests or that we found at the root; what else it installs are its own tools.</summary>
    private IEnumerable<Fact> Managers(HashSet<string> tested)
    {
        var ci = truth.Managers();
        foreach (var (group, names) in ci.Where(entry => tested.Contains(entry.Key) || In(entry.Key).Any(component => component.Path == ".")))
        {
            var found = In(group).Select(component => component.PackageManager).OfType<PackageManager>().Select(manager => manager.Name).Distinct(StringComparer.Ordinal).ToList();

            // Tox and nox bring what they need by pip.
            var agrees = found.Count > 0 && (names.Overlaps([found[0], found[0].Replace("-berry", "", StringComparison.Ordinal)]) || (found[0] == "pip" && names.IsSubsetOf(["tox", "nox"])));
            yield return new("manager", group, found.Count == 0 ? "nothing" : string.Join(", ", found), string.Join(", ", names), agrees ? Verdict.Agrees : Verdict.Differs);
        }

        if (ci.Count == 0)
        {
            yield return new("manager", "", string.Join(", ", ours.Components.Select(component => component.PackageManager?.Name).OfType<string>().Distinct(StringComparer.Ordinal)), truth.Unreadable ?? "installs nothing by a command that is known", truth.Unreadable is null ? Verdict.Silent : Verdict.NotReadable);
        }
    }

    private IEnumerable<Fact> Versions()
    {
        foreach (var (runtime, versions) in truth.Versions())
        {
            var found = ours.Components.SelectMany(component => component.Runtimes).Where(entry => entry.Name == runtime).ToList();
            if (found.Count == 0 && In(runtime switch { "ghc" => "haskell", "flutter" => "dart", "java" when In("java").Count == 0 => "scala", _ => runtime }).Count == 0)
            {
                // A runtime that CI's own tools need.
                continue;
            }

            var first = found.FirstOrDefault();
            if (first is null && conventions.TryGetValue(runtime, out var usual))
            {
                // Where the model names none, the writer still sets one up: that is what would run.
                first = new(runtime, [.. usual], "convention", 0, []);
            }

            var text = first is null ? "nothing" : $"{string.Join(", ", first.Versions)} ({first.Source})";
            var shown = string.Join(", ", versions);
            var files = versions.Where(version => version.StartsWith("file:", StringComparison.Ordinal)).Select(version => version[5..]).ToList();
            var verdict = files.Count > 0 && first is not null && (files.Contains(first.Source) || files.Contains(first.Source.TrimStart('.'))) ? Verdict.Agrees
                : first is not null && first.Versions.Count > 0 && first.Versions.All(version => VersionMatch.IsAmong(version, versions)) ? Verdict.Agrees
                : !VersionMatch.HasNumbers(versions) && files.Count == 0 ? Verdict.NotReadable
                : Verdict.Differs;
            yield return new("version", runtime, text, shown, verdict);
        }
    }

    private IEnumerable<Fact> Installs(HashSet<string> tested)
    {
        var ci = truth.Lines.SelectMany(line => line.Reach.Select(words => (line.Line, Words: words))).Where(entry => IsInstall(entry.Words)).ToList();
        foreach (var group in ci.Select(entry => ManagerFamilies.Of(entry.Words)!.Value.Group).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Where(tested.Contains))
        {
            var lines = ci.Where(entry => ManagerFamilies.Of(entry.Words)!.Value.Group == group).ToList();
            var found = In(group).SelectMany(component => component.Commands).Where(command => command.Kind == CommandKind.Install).ToList();
            var families = lines.Select(entry => ManagerFamilies.Of(entry.Words)!.Value.Key).ToHashSet(StringComparer.Ordinal);
            var agrees = found.Any(command => _reach.Of(command.Run, command.WorkingDirectory).Any(words => ManagerFamilies.Of(words) is { } family && families.Contains(family.Key)));
            yield return new("install", group, Show(found.Select(command => command.Run)), Show(lines.Select(entry => string.Join(' ', entry.Words))), agrees ? Verdict.Agrees : Verdict.Differs);
        }
    }

    private IEnumerable<Fact> Commands(string kind, Func<string[], CommandFamily?> classify, List<(string Line, CommandFamily Family)> actions, params CommandKind[] kinds)
    {
        var ci = truth.Lines.SelectMany(line => Families(line.Reach, classify).Select(family => (line.Line, Family: family))).Concat(actions).ToList();
        var mine = ours.Components.SelectMany(component => component.Commands.Where(command => kinds.Contains(command.Kind)).Select(command => (component, command, Families: Families(_reach.Of(command.Run, command.WorkingDirectory), classify).ToList()))).ToList();
        if (ci.Count == 0)
        {
            yield return new(kind, "", Show(mine.Select(entry => entry.command.Run)), truth.Unreadable ?? "nothing that is known as such", truth.Unreadable is null ? Verdict.Silent : Verdict.NotReadable);
            yield break;
        }

        var groups = ci.Select(entry => entry.Family.Group).Where(group => group != "any").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        foreach (var group in groups.Count == 0 ? ["any"] : groups)
        {
            var theirs = ci.Where(entry => entry.Family.Group == group || entry.Family.Group == "any").ToList();
            var candidates = mine.Where(entry => group == "any" || CommandFamily.GroupOf(entry.component.Ecosystem) == group || entry.Families.Any(family => family.Group == group)).ToList();
            var agrees = candidates.Any(entry => entry.Families.Any(family => theirs.Any(their => their.Family == family)));
            var lines = ci.Where(entry => entry.Family.Group == group).Select(entry => entry.Line);
            yield return new(kind, group, Show(candidates.Select(entry => entry.command.Run)), Show(lines), agrees ? Verdict.Agrees : Verdict.Differs);
        }
    }

    public static Fact Services(string kind, RepositoryModel ours, CiTruth truth)
    {
        var theirs = truth.Services();
        var mine = new SortedDictionary<string, double>(ours.Components.SelectMany(component => component.Services).GroupBy(service => service.Name).ToDictionary(group => group.Key, group => group.Max(service => service.Confidence)), StringComparer.Ordinal);
        var verdict = truth.Unreadable == "has no CI" || !truth.Tests || (theirs.Count == 0 && truth.StartsContainersOtherwise) ? Verdict.NotReadable
            : theirs.SetEquals(mine.Keys) ? (theirs.Count == 0 ? Verdict.Silent : Verdict.Agrees)
            : Verdict.Differs;
        return new(kind, "", mine.Count == 0 ? "nothing" : string.Join(", ", mine.Select(service => string.Create(CultureInfo.InvariantCulture, $"{service.Key} ({service.Value:F2})"))), theirs.Count == 0 ? "nothing" : string.Join(", ", theirs), verdict);
    }

    private List<Component> In(string group) =>
        [.. ours.Components.Where(component => CommandFamily.GroupOf(component.Ecosystem) == group).OrderBy(component => component.Path == "." ? 0 : 1 + component.Path.Count(character => character == '/')).ThenBy(component => component.Path, StringComparer.Ordinal)];

    private static IEnumerable<CommandFamily> Families(IReadOnlyList<string[]> reach, Func<string[], CommandFamily?> classify) =>
        reach.Select(classify).OfType<CommandFamily>().Distinct();

    private static bool IsInstall(string[] words) =>
        ManagerFamilies.Of(words) is { Group: not "java" } && words.Any(word => word is "install" or "ci" or "i" or "sync" or "restore" or "deps.get" or "get" or "update" or "download") && !words.Contains("--version");

    private static string Show(IEnumerable<string> commands)
    {
        List<string> distinct = [.. commands.Select(command => command.ReplaceLineEndings(" ").Trim()).Distinct(StringComparer.Ordinal)];
        var shown = string.Join("; ", distinct.Take(3).Select(command => $"`{(command.Length > 90 ? command[..90] + "…" : command).Replace('`', '\'')}`"));
        return distinct.Count == 0 ? "nothing" : distinct.Count > 3 ? $"{shown} and {distinct.Count - 3} more" : shown;
    }
}
