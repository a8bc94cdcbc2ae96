using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.Services;

/// <summary>A place that says that tests use a database inside their own process.</summary>
internal sealed record InProcessDatabase(string Folder, IReadOnlyList<string> Clients, Evidence Evidence);

/// <summary>Reads the settings in which a framework names the database of its tests: of its test environment only, since what an application
/// runs on otherwise says nothing about them.</summary>
/// <remarks>Rails: the section <c>test</c> of <c>config/database.yml</c>. Ecto: <c>config/test.exs</c> with the sandbox pool, which needs a real
/// server. Laravel: <c>DB_CONNECTION</c> of <c>phpunit.xml</c> or <c>.env.testing</c>. Spring: the address in <c>src/test/resources</c>. Sequelize:
/// the section <c>test</c> of <c>config/config.json</c>. Knex: that of <c>knexfile.js</c>. What names SQLite or H2 says that no server is needed. A variable is taken over
/// only if the setting that reads it (<c>host</c>, <c>port</c> …) is what its name ends in: else it would be told something wrong.</remarks>
internal static partial class TestSettings
{
    private const int MaxBytes = 200_000;

    private static readonly string[] Rails = ["rails", "activerecord", "pg", "mysql2", "trilogy", "sqlite3"];
    private static readonly string[] Ecto = ["postgrex", "myxql", "tds"];
    private static readonly string[] Laravel = ["laravel/framework", "laravel/lumen-framework", "illuminate/database"];

    public static void Read(RepositorySnapshot snapshot, List<ServiceMention> mentions, List<ServiceVariable> variables, List<InProcessDatabase> inProcess)
    {
        var into = new Found(mentions, variables, inProcess);
        foreach (var file in snapshot.Files.Where(file => file.Size < MaxBytes && !RepositoryPath.IsSample(file.Directory)))
        {
            var above = file.Directory == "config" ? "" : file.Directory.EndsWith("/config", StringComparison.Ordinal) ? file.Directory[..^"/config".Length] : null;
            switch (file.Name)
            {
                case "database.yml" when above is not null:
                    ReadRails(file, above, into);
                    break;
                case "test.exs" when above is not null:
                    ReadEcto(file, above, into);
                    break;
                case "config.json" when above is not null:
                    ReadSequelize(file, above, into);
                    break;
                case "knexfile.js" or "knexfile.cjs" or "knexfile.mjs" or "knexfile.ts" when Knex().Match(file.Text) is { Success: true } match:
                    into.Say(match.Groups["name"].Value, file.Directory, ["knex"], Cite.At(file, 1 + file.Text.AsSpan(0, match.Groups["name"].Index).Count('\n')));
                    break;
                case "phpunit.xml" or "phpunit.xml.dist" or "phpunit.dist.xml" or ".env.testing":
                    ReadLaravel(snapshot, file, into);
                    break;
                case var name when name.StartsWith("application", StringComparison.Ordinal) && file.Directory.EndsWith("src/test/resources", StringComparison.Ordinal):
                    ReadSpring(file, into);
                    break;
            }
        }

        DjangoSettings.Read(snapshot, into);
    }

