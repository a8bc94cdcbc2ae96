using System.Collections.Frozen;
using System.Text;
using static AutoDevOps.Benchmarks.Detection.DetectionReport;

namespace AutoDevOps.Benchmarks.Detection;

/// <summary>The part of the report that is about services: how the samples were chosen, and two measures of each.</summary>
internal static class ServicesReport
{
    private static readonly string[] Titles = ["of the list", "added", "open", "held out"];

    public static bool IsOfServices(Fact fact) => fact.Kind is "services" or Comparison.ServicesBesideCi;

    public static void Write(StringBuilder text, IReadOnlyList<IReadOnlyList<ComparedRepository>> samples, FrozenDictionary<string, Judgement> judgements)
    {
        Line(text, $"""

            ## Services (goal: 90 % recall at 95 % precision)

            *Added* were chosen because their CI starts services. *Open* and *held out* were chosen before the detectors had seen them: first a list of
            well-known projects in eleven ecosystems, from memory, then of these all that could be fetched and have a workflow with `services:`
            (26) or a compose file and no such workflow (9). What was too large to fetch (`chatwoot/chatwoot`, `mastodon/mastodon`, `forem/forem`,
            `plausible/analytics`, `actualbudget/actual`) was replaced in its kind. In alphabetical order every first was opened, every second held out.
            The rules were written beside the open half; the held-out half was judged after they were done, and no rule was changed for it.

            *CI hidden* is a repository whose CI nobody has written yet. *CI read* is how the product runs where there is CI, which then is its first
            witness: that figure says what is lost or added on the way, not what was found without it. *As CI* takes what CI starts
            for the truth. *As judged* takes what a person found that the tests need which we would run, where a difference was judged: CI
            runs many tests once more on each database that a project supports, and starts servers for jobs whose tests are not the default ones.
            Left out are repositories whose CI is not read, runs no tests that are known, or starts containers otherwise.

            | | repositories | left out | CI | truth | needed | named | of these needed | recall | precision |
            |---|--:|--:|---|---|--:|--:|--:|--:|--:|
            """);
        for (var at = 0; at < samples.Count; at++)
        {
            Rows(text, Titles[at], samples[at], judgements);
        }

        Rows(text, "together", [.. samples.SelectMany(sample => sample)], judgements);
    }

    private static void Rows(StringBuilder text, string title, IReadOnlyList<ComparedRepository> repositories, FrozenDictionary<string, Judgement> judgements)
    {
        foreach (var (kind, ci) in new[] { ("services", "hidden"), (Comparison.ServicesBesideCi, "read") })
        {
            var facts = repositories.SelectMany(repository => repository.Facts.Where(fact => fact.Kind == kind).Select(fact => (repository.Name, Fact: fact))).ToList();
            var compared = facts.Where(entry => entry.Fact.Verdict != Verdict.NotReadable).ToList();
            foreach (var judged in new[] { false, true })
            {
                var (both, ours, needed) = (0, 0, 0);
                foreach (var (name, fact) in compared)
                {
                    var mine = Names(fact.Ours);
                    var truth = (judged ? Needs(name, fact, judgements) : null) ?? Names(fact.Ci);
                    both += mine.Intersect(truth, StringComparer.Ordinal).Count();
                    ours += mine.Count;
                    needed += truth.Count;
                }

                Line(text, $"| {title} | {compared.Count} | {facts.Count - compared.Count} | {ci} | {(judged ? "as judged" : "as CI")} | {needed} | {ours} | {both} | {Percent(both, needed)} | {Percent(both, ours)} |");
            }
        }
    }

    /// <summary>A judgement of what is found with CI holds for that alone; one of what is found without holds for both.</summary>
    private static IReadOnlyList<string>? Needs(string name, Fact fact, FrozenDictionary<string, Judgement> judgements) =>
        fact.Verdict != Verdict.Differs ? null : judgements.GetValueOrDefault(Key(name, fact))?.Needs ?? judgements.GetValueOrDefault($"{name} services")?.Needs;

    private static List<string> Names(string shown) => shown == "nothing" ? [] : [.. shown.Split(", ").Select(name => name.Split(' ')[0])];
}
