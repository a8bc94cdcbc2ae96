using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Parsing;

/// <summary>A Dockerfile as its instructions and stages.</summary>
/// <remarks>Docker's "Dockerfile reference": line continuation, the escape directive, comments inside an instruction, heredocs.</remarks>
internal sealed partial class Dockerfile
{
    /// <summary>Arguments that are made of each other twice double with each line; no name of an image is longer.</summary>
    private const int MaxSubstituted = 1000;

    private const int MaxHeredocs = 100;

    /// <summary>The rules of a file follow each other closely, and each asks for the same.</summary>
    private static readonly ConditionalWeakTable<SnapshotFile, WeakReference<Dockerfile>> Read = [];

    private readonly ConcurrentDictionary<string, bool> _mentions = new(StringComparer.Ordinal);
    private IReadOnlyList<BuildStage>? _buildStages;
    private IReadOnlyList<DockerRun>? _runs;

    private Dockerfile(IReadOnlyList<string> lines, char escape, IReadOnlyList<DockerInstruction> instructions)
    {
        Lines = lines;
        Escape = escape;
        Instructions = instructions;
        Stages = ReadStages(instructions);
        Cost = lines.Sum(line => 1 + (line.Length / 64));
    }

    /// <summary>As they stand in the file; the first is line 1.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>The character at the end of a line that goes on: a backslash, unless a directive says otherwise.</summary>
    public char Escape { get; }

    /// <summary>The stages with what they inherit.</summary>
    public IReadOnlyList<BuildStage> BuildStages => _buildStages ??= BuildStage.Read(this);

    /// <summary>The <c>RUN</c>s with their commands.</summary>
    public IReadOnlyList<DockerRun> Runs
    {
        get
        {
            WorkBudget.Spend(Cost);
            return _runs ?? ReadRuns();
        }
    }