    private static void ReadRails(SnapshotFile file, string folder, Found into)
    {
        // As text, because templates stand in it that are no YAML. The sections that `test` may take over from are read as well.
        List<(int Number, string Text)> lines = [.. file.Lines()];
        var at = lines.FindIndex(line => line.Text.StartsWith("test:", StringComparison.Ordinal));
        List<(int Number, string Text)> test = at < 0 ? [] : [.. lines.Skip(at + 1).TakeWhile(line => line.Text.Length == 0 || line.Text[0] is ' ' or '\t' or '#' or '<')];
        var shared = lines.Take(Math.Max(at, 0)).Where(_ => test.Exists(line => line.Text.Contains("<<:", StringComparison.Ordinal)))
            .SkipWhile(line => !Anchored().IsMatch(line.Text)).Skip(1).TakeWhile(line => line.Text.Length == 0 || line.Text[0] is ' ' or '\t' or '#' or '<').ToList();
        List<(int Number, string Text)> said = [.. test.Concat(shared).Where(line => !line.Text.TrimStart().StartsWith('#'))];
        var adapters = said.Select(line => (line.Number, Name: Adapter().Match(line.Text).Groups["name"].Value)).Where(line => line.Name.Length > 0).ToList();
        if (adapters.Count == 0 || adapters.Exists(adapter => adapter.Name != adapters[0].Name))
        {
            return;
        }

        var service = into.Say(adapters[0].Name, folder, Rails, Cite.At(file, adapters[0].Number));
        if (service is null)
        {
            return;
        }

        into.Read(file, said, service, folder);
        if (service.Name == "postgres" && !into.HasVariable(service, file.Path, "_URL"))
        {
            // Rails itself puts it above the file ("Configuring a Database", Rails guides); of MySQL its scheme depends on the adapter.
            into.Add(service, "DATABASE_URL", folder, Cite.At(file, adapters[0].Number));
        }
    }

    private static void ReadEcto(SnapshotFile file, string folder, Found into)
    {
        List<(int Number, string Text)> lines = [.. file.Lines().Where(line => !line.Text.TrimStart().StartsWith('#'))];
        var sandbox = lines.Find(line => line.Text.Contains("Ecto.Adapters.SQL.Sandbox", StringComparison.Ordinal));
        if (sandbox.Text is null)
        {
            return;
        }

        foreach (var (client, name) in new[] { ("postgrex", "postgres"), ("myxql", "mysql"), ("tds", "mssql") })
        {
            if (into.Say(name, folder, [client], Cite.At(file, sandbox.Number)) is { } service)
            {
                into.Read(file, lines, service, folder);
            }
        }
    }

    private static void ReadLaravel(RepositorySnapshot snapshot, SnapshotFile file, Found into)
    {
        var text = Comment().Replace(file.Text, comment => new string('\n', comment.Value.Count(character => character == '\n')));
        foreach (Match match in Connection().Matches(text))
        {
            var place = new Evidence(file.Path, 1 + text.AsSpan(0, match.Index).Count('\n'), null);
            if (into.Say(match.Groups["name"].Value, file.Directory, Laravel, place) is not { } service
                || snapshot.Find(RepositoryPath.File(file.Directory, "config/database.php")) is not { } configuration)
            {
                continue;
            }

            var block = PhpArrays.Entries(configuration, $"'{match.Groups["name"].Value}' => [");
            into.Read(configuration, [.. block.Where(line => !line.Text.Contains("_URL", StringComparison.Ordinal))], service, file.Directory);
        }
    }

    private static void ReadSpring(SnapshotFile file, Found into)
    {
        var folder = file.Directory[..^"src/test/resources".Length].TrimEnd('/');
        foreach (var (number, text) in file.Lines())
        {
            if (Jdbc().Match(text) is { Success: true } match && !text.TrimStart().StartsWith('#'))
            {
                var name = match.Groups["name"].Value;
                into.Say(name, folder, IsInProcess(name) ? [] : [.. KnownService.All.Where(known => known.Schemes.Contains(name)).SelectMany(known => known.Drivers)], Cite.At(file, number));
            }
        }
    }

    private static void ReadSequelize(SnapshotFile file, string folder, Found into)
    {
        if (file.Json().Root?["test"]?["dialect"] is { Text: { } dialect } node)
        {
            into.Say(dialect, folder, ["sequelize"], Cite.At(file, node.Line));
        }
    }

    // "tc" is Testcontainers' own.
    private static bool IsInProcess(string engine) => engine.StartsWith("sqlite", StringComparison.Ordinal) || engine is "h2" or "hsqldb" or "derby" or "tc";

