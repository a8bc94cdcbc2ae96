using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace AutoDevOps.Benchmarks.Detection;

/// <summary>Writes <c>docs/generated/detection.md</c>.</summary>
internal static class DetectionReport
{
    private static readonly (string Kind, string Title, string Goal)[] Kinds =
    [
        ("manager", "package manager", "98 %"),
        ("version", "versions", "92 %"),
        ("install", "install command", "none set"),
        ("test", "test command", "88 %"),
        ("lint", "lint, format, types", "none set"),
    ];

    public static string Write(IReadOnlyList<ComparedRepository> repositories, IReadOnlyList<IReadOnlyList<ComparedRepository>> more, FrozenDictionary<string, Judgement> judgements)
    {
        var text = new StringBuilder();
        Introduction(text, repositories, more);
        List<ComparedRepository> all = [.. repositories, .. more.SelectMany(group => group).Select(repository => repository with { Facts = [.. repository.Facts.Where(ServicesReport.IsOfServices)] })];
        Summary(text, repositories, judgements);
        ServicesReport.Write(text, [repositories, .. more], judgements);
        Invented(text, all);
        Table(text, all);
        Differences(text, all, judgements);
        Commands(text, all, judgements);
        return text.ToString();
    }

    private static void Introduction(StringBuilder text, IReadOnlyList<ComparedRepository> repositories, IReadOnlyList<IReadOnlyList<ComparedRepository>> more)
    {
        Line(text, $"""
            # What the detectors establish, beside what CI does

            Written by `dotnet run -c Release --project bench/AutoDevOps.Benchmarks -- detection LIST ADDED OPEN HELD`, folders that have one clone
            a repository (`owner__name`); the judgements come from `bench/AutoDevOps.Benchmarks/Detection/judgements.tsv`. {repositories.Count} repositories,
            and {more.Sum(group => group.Count)} more in which services alone are compared, since the CI of few of the first starts any. Of the list of 47,
            `django/django`, `facebook/docusaurus` and `junit-team/junit5` were too large to fetch; of some, single files of 4 MiB and more are absent.

            **How.** Of each repository the model is built with all CI files taken out, as if nobody had written CI yet, and compared with
            what the CI sets up and runs. The CI is read line by line, and each line is followed through package scripts, make targets, tox,
            nox and shell scripts; which command the detectors would have chosen from it is not asked. Only workflows and jobs that check
            changes count, not those that release, document or measure. A thing that CI does in a way that cannot be read here (another
            repository's workflow, a vendor that is only recognised, a version that is computed or is an alias such as `lts/*`), and a thing that
            CI does not do, is left out of the percentage and counted in a column of its own.

            - *Package manager*: of each ecosystem that CI tests, the manager of the component nearest to the root is one that CI uses.
            - *Versions*: every version that we name is one that CI sets up (`22` is among `22.x`), or we read the very file that CI reads. Where
              the model names none, what our own GitHub workflow would set up is compared, read as any workflow is, and marked `(convention)`.
            - *Test*, *lint*: one of our commands is, or leads to, a command of the same tool or script that CI runs in that ecosystem.
            - *Services*: the names of the services, over all components, against the images that CI starts.

            """);
    }

    private static void Summary(StringBuilder text, IReadOnlyList<ComparedRepository> repositories, FrozenDictionary<string, Judgement> judgements)
    {
        var facts = repositories.SelectMany(repository => repository.Facts.Select(fact => (repository.Name, Fact: fact))).ToList();
        Line(text, $"## Summary\n\n| | goal | agree | differ | agreement | of the differences ours is right or as good | not readable | CI does not do it by a command that is known |");
        Line(text, $"|---|---|--:|--:|--:|--:|--:|--:|");
        foreach (var (kind, title, goal) in Kinds)
        {
            var of = facts.Where(entry => entry.Fact.Kind == kind).ToList();
            int Count(Verdict verdict) => of.Count(entry => entry.Fact.Verdict == verdict);
            var good = of.Count(entry => entry.Fact.Verdict == Verdict.Differs && judgements.TryGetValue(Key(entry.Name, entry.Fact), out var judged) && judged.Who is "ours" or "both");
            var (agree, differ) = (Count(Verdict.Agrees), Count(Verdict.Differs));
            Line(text, $"| {title} | {goal} | {agree} | {differ} | {Percent(agree, agree + differ)} | {good} | {Count(Verdict.NotReadable)} | {Count(Verdict.Silent)} |");
        }
    }

