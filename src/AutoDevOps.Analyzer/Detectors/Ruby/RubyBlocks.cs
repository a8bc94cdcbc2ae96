using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.Ruby;

/// <summary>The blocks that are open at a line of Ruby, as far as the usual one-line openings and <c>end</c> say.</summary>
internal sealed partial class RubyBlocks
{
    private const int MaxDepth = 100;

    private readonly List<string> _open = [];

    /// <summary>The lines that opened them, the outermost first.</summary>
    public IReadOnlyList<string> Open => _open;

    /// <summary>Goes past a line whose comment was taken off.</summary>
    public void Pass(string line)
    {
        var text = line.Trim();
        if (End().IsMatch(text))
        {
            if (_open.Count > 0)
            {
                _open.RemoveAt(_open.Count - 1);
            }
        }
        else if (_open.Count < MaxDepth && (Do().IsMatch(text) || (Keyword().IsMatch(text) && !text.EndsWith(" end", StringComparison.Ordinal))))
        {
            _open.Add(text);
        }
    }

    [GeneratedRegex(@"^end($|[\s.)])", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex End();

    [GeneratedRegex(@"\bdo(\s*\|[^|]*\|)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Do();

    [GeneratedRegex(@"^(if|unless|case|begin|def|class|module|while|until|for)\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Keyword();
}
