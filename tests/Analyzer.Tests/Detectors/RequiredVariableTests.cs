using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Pipelines;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

/// <summary>Variables without which what the tests load does not start: set where they are a service's, else said; their values are never made up.</summary>
public sealed class RequiredVariableTests
{
    private static readonly (string, string)[] Django =
    [
        ("requirements.txt", "django==5.2\npsycopg==3.2\n"), ("manage.py", "os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings\")\n"),
        ("shop/tests.py", "from django.test import TestCase\n"),
    ];

    [Theory]
    [InlineData("SECRET_KEY = os.environ[\"SECRET_KEY\"]\n", "SECRET_KEY")]
    [InlineData("SECRET_KEY = os.environ.get(\"SECRET_KEY\")\n", "")]
    [InlineData("SECRET_KEY = os.environ.get(\"SECRET_KEY\", \"a\")\n", "")]
    [InlineData("SECRET_KEY = env(\"SECRET_KEY\")\nDEBUG = env.bool(\"DEBUG\", default=False)\n", "SECRET_KEY")]
    [InlineData("env = Env(SECRET_KEY=(str, \"x\"))\nSECRET_KEY = env(\"SECRET_KEY\")\n", "")]
    [InlineData("SECRET_KEY = config(\"SECRET_KEY\")\nX = config(\"X\", default=1)\n", "SECRET_KEY")]
    [InlineData("os.environ[\"SECRET_KEY\"] = \"a\"\n", "")]
    [InlineData("if PRODUCTION:\n    SECRET_KEY = os.environ[\"SECRET_KEY\"]\n", "")]
    [InlineData("MAIL = {\n    \"KEY\": os.environ[\"MAIL_KEY\"],\n}\n", "MAIL_KEY")]
    [InlineData("# SECRET_KEY = os.environ[\"SECRET_KEY\"]\n", "")]
    [InlineData("HOME = os.environ[\"HOME\"]\n", "")]
    public void Django_settings(string settings, string expected) => Assert.Equal(expected, Said([.. Django, ("shop/settings.py", settings)]));

    [Fact]
    public void What_the_tests_settings_take_over_is_loaded_with_them_and_production_s_are_not() =>
        Assert.Equal("A_KEY B_KEY", Said([.. Django, ("pytest.ini", "[pytest]\nDJANGO_SETTINGS_MODULE = shop.conf.test\n"), ("shop/conf/test.py", "from .base import *\nA = os.environ[\"A_KEY\"]\n"),
            ("shop/conf/base.py", "B = os.environ[\"B_KEY\"]\n"), ("shop/conf/prod.py", "C = os.environ[\"C_KEY\"]\n")]));

    [Fact]
    public void What_the_tests_set_themselves_is_not_missing() =>
        Assert.Equal("", Said([.. Django, ("shop/settings.py", "SECRET_KEY = os.environ[\"SECRET_KEY\"]\n"), ("conftest.py", "os.environ[\"SECRET_KEY\"] = \"x\"\n")]));

    [Theory]
    [InlineData("config/application.rb", "config.key = ENV.fetch(\"API_KEY\")\n", "API_KEY")]
    [InlineData("config/application.rb", "config.key = ENV.fetch(\"API_KEY\", nil)\n", "")]
    [InlineData("config/application.rb", "config.key = ENV.fetch(\"API_KEY\") { \"x\" }\n", "")]
    [InlineData("config/initializers/a.rb", "if Rails.env.production?\n  A = ENV.fetch('API_KEY')\nend\n", "")]
    [InlineData("config/environments/production.rb", "A = ENV.fetch('API_KEY')\n", "")]
    [InlineData("config/environments/test.rb", "Rails.application.configure do\n  config.a = ENV.fetch('API_KEY')\nend\n", "API_KEY")]
    public void Rails(string path, string text, string expected) =>
        Assert.Equal(expected, Said(("Gemfile", "gem \"rails\"\ngem \"minitest\"\n"), ("Gemfile.lock", "GEM\n"), ("bin/rails", "#!/usr/bin/env ruby\n"), ("test/a_test.rb", ""), (path == "config/application.rb" ? "config/routes.rb" : "config/application.rb", ""), (path, text)));

