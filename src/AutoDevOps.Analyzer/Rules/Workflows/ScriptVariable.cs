using System.Text;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Parsing.Yaml;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>The patch that hands a value to a script of bash or sh in a variable, where it was pasted into its text.</summary>
internal static class ScriptVariable
{
    /// <summary>Longer scripts, and such with more expressions, no person mends by a patch.</summary>
    private const int MaxLength = 20_000;
    private const int MaxUses = 50;

    private enum Quote
    {
        None,
        Single,
        Double,
        Unknown,
    }

    /// <param name="name">What the value is, such as <c>github.event.issue.title</c>.</param>
    /// <returns>Null where the text around the expression is not certain to mean the same.</returns>
    public static Fix? Fix(YamlFix fixes, WorkflowStep step, EmbeddedExpression expression, string name)
    {
        if (step.Run is not { Text.Length: <= MaxLength } run || !StepScript.IsPosix(step) || expression.Text.AsSpan().IndexOfAny("\r\n#") >= 0 || Variable(name) is not { } variable || step.Node["env"] is { Kind: not NodeKind.Mapping })
        {
            return null;
        }

        var value = $"${{{{ {expression.Text} }}}}";
        WorkBudget.Spend(1 + (run.Text!.Length / 4));
        var uses = step.Workflow.Expressions(run).Take(MaxUses + 1).ToList();
        if (uses.Count > MaxUses)
        {
            return null;
        }

        var same = uses.Where(use => use.Text == expression.Text).ToList();
        var quotes = Quotes(run.Text, uses.Count);
        // The quotes that are put in must not be read as YAML's.
        if ((run.BlockLine == 0 && (!run.IsPlain || same.Any(use => use.Start == run.Start))) || same.Any(use => use.Length == 0) || quotes.Count != uses.Count || same.Any(use => quotes[uses.IndexOf(use)] is Quote.Single or Quote.Unknown)
            || (step.Node["env"]?[variable] is { } given && given.Text != value))
        {
            return null;
        }

        return fixes.Make($"Hand the value over in '{variable}'", (source, edit) =>
        {
            if (Node(source, step) is not { } node || source.Entry(node, "run") is not { Alias: null } entry)
            {
                return false;
            }

            foreach (var use in same)
            {
                edit.Rewrite(use.Start, use.Length, quotes[uses.IndexOf(use)] == Quote.Double ? $"${{{variable}}}" : $"\"${{{variable}}}\"");
            }

            return step.Node["env"]?[variable] is not null || Declare(source, edit, node, entry, $"{variable}: {value}");
        });
    }

    private static bool Declare(YamlSource source, YamlEdit edit, DataNode step, YamlEntry run, string line) =>
        step["env"] is not { } env ? edit.InsertAfter(run, "env:", $"  {line}")
        : source.Entry(step, "env") is { Alias: null } && source.Entries(env).LastOrDefault() is { } last && edit.InsertAfter(last, line);

    private static DataNode? Node(YamlSource source, WorkflowStep step)
    {
        var steps = step.Job is { } job ? source.Root.At("jobs", job.Id, "steps") : source.Root.At("runs", "steps");
        var index = (step.Job?.Steps ?? step.Workflow.ActionSteps).TakeWhile(other => other != step).Count();
        return steps?.Items.ElementAtOrDefault(index);
    }

    /// <summary>A name for people: <c>ISSUE_TITLE</c>.</summary>
    private static string? Variable(string path)
    {
        var parts = path.Split('.').Where(part => part is not ("github" or "event" or "*")).ToList();
        var name = new StringBuilder();
        foreach (var character in string.Join('_', parts))
        {
            name.Append(char.IsAsciiLetterOrDigit(character) ? char.ToUpperInvariant(character) : '_');
        }

        return name.Length is > 0 and < 60 && !char.IsAsciiDigit(name[0]) ? name.ToString() : null;
    }

    /// <summary>How the shell reads the place of each expression; what stands in a substitution or here-document is not followed.</summary>
    private static List<Quote> Quotes(string script, int most)
    {
        List<Quote> quotes = [];
        var quote = Quote.None;
        for (var index = 0; index < script.Length && quotes.Count < most; index++)
        {
            var rest = script.AsSpan(index);
            if (rest.StartsWith("${{"))
            {
                quotes.Add(quote);
                index += Math.Max(2, rest.IndexOf("}}"));
            }
            else if (quote != Quote.Single && (script[index] == '`' || rest.StartsWith("$(") || rest.StartsWith("<<")))
            {
                quote = Quote.Unknown;
            }
            else if (quote == Quote.Unknown)
            {
                continue;
            }
            else if (script[index] == '\\' && quote != Quote.Single)
            {
                index++;
            }
            else if (script[index] == '\'' && quote != Quote.Double)
            {
                quote = quote == Quote.Single ? Quote.None : Quote.Single;
            }
            else if (script[index] == '"' && quote != Quote.Single)
            {
                quote = quote == Quote.Double ? Quote.None : Quote.Double;
            }
            else if (script[index] == '#' && quote == Quote.None && (index == 0 || char.IsWhiteSpace(script[index - 1])))
            {
                // A comment may hold an odd number of quotes.
                var end = script.IndexOf('\n', index);
                var comment = end < 0 ? script[index..] : script[index..end];
                quotes.AddRange(Enumerable.Repeat(Quote.Unknown, comment.Split("${{").Length - 1));
                index = end < 0 ? script.Length : end;
            }
        }

        return quotes;
    }
}