    /// <summary>Whether any line has this text. Asked for each <c>RUN</c>, it is looked for once.</summary>
    public bool Mentions(string text) => _mentions.GetOrAdd(text, sought => Lines.Any(line => line.Contains(sought, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Steps it takes to read it.</summary>
    private long Cost { get; }

    public IReadOnlyList<DockerInstruction> Instructions { get; }

    public IReadOnlyList<DockerStage> Stages { get; }

    /// <summary><c>Dockerfile</c>, <c>Dockerfile.web</c>, <c>web.Dockerfile</c>, <c>Containerfile</c>; no template of one.</summary>
    public static bool IsPath(SnapshotFile file)
    {
        var name = file.Name;
        if (name is "Dockerfile" or "Containerfile" || file.Extension == ".dockerfile")
        {
            return true;
        }

        return name.StartsWith("Dockerfile.", StringComparison.Ordinal)
            && file.Extension is not (".dockerignore" or ".md" or ".j2" or ".jinja" or ".jinja2" or ".tmpl" or ".tpl" or ".template" or ".erb"
                or ".in" or ".mustache" or ".hbs" or ".ejs" or ".txt" or ".py" or ".js" or ".ts" or ".go" or ".cs" or ".sh" or ".yml" or ".yaml"
                or ".json" or ".rs" or ".java" or ".m4" or ".dot");
    }

    public static Dockerfile Parse(SnapshotFile file)
    {
        if (Read.TryGetValue(file, out var reference) && reference.TryGetTarget(out var known))
        {
            // Whether somebody else has read it before must not decide how far a rule comes.
            WorkBudget.Spend(known.Cost);
            return known;
        }

        var dockerfile = ParseAnew(file);
        Read.AddOrUpdate(file, new(dockerfile));
        return dockerfile;
    }

    private static Dockerfile ParseAnew(SnapshotFile file)
    {
        List<DockerInstruction> instructions = [];
        List<string> lines = [.. file.Lines().Select(line => line.Text)];
        var escape = EscapeCharacter(lines);
        for (var index = 0; index < lines.Count;)
        {
            var trimmed = lines[index].AsSpan().Trim();
            if (trimmed.IsEmpty || trimmed[0] == '#')
            {
                index++;
                continue;
            }

            instructions.Add(ReadInstruction(lines, escape, ref index));
        }

        return new(lines, escape, instructions);
    }

    /// <summary>On nobody's account: whoever asks pays the same, whether it was read before or not.</summary>
    private IReadOnlyList<DockerRun> ReadRuns()
    {
        using (WorkBudget.Limit(long.MaxValue))
        {
            return _runs = DockerRun.Of(this);
        }
    }

    /// <summary>The values of <c>ARG</c>s with a default that stand before the first <c>FROM</c>.</summary>
    public IReadOnlyDictionary<string, string> GlobalArguments()
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var argument in Instructions.TakeWhile(instruction => instruction.Keyword != "FROM").Where(instruction => instruction.Keyword == "ARG"))
        {
            foreach (var (name, value) in argument.Assignments())
            {
                if (value is not null)
                {
                    values[name] = Substitute(value, values) ?? value[..Math.Min(value.Length, MaxSubstituted)];
                }
            }
        }

        return values;
    }

    /// <summary>Replaces <c>$NAME</c>, <c>${NAME}</c> and <c>${NAME:-default}</c>; null when a value is not known, or what comes out is too long.</summary>
    public static string? Substitute(string text, IReadOnlyDictionary<string, string> values)
    {
        if (text.Length > MaxSubstituted)
        {
            return null;
        }

        var known = true;
        var result = Variable().Replace(text, match =>
        {
            if (values.TryGetValue(match.Groups["name"].Value, out var value))
            {
                return value;
            }

            var fallback = match.Groups["default"];
            known &= fallback.Success;
            return fallback.Value;
        });
        return known && result.Length <= MaxSubstituted && !result.Contains('$', StringComparison.Ordinal) ? result : null;
    }

    private static char EscapeCharacter(List<string> lines)
    {
        foreach (var line in lines)
        {
            if (EscapeDirective().Match(line) is { Success: true } match)
            {
                return match.Groups["escape"].Value[0];
            }

            if (!line.StartsWith('#'))
            {
                break;
            }
        }

        return '\\';
    }

    private static DockerInstruction ReadInstruction(List<string> lines, char escape, ref int index)
    {
        var start = index;
        var pieces = new TracedText.Builder();
        while (index < lines.Count)
        {
            var line = lines[index++].TrimEnd();
            if (!pieces.IsEmpty && (line.Length == 0 || line.AsSpan().TrimStart().StartsWith("#")))
            {
                continue;
            }

            if (!line.EndsWith(escape))
            {
                pieces.Add(index, line, isLast: true);
                break;
            }

            pieces.Add(index, line.AsSpan(0, line.Length - 1));
        }

        var text = pieces.Build();
        var whole = text.Text;
        var first = whole.AsSpan().IndexOfAnyExcept(" \t\n");
        var from = Math.Max(first, 0);
        var length = whole.AsSpan(from).IndexOfAny(' ', '\t', '\n');
        var end = length < 0 ? whole.Length : from + length;
        var keyword = whole[from..end].ToUpperInvariant();
        var arguments = whole[end..].Trim();
        List<DockerHeredoc> heredocs = keyword is "RUN" or "COPY" or "ADD" ? ReadHeredocs(arguments, lines, ref index) : [];
        return new(keyword, arguments, string.Concat(heredocs.Select(heredoc => heredoc.Text.Text)), start + 1, index)
        {
            Text = text,
            ArgumentsStart = end + (whole.Length - end - whole.AsSpan(end).TrimStart().Length),
            Heredocs = heredocs,
        };
    }

    private static List<DockerHeredoc> ReadHeredocs(string arguments, List<string> lines, ref int index)
    {
        List<DockerHeredoc> heredocs = [];
        foreach (var delimiter in Heredoc().Matches(arguments).Take(MaxHeredocs).Select(match => match.Groups["word"].Value))
        {
            var text = new TracedText.Builder();
            while (index < lines.Count)
            {
                var line = lines[index++];
                if (line.Trim() == delimiter)
                {
                    break;
                }

                text.Add(index, line);
            }

            heredocs.Add(new(delimiter, text.Build()));
        }

        return heredocs;
    }

    private static List<DockerStage> ReadStages(IReadOnlyList<DockerInstruction> instructions)
    {
        List<DockerStage> stages = [];
        foreach (var instruction in instructions)
        {
            if (instruction.Keyword == "FROM")
            {
                var words = instruction.Words().ToList();
                var name = words is [_, var keyword, var alias, ..] && keyword.Equals("AS", StringComparison.OrdinalIgnoreCase) ? alias : null;
                stages.Add(new(instruction, words.FirstOrDefault() ?? "", name, []));
            }
            else if (stages.Count > 0)
            {
                stages[^1].Instructions.Add(instruction);
            }
        }

        return stages;
    }

    [GeneratedRegex(@"^#\s*escape\s*=\s*(?<escape>[\\`])\s*$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex EscapeDirective();

    [GeneratedRegex(@"<<-?[""']?(?<word>[A-Za-z_][A-Za-z0-9_]*)[""']?", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Heredoc();

    [GeneratedRegex(@"\$(\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(:-(?<default>[^}]*))?\}|(?<name>[A-Za-z_][A-Za-z0-9_]*))", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Variable();
}
