using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

/// <summary>Which services tests need, by what the settings they run with say, and what takes the place of a server.</summary>
public sealed class TestServiceTests
{
    private const string Compose = "services:\n  db:\n    image: postgres:16\n";

    [Theory]
    [InlineData("test:\n  adapter: postgresql\n", "postgres DATABASE_URL")]
    [InlineData("default: &default\n  adapter: postgresql\n  host: <%= ENV.fetch('DB_HOST', 'localhost') %>\ntest:\n  primary:\n    <<: *default\n    password: <%= ENV[\"DB_PASSWORD\"] %>\n", "postgres DATABASE_URL DB_HOST DB_PASSWORD")]
    [InlineData("test:\n  adapter: postgresql\n  url: <%= ENV[\"TEST_DATABASE_URL\"] %>\n", "postgres TEST_DATABASE_URL")]
    [InlineData("test:\n  adapter: mysql2\n  host: <%= ENV[\"MYSQL_HOST\"] %>\n  database: <%= ENV[\"APP_MODE\"] %>\n", "mysql MYSQL_HOST")]
    [InlineData("production:\n  adapter: postgresql\ntest:\n  adapter: sqlite3\n", "")]
    [InlineData("production:\n  adapter: postgresql\n", "")]
    [InlineData("test:\n  # adapter: postgresql\n", "")]
    public void Rails_names_the_database_of_its_tests(string database, string services) =>
        Assert.Equal(services, Services(("Gemfile", "gem \"rails\"\ngem \"pg\"\ngem \"mysql2\"\n"), ("config/database.yml", database)));

    [Theory]
    [InlineData("config :app, App.Repo,\n  hostname: System.get_env(\"DB_HOST\", \"localhost\"),\n  pool: Ecto.Adapters.SQL.Sandbox\n", "postgres DB_HOST")]
    [InlineData("config :app, App.Repo,\n  pool: DBConnection.ConnectionPool\n", "")]
    public void Ectos_sandbox_needs_the_server_of_its_client(string settings, string services) =>
        Assert.Equal(services, Services(("mix.exs", "defp deps do\n[{:postgrex, \"~> 0.20\"}]\nend\n"), ("config/test.exs", settings)));

    [Theory]
    [InlineData("<env name=\"DB_CONNECTION\" value=\"pgsql\"/>", "postgres DB_HOST DB_PASSWORD DB_PORT")]
    [InlineData("<env name=\"DB_CONNECTION\" value=\"sqlite\"/>", "")]
    [InlineData("<!-- <env name=\"DB_CONNECTION\" value=\"mysql\"/> -->", "")]
    public void Laravels_tests_run_on_what_phpunit_is_told(string setting, string services) =>
        Assert.Equal(services, Services(("composer.json", "{\"require\":{\"laravel/framework\":\"^12\"}}"), ("phpunit.xml", $"<phpunit>\n{setting}\n</phpunit>\n"),
            ("config/database.php", "return ['connections' => [\n'pgsql' => [\n'url' => env('DB_URL'),\n'host' => env('DB_HOST', 'x'),\n'port' => env('DB_PORT', '5432'),\n'password' => env('DB_PASSWORD', ''),\n'charset' => env('DB_CHARSET', 'utf8'),\n],\n]];\n")));

    [Theory]
    [InlineData("DATABASES = {\"default\": {\"ENGINE\": \"django.db.backends.postgresql\", \"NAME\": \"app\",\n  \"HOST\": os.environ.get(\"DB_HOST\", \"localhost\")}}\n", "postgres DB_HOST")]
    [InlineData("DATABASES = {\"default\": dj_database_url.config(default=\"postgres://localhost/app\")}\n", "postgres DATABASE_URL")]
    [InlineData("DATABASES = {\"default\": {\"ENGINE\": \"django.db.backends.sqlite3\"}}\nif os.getenv(\"DB\"):\n  DATABASES = {\"default\": {\"ENGINE\": \"django.db.backends.postgresql\"}}\n", "")]
    [InlineData("DEBUG = True\n", "")]
    public void Django_settings_name_an_engine_or_several_and_then_none(string settings, string services) =>
        Assert.Equal(services, Services(("requirements.txt", "django==5.2\npsycopg==3.2\n"), ("manage.py", "os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"app.settings\")\n"), ("app/settings.py", settings)));

