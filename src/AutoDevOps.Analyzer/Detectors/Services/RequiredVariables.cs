using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.Services;

/// <summary>Finds variables that what tests load insists on: it reads them without a default, and does not start without them.</summary>
/// <remarks>
/// Only what is read whenever the file is loaded: not inside of a function or under a condition. Django: the settings of the tests and what these
/// take over. Rails: <c>config</c>, without the environments of others. Ecto and Phoenix: <c>config/config.exs</c> and <c>config/test.exs</c>. Spring:
/// placeholders in the resources. Node: files named after the environment or the configuration, which check it. What the tests' own set-up names is
/// left out: it sets it.
/// </remarks>
internal static partial class RequiredVariables
{
    private const int MaxBytes = 200_000;
    private const int MaxPerComponent = 20;

    /// <summary>Set on every machine.</summary>
    private static readonly string[] Usual = ["HOME", "PATH", "USER", "PWD", "SHELL", "TMPDIR", "LANG", "CI", "NODE_ENV", "RAILS_ENV", "RACK_ENV", "MIX_ENV", "PORT"];

    private static readonly string[] SetUpNames =
        ["conftest.py", "pytest.ini", "tox.ini", "noxfile.py", "setup.cfg", "pyproject.toml", "manage.py", "Makefile", "justfile", "phpunit.xml", "phpunit.xml.dist", ".env", ".env.test", ".env.testing", ".env.ci", "test_helper.rb", "spec_helper.rb", "rails_helper.rb", "test_helper.exs",
         "vitest.config.ts", "vitest.config.js", "vitest.config.mts", "vite.config.ts", "vite.config.js", "jest.config.js", "jest.config.ts", "jest.setup.js", "jest.setup.ts", "vitest.setup.ts", "package.json"];

    /// <summary>The components with what they insist on: the variables of their services among what is set, the others said.</summary>
    public static List<Component> Attach(DetectionContext context, List<Component> components)
    {
        var byFolder = components.GroupBy(component => (component.Path, component.Ecosystem)).ToDictionary(group => group.Key, group => group.First());
        var found = Read(context.Snapshot)
            .Select(read => (Owner: RepositoryPath.Upwards(read.Folder).Select(folder => byFolder.GetValueOrDefault((RepositoryPath.ToModel(folder), read.Ecosystem))).FirstOrDefault(owner => owner is not null), read.Name, read.Place))
            .Where(read => read.Owner is not null && !Usual.Contains(read.Name))
            .DistinctBy(read => (read.Owner, read.Name))
            .ToLookup(read => read.Owner!);
        return [.. components.Select(component => found.Contains(component) ? Attach(context, component, found[component].Select(read => (read.Name, read.Place))) : component)];
    }

    private static Component Attach(DetectionContext context, Component component, IEnumerable<(string Name, Evidence Place)> found)
    {
        var setUp = context.Snapshot.Under(RepositoryPath.FromModel(component.Path)).Where(file => file.Size < MaxBytes && SetUpNames.Contains(file.Name)).Take(100).ToList();
        var missing = new List<string>();
        foreach (var (name, place) in found.Where(read => !component.Services.Any(service => service.Environment.Contains(read.Name)) && !setUp.Exists(file => Names(file.Text, read.Name))).Take(MaxPerComponent))
        {
            if (Reaches(component, name) is { } service)
            {
                component = component with { Services = [.. component.Services.Select(other => other == service ? Told(service, name, place) : other)] };
            }
            else if (component.Command(CommandKind.Test) is not null)
            {
                missing.Add(name);
                context.Abstain(component.Path, $"environment variable {name}", $"{place} insists on it, and the pipeline does not set it");
            }
        }

        return component with { RequiredVariables = missing };
    }

    private static Service Told(Service service, string name, Evidence place) => service with
    {
        Environment = [.. service.Environment.Append(name).Order(StringComparer.Ordinal)],
        Evidence = [.. service.Evidence.Append(place).DistinctBy(evidence => (evidence.Path, evidence.Line))],
    };