    private static void Invented(StringBuilder text, IReadOnlyList<ComparedRepository> repositories)
    {
        var commands = repositories.SelectMany(repository => repository.Commands.Select(command => (repository.Name, Command: command))).ToList();
        var open = commands.Count(entry => !entry.Command.HasEvidence);
        Line(text, $"""

            Commands (goal: none invented): {commands.Count} over both models, with CI {commands.Count(entry => entry.Command.WithCi)} and without {commands.Count(entry => !entry.Command.WithCi)}; of {open} a cited place does not exist.
            The tests' own check of invented commands, which knows other ways than the detectors', finds what answers for {commands.Count(entry => entry.Command.Resolves)}; the {commands.Count(entry => !entry.Command.Resolves)}
            others are at the end.

            """);
    }

    private static void Table(StringBuilder text, IReadOnlyList<ComparedRepository> repositories)
    {
        Line(text, $"## By repository\n\n`=` agrees, `≠` differs (told below), `?` CI not readable, `–` CI does not do it.\n");
        Line(text, $"| repository | commit | manager | versions | install | test | lint | services |\n|---|---|---|---|---|---|---|---|");
        foreach (var repository in repositories)
        {
            var cells = Kinds.Select(kind => kind.Kind).Append("services").Select(kind => string.Join("<br>", repository.Facts.Where(fact => fact.Kind == kind).Select(Cell)));
            Line(text, $"| {repository.Name} | {repository.Revision} | {string.Join(" | ", cells)} |");
        }

        Line(text, $"");
    }

    private static string Cell(Fact fact)
    {
        var mark = fact.Verdict switch { Verdict.Agrees => "=", Verdict.Differs => "≠", Verdict.NotReadable => "?", _ => "–" };
        var subject = fact.Subject.Length == 0 ? "" : fact.Subject + ": ";
        var ours = fact.Verdict == Verdict.Silent && fact.Kind == "services" ? "" : " " + subject + fact.Ours;
        return mark + ours.Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static void Differences(StringBuilder text, IReadOnlyList<ComparedRepository> repositories, FrozenDictionary<string, Judgement> judgements)
    {
        Line(text, $"## The differences\n");
        foreach (var (kind, title) in Kinds.Select(kind => (kind.Kind, kind.Title)).Append(("services", "services, CI hidden")).Append((Comparison.ServicesBesideCi, "services, CI read")))
        {
            var of = repositories.SelectMany(repository => repository.Facts.Where(fact => fact.Kind == kind && fact.Verdict == Verdict.Differs).Select(fact => (repository.Name, fact))).ToList();
            Line(text, $"### {title}: {of.Count}\n");
            foreach (var (name, fact) in of)
            {
                // What was found without CI to read mostly holds with it.
                var judged = judgements.TryGetValue(Key(name, fact), out var judgement) || (ServicesReport.IsOfServices(fact) && judgements.TryGetValue($"{name} services", out judgement))
                    ? $"{judgement.Who switch { "ci" => "CI is right", "ours" => "Ours is right", _ => "Both are" }}: {judgement.Why}"
                    : "Not looked into.";
                Line(text, $"- **{name}**{(fact.Subject.Length == 0 ? "" : $" ({fact.Subject})")}: ours {fact.Ours} | CI {fact.Ci} | {judged}");
            }

            Line(text, $"{(of.Count == 0 ? "None.\n" : "")}");
        }
    }

    private static void Commands(StringBuilder text, IReadOnlyList<ComparedRepository> repositories, FrozenDictionary<string, Judgement> judgements)
    {
        Line(text, $"## Commands that the independent check does not know\n");
        foreach (var repository in repositories)
        {
            var open = repository.Commands.Where(command => !command.Resolves || !command.HasEvidence).GroupBy(command => (command.Run, command.HasEvidence)).ToList();
            foreach (var group in open)
            {
                var folders = group.Select(command => command.Folder).Distinct(StringComparer.Ordinal).ToList();
                var why = judgements.TryGetValue($"{repository.Name} command {group.Key.Run}", out var judged) ? judged.Why : "not looked into";
                Line(text, $"- {repository.Name}, in `{folders[0]}`{(folders.Count > 1 ? $" and {folders.Count - 1} more" : "")}: `{group.Key.Run}`{(group.Key.HasEvidence ? "" : " (a cited place is missing)")}: {why}");
            }
        }
    }

    public static string Key(string repository, Fact fact) => fact.Subject.Length == 0 ? $"{repository} {fact.Kind}" : $"{repository} {fact.Kind} {fact.Subject}";

    public static string Percent(int part, int whole) => whole == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:F1} %");

    public static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture).ReplaceLineEndings("\n")).Append('\n');
}