    [Fact]
    public void The_settings_that_pytest_names_come_before_those_of_the_application() =>
        Assert.Equal("", Services(("requirements.txt", "django==5.2\npsycopg==3.2\n"), ("manage.py", "os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"app.settings\")\n"), ("pytest.ini", "[pytest]\nDJANGO_SETTINGS_MODULE = app.test_settings\n"),
            ("app/settings.py", "DATABASES = {\"default\": {\"ENGINE\": \"django.db.backends.postgresql\"}}\n"), ("app/test_settings.py", "DATABASES = {\"default\": {\"ENGINE\": \"django.db.backends.sqlite3\"}}\n"), ("compose.yaml", Compose)));

    [Theory]
    [InlineData("jdbc:postgresql://localhost/app", "postgres")]
    [InlineData("jdbc:h2:mem:app", "")]
    [InlineData("jdbc:tc:postgresql:16:///app", "")]
    public void Springs_tests_run_on_the_address_among_their_resources(string address, string services) =>
        Assert.Equal(services, Services(("pom.xml", "<project><dependencies><dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId></dependency></dependencies></project>"),
            ("src/test/resources/application.properties", $"spring.datasource.url={address}\n"), ("src/main/java/A.java", "class A {}\n")));

    [Theory]
    [InlineData("{\"test\":{\"dialect\":\"postgres\"}}", "sequelize", "config/config.json", "postgres")]
    [InlineData("{\"test\":{\"dialect\":\"sqlite\"},\"production\":{\"dialect\":\"postgres\"}}", "sequelize", "config/config.json", "")]
    [InlineData("module.exports = {\n  test: {\n    client: 'pg',\n  },\n}\n", "knex", "knexfile.js", "postgres")]
    [InlineData("module.exports = {\n  production: {\n    client: 'pg',\n  },\n}\n", "knex", "knexfile.js", "")]
    public void The_test_section_of_a_query_builder_names_a_database(string text, string client, string path, string services) =>
        Assert.Equal(services, Services(("package.json", $"{{\"name\":\"a\",\"dependencies\":{{\"{client}\":\"1\",\"pg\":\"8\"}}}}"), ("package-lock.json", "{}"), (path, text)));

    [Theory]
    [InlineData("compose.yaml", "services:\n  db:\n    image: postgres:16\n", "postgres")]
    [InlineData("compose.yaml", "services:\n  db:\n    image: postgres:16\n  web:\n    build: .\n", "")]
    [InlineData("compose.yaml", "services:\n  db:\n    image: postgres:16\n  web:\n    image: ghcr.io/a/a\n    environment:\n      DATABASE_URL: postgres://db/a\n", "")]
    [InlineData("compose.yaml", "services:\n  db:\n    image: postgres:16\n    profiles: [test]\n  web:\n    build: .\n", "postgres")]
    [InlineData("docker-compose.test.yml", "services:\n  db:\n    image: postgres:16\n  web:\n    build: .\n", "postgres")]
    [InlineData("docker-compose.prod.yml", "services:\n  db:\n    image: postgres:16\n", "")]
    [InlineData("compose.yaml", "services:\n  db:\n    image: postgres\n    build: ./db\n", "")]
    public void A_compose_file_that_runs_the_application_does_not_say_what_its_tests_need(string path, string compose, string services) =>
        Assert.Equal(services, Services(("package.json", "{\"name\":\"a\",\"dependencies\":{\"pg\":\"8\"}}"), ("package-lock.json", "{}"), (path, compose)));