    [Theory]
    [InlineData("src/env.ts", "if (!process.env.API_KEY) throw new Error('x')\n", "API_KEY")]
    [InlineData("src/env.ts", "if (!process.env.API_KEY) {\n  throw new Error('x')\n}\n", "API_KEY")]
    [InlineData("src/env.ts", "invariant(process.env.API_KEY, 'x')\n", "API_KEY")]
    [InlineData("src/env.ts", "export const env = z.object({\n  API_KEY: z.string().min(1),\n  PORT: z.coerce.number().default(1),\n  B: z.string().optional(),\n}).parse(process.env)\n", "API_KEY")]
    [InlineData("src/env.ts", "const key = process.env.API_KEY!\n", "")]
    [InlineData("src/cart.ts", "if (!process.env.API_KEY) throw new Error('x')\n", "")]
    public void Node(string path, string text, string expected) =>
        Assert.Equal(expected, Said(("package.json", "{\"name\":\"a\",\"scripts\":{\"test\":\"vitest run\"},\"devDependencies\":{\"vitest\":\"3\"}}"), ("package-lock.json", "{}"), (path, text)));

    [Fact]
    public void What_reaches_a_service_is_set_and_not_said()
    {
        var snapshot = RepositorySnapshot.FromText([.. Django, ("docker-compose.yml", "services:\n  db:\n    image: postgres:16\n"),
            ("shop/settings.py", "SECRET_KEY = os.environ[\"SECRET_KEY\"]\nDATABASES = {\"default\": {\n    \"ENGINE\": \"django.db.backends.postgresql\",\n    \"OPTIONS\": {\"dsn\": os.environ[\"DATABASE_URL\"]},\n    \"X\": os.environ[\"PGHOST\"],\n    \"Y\": os.environ[\"DB_PASSWORD\"],\n}}\n")]);
        var (model, _) = RepositoryModelBuilder.Build(snapshot);
        var plan = BuildPlanner.Plan(snapshot, model, new());
        Assert.Equal(["DATABASE_URL=postgresql://autodevops:autodevops@localhost:5432/autodevops", "DB_PASSWORD=autodevops", "PGHOST=localhost"],
            plan.Jobs.Single(job => job.Services.Count > 0).Environment.Select(variable => $"{variable.Key}={variable.Value}"));
        Assert.Equal(["SECRET_KEY"], plan.RequiredSecrets);
        Assert.Equal("environment variable SECRET_KEY: shop/settings.py:1 insists on it, and the pipeline does not set it", string.Join('|', plan.NotInferred.Select(gap => $"{gap.What}: {gap.Why}")));
    }

    [Fact]
    public void Prisma_is_told_where_the_database_is()
    {
        var model = RepositoryModelBuilder.Build(RepositorySnapshot.FromText(
            ("package.json", "{\"name\":\"a\",\"scripts\":{\"test\":\"vitest run\"},\"dependencies\":{\"@prisma/client\":\"6\"}}"), ("package-lock.json", "{}"),
            ("docker-compose.yml", "services:\n  db:\n    image: postgres:16\n"), ("prisma/schema.prisma", "datasource db {\n  provider = \"postgresql\"\n  url      = env(\"DATABASE_URL\")\n}\n"))).Model;
        var service = Assert.Single(model.Components[0].Services);
        Assert.Equal("postgres DATABASE_URL", $"{service.Name} {string.Join(' ', service.Environment)}");
    }

    private static string Said(params (string Path, string Text)[] files) =>
        string.Join(' ', RepositoryModelBuilder.Build(RepositorySnapshot.FromText(files)).Model.NotInferred
            .Where(gap => gap.What.StartsWith("environment variable ", StringComparison.Ordinal)).Select(gap => gap.What.Split(' ')[^1]));
}
