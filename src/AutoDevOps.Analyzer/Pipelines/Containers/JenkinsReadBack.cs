using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Pipelines.Containers;

/// <summary>Reads a generated Jenkinsfile, as far as its words and strings go: no more of Groovy is written.</summary>
internal static partial class JenkinsReadBack
{
    private static readonly HashSet<string> Known = new(
        [
            "pipeline", "agent", "none", "any", "docker", "image", "args", "options", "disableConcurrentBuilds", "abortPrevious", "env", "CHANGE_ID", "null", "timeout", "time", "unit",
            "environment", "stages", "stage", "when", "anyOf", "branch", "comparator", "pattern", "changeRequest", "parallel", "matrix", "axes", "axis", "name", "values",
            "steps", "script", "dir", "sh", "try", "finally", "withRun", "withEnv", "inside", "post", "always", "junit", "allowEmptyResults", "testResults", "true",
            "archiveArtifacts", "allowEmptyArchive", "artifacts", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_0",
        ],
        StringComparer.Ordinal);

    /// <summary>The order in which the writer puts jobs: those side by side first.</summary>
    public static IReadOnlyList<ContainerJob> Order(IReadOnlyList<ContainerJob> jobs) => [.. jobs.Where(job => !job.HasMatrix), .. jobs.Where(job => job.HasMatrix)];

    public static ReadPipeline Read(string text)
    {
        var state = new State();
        foreach (Match token in Token().Matches(text))
        {
            state.Take(token);
            if (state.Unmeant is not null)
            {
                break;
            }
        }

        state.End(text);
        return new(state.Jobs, state.Unmeant);
    }

    /// <summary>A comment, a string in single or double quotes, a word, or one other character.</summary>
    [GeneratedRegex(@"//[^\n]*|'(\\.|[^'\\\n])*'|""[^""\\\n]*""|[A-Za-z_][A-Za-z0-9_]*|[0-9]+|\s+|[{}()\[\],:;=!.]|->|[^\s]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    /// <summary>All that may stand in a string that is interpolated.</summary>
    [GeneratedRegex(@"^""([a-z0-9._/-]+:\$\{RUNTIME_VERSION\}|[A-Z]+=\$\{[a-z]+\.id\}|(--user root )?--network container:\$\{[a-z]+\.id\}( --env [A-Z_]+=[a-z]+)*)""$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Interpolated();

    private sealed class State
    {
        private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);
        private List<string> _images = [];
        private List<string> _services = [];
        private List<string> _values = [];
        private List<ReadCommand> _commands = [];
        private string _last = "";
        private string _before = "";
        private string _folder = ".";
        private int _depth;
        private bool _inEnvironment;
        private string? _job;

        public List<ReadJob> Jobs { get; } = [];

        public string? Unmeant { get; private set; }

        public void Take(Match token)
        {
            var text = token.Value;
            if (string.IsNullOrWhiteSpace(text))
            {
                return;
            }

            if (text.StartsWith("//", StringComparison.Ordinal))
            {
                // Groovy reads \u000a even in a comment.
                Unmeant = text.Contains('\\') ? "a comment has a backslash" : null;
                return;
            }

            switch (text[0])
            {
                case '\'' when text.Length > 1:
                    String(GroovyText.Unquote(text));
                    break;
                case '"' when Interpolated().IsMatch(text):
                    String(text[1..^1]);
                    break;
                case '{':
                    _depth++;
                    _inEnvironment |= _last == "environment";
                    break;
                case '}':
                    _depth--;
                    _inEnvironment = false;
                    break;
                case var first when char.IsAsciiLetter(first) || first == '_':
                    Word(text);
                    break;
                default:
                    Unmeant = "{}()[],:;=!.-".Contains(text[0]) || char.IsAsciiDigit(text[0]) ? null : $"'{text}' was not meant";
                    break;
            }

            if (char.IsAsciiLetter(text[0]) || text[0] is '_' or '}' or '=')
            {
                (_before, _last) = (_last, text);
            }
        }

        public void End(string text)
        {
            Finish();
            Unmeant ??= _depth != 0 ? "a bracket is not closed" : text.Contains("privileged", StringComparison.Ordinal) ? "the container would be privileged" : null;
        }

        private void Word(string word)
        {
            if (!Known.Contains(word) && !_inEnvironment && !ServiceCatalog.Names.Contains(word))
            {
                Unmeant = $"'{word}' was not meant";
            }
        }

        private void String(string value)
        {
            switch (_last)
            {
                case "stage":
                    Stage(value);
                    break;
                case "image":
                    _images.Add(value);
                    break;
                case "values":
                    _values.Add(value);
                    break;
                case "dir":
                    _folder = value;
                    break;
                case "sh":
                    _commands.Add(new(value, _folder));
                    _folder = ".";
                    break;
                case "=" when _inEnvironment && _job is not null:
                    _environment[_before] = value;
                    break;
                default:
                    break;
            }
        }

        private void Stage(string name)
        {
            if (name is "CI" or "in parallel" || (_job is not null && name == $"{_job} of one version"))
            {
                return;
            }

            Finish();
            _job = name;
        }

        private void Finish()
        {
            if (_job is not null)
            {
                // Services are named before the container that commands run in.
                var own = _images.Count > 0 ? _images[^1] : "";
                _services = [.. _images.SkipLast(1)];
                var images = _values.Count == 0 ? [own] : _values.Select(version => own.Replace("${RUNTIME_VERSION}", version, StringComparison.Ordinal)).ToList();
                Jobs.Add(new(_job, images, _services, _commands, new Dictionary<string, string>(_environment, StringComparer.Ordinal)));
            }

            (_images, _services, _values, _commands, _job) = ([], [], [], [], null);
            _environment.Clear();
        }
    }
}