    [GeneratedRegex(@"^[A-Za-z_]+:\s*&", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Anchored();

    [GeneratedRegex(@"^\s+adapter:\s*[""']?(?<name>[a-z0-9]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Adapter();

    [GeneratedRegex("""(^|\W)test['"]?\s*:\s*\{[^{}]{0,300}client['"]?\s*:\s*['"](?<name>[a-z0-9]+)['"]""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Knex();

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Comment();

    [GeneratedRegex(@"(^DB_CONNECTION=|<(env|server) +name=""DB_CONNECTION"" +value="")(?<name>[a-z0-9_]+)", RegexOptions.Multiline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Connection();

    [GeneratedRegex("jdbc:(?<name>[a-z0-9]+):", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Jdbc();

    /// <summary>What settings said.</summary>
    internal sealed partial class Found(List<ServiceMention> mentions, List<ServiceVariable> variables, List<InProcessDatabase> inProcess)
    {
        /// <summary>Takes the name of an engine; the service, or null for one inside the process or unknown.</summary>
        public KnownService? Say(string engine, string folder, IReadOnlyList<string> clients, Evidence place)
        {
            var name = engine switch
            {
                "postgres" or "postgresql" or "pgsql" or "pg" or "postgis" => "postgres",
                "mysql" or "mysql2" or "trilogy" => "mysql",
                "mariadb" => "mariadb",
                "mssql" or "sqlsrv" or "sqlserver" => "mssql",
                _ => null,
            };
            if (IsInProcess(engine))
            {
                inProcess.Add(new(folder, clients, place));
            }

            if (KnownService.All.FirstOrDefault(known => known.Name == name) is not { } service)
            {
                return null;
            }

            mentions.Add(new(service, null, "settings", folder, place) { Clients = clients });
            return service;
        }

        /// <summary>The variables that settings read for what they are named after.</summary>
        public void Read(SnapshotFile file, IEnumerable<(int Number, string Text)> lines, KnownService service, string folder)
        {
            foreach (var (number, text) in lines)
            {
                if (Setting().Match(text) is { Success: true } match && Fits(match.Groups["key"].Value, match.Groups["name"].Value, service))
                {
                    Add(service, match.Groups["name"].Value, folder, Cite.At(file, number));
                }
            }
        }

        public void Add(KnownService service, string name, string folder, Evidence place) => variables.Add(new(service, name, folder, place with { Excerpt = name }) { IsOfSettings = true });

        public bool HasVariable(KnownService service, string path, string end) =>
            variables.Exists(variable => variable.Service == service && variable.Evidence.Path == path && variable.Name.EndsWith(end, StringComparison.Ordinal));

        private static bool Fits(string key, string name, KnownService service)
        {
            var end = name.Split('_')[^1];
            return key.ToUpperInvariant() switch
            {
                "HOST" or "HOSTNAME" => end is "HOST" or "HOSTNAME" or "SERVER" or "PGHOST",
                "PORT" => end is "PORT" or "PGPORT",
                "USER" or "USERNAME" => end is "USER" or "USERNAME" or "PGUSER",
                "PASSWORD" => end is "PASSWORD" or "PASS" or "PGPASSWORD",
                "NAME" or "DATABASE" or "DBNAME" => end is "DB" or "DATABASE" or "NAME" or "PGDATABASE",
                "URL" => end is "URL" or "URI" && name.Contains('_') && service.Name == "postgres",
                _ => false,
            };
        }

        [GeneratedRegex("""^\s*['":]?(?<key>[A-Za-z]+)['"]?\s*(:|=>|=)\s*.*?(ENV\[['"]|ENV\.fetch\(['"]|System\.(get_env|fetch_env!)\(['"]|os\.environ\[['"]|os\.environ\.get\(['"]|os\.getenv\(['"]|\b(env|config|getenv)(\.[a-z]+)?\(['"])(?<name>[A-Z][A-Z0-9_]{1,99})""",
            RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
        private static partial Regex Setting();
    }
}
