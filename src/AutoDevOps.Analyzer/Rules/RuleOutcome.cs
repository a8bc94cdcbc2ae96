using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Analyzer.Rules.Secrets;
using AutoDevOps.Analyzer.Rules.Suppressions;

namespace AutoDevOps.Analyzer.Rules;

/// <summary>What rules said of a file, or of the repository.</summary>
/// <param name="Assessed">The categories of which a rule had something to look at.</param>
/// <param name="IsRepeatable">Whether the same rules say the same of the same file another time; not when one ran out of real time, or failed.</param>
internal sealed record RuleOutcome(IReadOnlyList<Finding> Findings, IReadOnlyList<Diagnostic> Diagnostics, IReadOnlySet<Category> Assessed, bool IsRepeatable)
{
    /// <summary>Gathers it: within bounds, without secrets, and without what comments say may stay.</summary>
    /// <param name="suppressions">The comments of a file, or null where it has none.</param>
    public sealed class Builder(Func<string, InlineSuppressions?> suppressions)
    {
        /// <summary>More of one rule in one file says nothing new, and a hostile file could hold millions.</summary>
        private const int MaxFindingsPerRuleAndFile = 100;

        /// <summary>A message quotes what a file says, which may be a line of a mebibyte.</summary>
        private const int MaxMessageLength = 500;

        private const int MaxFixLength = 20_000;

        private readonly List<Finding> _findings = [];
        private readonly List<Diagnostic> _diagnostics = [];
        private readonly HashSet<Category> _assessed = [];
        private bool _isRepeatable = true;

        public RuleOutcome Build() => new(_findings, _diagnostics, _assessed, _isRepeatable);

        public void Tell(Diagnostic diagnostic) => _diagnostics.Add(diagnostic);

        /// <summary>Runs one rule. Its own mistake costs that rule there, and is told; everything else goes on.</summary>
        /// <param name="path">Of the file that it is about; empty: the repository.</param>
        /// <param name="steps">See <see cref="WorkBudget"/>.</param>
        public void Run(IRule rule, string path, long steps, Func<IEnumerable<Finding>> check)
        {
            _assessed.Add(rule.Descriptor.Category);
            try
            {
                RunOrTryAgain(rule, steps, check);
            }
            catch (Exception problem) when (problem is WorkBudgetException or RegexMatchTimeoutException)
            {
                _isRepeatable &= problem is WorkBudgetException;
                Tell(new(path, 0, $"{rule.Descriptor.Id} {rule.Descriptor.Name} was given up on here: the file takes more work than a rule may do."));
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                _isRepeatable = false;
                Tell(new(path, 0, $"{rule.Descriptor.Id} {rule.Descriptor.Name} failed: {problem.Message}"));
            }
        }

        // A pattern's limit is in real time, which also passes while a busy machine does something else.
        private void RunOrTryAgain(IRule rule, long steps, Func<IEnumerable<Finding>> check)
        {
            var (findings, diagnostics) = (_findings.Count, _diagnostics.Count);
            try
            {
                RunOnce(rule, steps, check);
            }
            catch (RegexMatchTimeoutException)
            {
                _findings.RemoveRange(findings, _findings.Count - findings);
                _diagnostics.RemoveRange(diagnostics, _diagnostics.Count - diagnostics);
                RunOnce(rule, steps, check);
            }
        }

        private void RunOnce(IRule rule, long steps, Func<IEnumerable<Finding>> check)
        {
            using (WorkBudget.Limit(steps))
            {
                Collect(rule, check());
            }
        }

        /// <summary>A message as it may leave the analyzer: of bounded length, and without what could be a secret in the text it quotes.</summary>
        private static string Told(string message)
        {
            var text = SecretRedactor.Redact(Printable.Cut(message, 20 * MaxMessageLength));
            return text.Length > MaxMessageLength ? Printable.Cut(text, MaxMessageLength) + "…" : text;
        }

        /// <summary>A patch holds whole lines. Lines that no person wrote are not patched, and not kept; nor are lines with a secret in them, which would
        /// leave with every output.</summary>
        private static Fix? Kept(Fix? fix) =>
            fix?.Edits.Sum(edit => edit.Text?.Length ?? 0) > MaxFixLength || fix?.Edits.Any(edit => edit.Text is { } text && SecretRedactor.IsNeeded(text)) == true ? null : fix;

        private void Collect(IRule rule, IEnumerable<Finding> findings)
        {
            Dictionary<string, int>? perFile = null;
            HashSet<(Location Location, string Message)>? told = null;
            foreach (var finding in findings)
            {
                // A YAML anchor is read once for each of its aliases, and is one place all the same.
                var message = Told(finding.Message);
                if ((rule.Descriptor.CanBeIgnored && suppressions(finding.Location.Path)?.Cover(finding) == true) || !(told ??= []).Add((finding.Location, message)))
                {
                    continue;
                }

                perFile ??= new(StringComparer.Ordinal);
                var count = perFile[finding.Location.Path] = perFile.GetValueOrDefault(finding.Location.Path) + 1;
                if (count > MaxFindingsPerRuleAndFile)
                {
                    Tell(new(finding.Location.Path, 0, $"{rule.Descriptor.Id} {rule.Descriptor.Name}: only the first {MaxFindingsPerRuleAndFile} findings are listed."));
                    break;
                }

                _findings.Add(finding with { Message = message, Fix = Kept(finding.Fix) });
            }
        }
    }
}