    /// <summary>The service that a variable is about: by its name, or, of names for any database, where there is one.</summary>
    private static Service? Reaches(Component component, string name)
    {
        var databases = component.Services.Where(service => service.Name is "postgres" or "mysql" or "mariadb").ToList();
        var isOfAny = EnvironmentFiles.IsOfAnyDatabase(name) || name.StartsWith("DB_", StringComparison.Ordinal) || name.StartsWith("DATABASE_", StringComparison.Ordinal);
        return isOfAny ? databases.Count == 1 && IsAddress(name) ? databases[0] : null
            : KnownService.OfVariable(name) is { } known && IsAddress(name) ? component.Services.FirstOrDefault(service => service.Name == known.Name) : null;
    }

    /// <summary>Whether a name ends in what addresses are made of; <c>REDIS_TTL</c> is about something else.</summary>
    private static bool IsAddress(string name) =>
        name.StartsWith("PG", StringComparison.Ordinal)
        || name.Split('_')[^1] is "URL" or "URI" or "DSN" or "HOST" or "HOSTNAME" or "SERVER" or "PORT" or "USER" or "USERNAME" or "PASSWORD" or "PASS" or "DB" or "DATABASE" or "NAME";

    private static bool Names(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + name.Length, StringComparison.Ordinal))
        {
            if ((at == 0 || !IsOfName(text[at - 1])) && (at + name.Length == text.Length || !IsOfName(text[at + name.Length])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOfName(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';

    private static IEnumerable<(string Ecosystem, string Folder, string Name, Evidence Place)> Read(RepositorySnapshot snapshot)
    {
        var django = DjangoSettings.LoadedByTests(snapshot).ToHashSet();
        foreach (var file in snapshot.Files.Where(file => file.Size < MaxBytes && !RepositoryPath.IsSample(file.Directory)))
        {
            (string[] Ecosystems, Regex? Pattern) read = file switch
            {
                { Extension: ".py" } when django.Contains(file) => ([Ecosystems.Python], InPython()),
                { Extension: ".rb" } when IsOfRails(file) => ([Ecosystems.Ruby], InRuby()),
                { Name: "config.exs" or "test.exs" } when IsConfiguration(file.Directory) => ([Ecosystems.Elixir], InElixir()),
                { Extension: ".yml" or ".yaml" or ".properties" } when IsOfSpring(snapshot, file) => ([Ecosystems.Java, Ecosystems.Kotlin], InSpring()),
                { Extension: ".ts" or ".js" or ".mjs" or ".mts" } when NodeName().IsMatch(file.Name) => ([Ecosystems.Node], InNode()),
                _ => ([], null),
            };
            foreach (var (name, line) in read.Pattern is null ? [] : Insisted(file, read.Pattern))
            {
                foreach (var ecosystem in read.Ecosystems)
                {
                    yield return (ecosystem, file.Directory, name, new Evidence(file.Path, line, name));
                }
            }
        }
    }

    private static IEnumerable<(string Name, int Line)> Insisted(SnapshotFile file, Regex pattern)
    {
        var isNode = file.Extension is ".ts" or ".js" or ".mjs" or ".mts";
        if (isNode)
        {
            // A check may go over two lines; what stands in functions is called when the module is, or why would it check.
            var text = file.Text;
            var isSchema = text.Contains("process.env", StringComparison.Ordinal) && text.Contains("z.object(", StringComparison.Ordinal);
            foreach (var match in pattern.Matches(text).Concat(isSchema ? InSchema().Matches(text).Where(line => !Optional().IsMatch(line.Value)) : []))
            {
                yield return (match.Groups["name"].Value, 1 + text.AsSpan(0, match.Groups["name"].Index).Count('\n'));
            }

            yield break;
        }

        foreach (var (number, text) in Unconditional(file))
        {
            foreach (var match in pattern.Matches(text).Where(match => !DeclaresDefault(file.Text, match.Groups["name"].Value)))
            {
                yield return (match.Groups["name"].Value, number);
            }
        }
    }

    /// <summary>django-environ takes defaults where it is made: <c>Env(NAME=(str, "x"))</c>.</summary>
    private static bool DeclaresDefault(string text, string name) => text.Contains(name + "=(", StringComparison.Ordinal);

    /// <summary>The lines that run whenever the file is loaded: none that stands, by its indentation, in a function or under a condition.</summary>
    private static IEnumerable<(int Number, string Text)> Unconditional(SnapshotFile file)
    {
        var around = new Stack<(int Indentation, bool IsSkipped)>();
        foreach (var (number, text) in file.Lines())
        {
            var trimmed = text.TrimStart();
            if (trimmed.Length == 0 || trimmed[0] == '#')
            {
                continue;
            }

            var indentation = text.Length - trimmed.Length;
            while (around.TryPeek(out var outer) && outer.Indentation >= indentation)
            {
                around.Pop();
            }

            var isSkipped = around.TryPeek(out var parent) && parent.IsSkipped;
            var opens = Opens().IsMatch(trimmed);
            if (!isSkipped && !opens)
            {
                yield return (number, text);
            }

            around.Push((indentation, isSkipped || opens));
        }
    }

    private static bool IsConfiguration(string directory) => directory == "config" || directory.EndsWith("/config", StringComparison.Ordinal);

    private static bool IsOfRails(SnapshotFile file) =>
        (IsConfiguration(file.Directory) && file.Name is "application.rb" or "environment.rb" or "boot.rb")
        || file.Directory.EndsWith("config/initializers", StringComparison.Ordinal)
        || (file.Directory.EndsWith("config/environments", StringComparison.Ordinal) && file.Name == "test.rb");

    /// <summary>Of two files of one name, that of the tests hides the other.</summary>
    private static bool IsOfSpring(RepositorySnapshot snapshot, SnapshotFile file)
    {
        var name = Path.GetFileNameWithoutExtension(file.Name);
        return file.Directory.EndsWith("src/test/resources", StringComparison.Ordinal) ? name is "application" or "application-test"
            : file.Directory.EndsWith("src/main/resources", StringComparison.Ordinal) && name == "application"
                && snapshot.Find($"{file.Directory[..^"main/resources".Length]}test/resources/{file.Name}") is null;
    }

    [GeneratedRegex(@"^(def|class|if|elif|else|try|except|finally|for|while|with|async|unless|when|case|rescue|elsif|lambda|on_load)\b|->\s*(\([^)]*\))?\s*(\{|do)\s*$|\bto_prepare do|\b(if|unless) ", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Opens();

    [GeneratedRegex(@"(^|\.)(env|environment|config|configuration|settings)\.(ts|js|mjs|mts)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex NodeName();

    [GeneratedRegex("""(os\.environ\[['"](?<name>[A-Z][A-Z0-9_]{1,99})['"]\](\s*$|\s*[^\s=]|\s*==)|(^|[\s=\[({,:])(env|config)(\.(str|int|bool|url|list|db|db_url|cache|json|float|path))?\(['"](?<name>[A-Z][A-Z0-9_]{1,99})['"]\))""",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex InPython();

    [GeneratedRegex("""ENV\.fetch\(['"](?<name>[A-Z][A-Z0-9_]{1,99})['"]\)\s*($|[^\s{d]|d[^o])""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex InRuby();

    [GeneratedRegex("""System\.fetch_env!\("(?<name>[A-Z][A-Z0-9_]{1,99})"\)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex InElixir();

    [GeneratedRegex(@"\$\{(?<name>[A-Z][A-Z0-9_]{1,99})\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex InSpring();

    [GeneratedRegex(@"(\bif\s*\(\s*!process\.env\.(?<name>[A-Z][A-Z0-9_]{1,99})\s*\)\s*\{?\s*throw\b|\b(assert|invariant|assert\.ok)\(\s*process\.env\.(?<name>[A-Z][A-Z0-9_]{1,99})\s*[,)])", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex InNode();

    [GeneratedRegex(@"^\s+(?<name>[A-Z][A-Z0-9_]{1,99}): z\.[^\n]{1,300}$", RegexOptions.Multiline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex InSchema();

    [GeneratedRegex(@"\.(optional|default|nullish|catch)\(|\.\w+\(\s*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Optional();
}
