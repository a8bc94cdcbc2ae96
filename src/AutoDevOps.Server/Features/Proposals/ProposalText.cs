using System.Text;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Ui.Text;

namespace AutoDevOps.Server.Features.Proposals;

/// <summary>Writes the body of a pull request, within the length that GitHub takes: what does not fit is left out and said.</summary>
internal sealed class ProposalText
{
    // For the end, which always fits.
    private const int Reserve = 2000;

    private readonly StringBuilder _text = new();
    private bool _isFull;

    /// <param name="markdown">In which text of the repository is made safe already.</param>
    public void Line(string markdown) => Append(markdown + "\n");

    /// <summary>A heading with a list; nothing when there is nothing to list.</summary>
    public void List<T>(string heading, IEnumerable<T> items, Func<T, string> markdown, bool isFolded = false)
    {
        var lines = items.Select(item => $"- {markdown(item)}\n").ToList();
        if (lines.Count == 0)
        {
            return;
        }

        Append(isFolded ? $"\n### {heading}\n<details><summary>{Words.Count(lines.Count, "line")}</summary>\n\n" : $"\n### {heading}\n");
        lines.ForEach(Append);
        // Closed also when it was cut.
        _text.Append(isFolded ? "\n</details>\n" : "");
    }

    /// <summary>How it was made, and what becomes of the branch.</summary>
    /// <param name="page">Where people see more of it.</param>
    /// <param name="what">That they see there.</param>
    public void Origin(Uri page, string what, string commit, string repository, Uri web)
    {
        if (_isFull)
        {
            _text.Append("\nThere is more than fits here.\n");
        }

        _text.Append($"\n---\nMade by {Product.Name} {Product.Version} from commit [{GitHubMarkdown.Code(Words.ShortSha(commit))}]({new Uri(web, $"/{repository}/commit/{commit}").AbsoluteUri}): [{what}]({page.AbsoluteUri}). ")
            .Append("The branch belongs to this pull request: asked for again, it is brought up to date, unless somebody has pushed to it. Close it if you do not want it; it comes again only when somebody asks.\n");
    }

    public override string ToString() => _text.ToString();

    private void Append(string markdown)
    {
        if (_isFull || _text.Length + markdown.Length > GitHubMarkdown.MaxText - Reserve)
        {
            _isFull = true;
            return;
        }

        _text.Append(markdown);
    }
}