    [Theory]
    [InlineData("ioredis-mock", "")]
    [InlineData("@testcontainers/redis", "")]
    [InlineData("pg-mem", "redis")]
    public void What_stands_in_for_a_service_needs_none(string package, string services)
    {
        var model = Model(("package.json", $"{{\"name\":\"a\",\"dependencies\":{{\"ioredis\":\"5\"}},\"devDependencies\":{{\"{package}\":\"1\"}}}}"), ("package-lock.json", "{}"), ("compose.yaml", "services:\n  cache:\n    image: redis:7\n"));
        Assert.Equal(services, Line(model));
        Assert.Equal(services.Length == 0, model.NotInferred.Any(fact => fact.What == "services" && fact.Why.Contains($"tests have {package} in its place", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("steps:\n      - run: npm test\n", "")]
    [InlineData("services:\n      cache:\n        image: redis:7\n    steps:\n      - run: npm test\n", "redis")]
    [InlineData("steps:\n      - run: docker compose up -d\n      - run: npm test\n", "postgres")]
    [InlineData("steps:\n      - uses: supercharge/redis-github-action@v1\n      - run: npm test\n", "postgres; redis")]
    [InlineData("steps:\n      - uses: someone/setup-postgres@v1\n      - run: npm test\n", "postgres")]
    [InlineData("steps:\n      - run: npm run lint\n", "postgres")]
    public void Where_CI_runs_the_tests_nothing_else_says_what_they_need(string job, string services) =>
        Assert.Equal(services, Services(("package.json", "{\"name\":\"a\",\"dependencies\":{\"pg\":\"8\",\"ioredis\":\"5\"},\"scripts\":{\"test\":\"vitest\",\"lint\":\"eslint .\"}}"), ("package-lock.json", "{}"), ("compose.yaml", Compose),
            (".github/workflows/ci.yml", $"on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    {job}")));

    [Theory]
    [InlineData("pg", "postgres TEST_DATABASE_URL")]
    [InlineData("pg\":\"1\",\"mysql2", "")]
    [InlineData("pg\":\"1\",\"better-sqlite3", "")]
    public void An_address_that_names_no_database_is_about_the_only_one_with_a_client(string clients, string services) =>
        Assert.Equal(services, Services(("package.json", $"{{\"name\":\"a\",\"dependencies\":{{\"{clients}\":\"1\"}}}}"), ("package-lock.json", "{}"), ("test/db.test.js", "connect(process.env.TEST_DATABASE_URL)\n")));

    [Fact]
    public void A_package_that_is_a_client_is_tested_against_its_service() =>
        Assert.Equal("redis", Services(("package.json", "{\"name\":\"ioredis\"}"), ("package-lock.json", "{}"), ("compose.yaml", "x-redis: &redis\n  image: redis:7\nservices:\n  single:\n    <<: *redis\n")));

    [Theory]
    [InlineData("app-db", "    build: .\n", "")]
    [InlineData("localhost", "    build: .\n", "postgres DATABASE_URL")]
    [InlineData("other-db", "    build: .\n", "postgres DATABASE_URL")]
    [InlineData("app-db", "    image: caddy:2\n", "postgres DATABASE_URL")]
    public void An_example_that_names_the_database_beside_the_application_says_how_that_is_run(string host, string web, string services) =>
        Assert.Equal(services, Services(("package.json", "{\"name\":\"a\",\"dependencies\":{\"@prisma/client\":\"6\"}}"), ("package-lock.json", "{}"), ("prisma/schema.prisma", "datasource db {\n  provider = \"postgresql\"\n}\n"),
            (".env.example", $"DATABASE_URL=postgresql://u:p@{host}:5432/a?connect_timeout=300\n"), ("docker-compose.yml", $"services:\n  web:\n{web}  app-db:\n    image: postgres:16\n")));

    [Theory]
    [InlineData("..\\..\\src\\A\\A.csproj", "postgres")]
    [InlineData("../../src/B/B.csproj", "postgres")]
    [InlineData("../../src/C/C.csproj", "")]
    public void A_test_project_without_a_solution_needs_what_the_projects_that_it_references_are_clients_of(string reference, string services)
    {
        static string Project(string items) => $"<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup>{items}</ItemGroup></Project>";
        var model = Model(("src/A/A.csproj", Project("<PackageReference Include=\"Npgsql\" Version=\"9\" />")), ("src/B/B.csproj", Project("<ProjectReference Include=\"../A/A.csproj\" />")), ("src/C/C.csproj", Project("")), ("compose.yaml", Compose),
            ("tests/T/T.csproj", Project($"<PackageReference Include=\"xunit\" Version=\"2\" /><ProjectReference Include=\"{reference}\" />")));
        Assert.Equal(services, string.Join(' ', model.Components.Single(component => component.Path == "tests/T").Services.Select(service => service.Name)));
    }

    private static string Services(params (string Path, string Text)[] files) => Line(Model(files));

    private static string Line(RepositoryModel model) =>
        string.Join("; ", model.Components.SelectMany(component => component.Services).Select(service => string.Join(' ', service.Environment.Prepend(service.Name))).Distinct());

    private static RepositoryModel Model(params (string Path, string Text)[] files) => RepositoryModelBuilder.Build(RepositorySnapshot.FromText(files)).Model;
}
