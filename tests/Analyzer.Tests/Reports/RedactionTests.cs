using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Pipelines;
using AutoDevOps.Analyzer.Rules.Secrets;
using AutoDevOps.Analyzer.Tests.Rules;

namespace AutoDevOps.Analyzer.Tests.Reports;

/// <summary>Plants secrets wherever a report might quote a repository: none may be in any output.</summary>
public sealed class RedactionTests
{
    private static readonly string[] Secrets =
    [
        FakeSecrets.Fill("@@GITHUB:ghp_@@"), FakeSecrets.Fill("@@GITHUB_PAT@@"), FakeSecrets.Fill("@@GITHUB:npm_@@"), FakeSecrets.Fill("@@SLACK@@"), FakeSecrets.Fill("@@STRIPE:sk_@@"),
        FakeSecrets.Fill("@@GOOGLE@@"), FakeSecrets.Fill("@@AWS_ID@@"),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Secrets.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void No_output_of_any_format_holds_a_planted_secret(int number)
    {
        var secret = Secrets[number];
        var snapshot = Plant(secret);
        var result = RepositoryAnalyzer.Analyze(snapshot, new() { Strict = true }, cancellationToken: TestContext.Current.CancellationToken);
        var (model, diagnostics) = RepositoryModelBuilder.Build(snapshot);

        Assert.True(result.Findings.Count > 15, "The planted files must give a rule reason to quote them.");
        Assert.True(model.Components.Count >= 3 && model.Components.Sum(component => component.Commands.Count) >= 5, "and a detector.");
        var outputs = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["json"] = ReportCases.Json(result),
            ["sarif"] = ReportCases.Sarif(result),
            ["markdown"] = ReportCases.Markdown(result),
            ["github"] = ReportCases.Annotations(result),
            ["model"] = ReportCases.Model(snapshot),
            ["diagnostics"] = string.Join('\n', result.Diagnostics.Concat(diagnostics.Select(diagnostic => diagnostic with { Message = SecretRedactor.Redact(diagnostic.Message) }))),
        };
        foreach (var target in PipelineTargets.All)
        {
            var pipeline = PipelineGenerator.Generate(snapshot, model, target.Platform, new());
            outputs[target.Platform] = string.Join('\n', pipeline.Files.Select(file => file.Text).Concat(pipeline.Checks.Select(check => check.Detail)).Concat(pipeline.NotInferred.Select(gap => gap.Why)));
        }

        foreach (var (name, text) in outputs)
        {
            Assert.False(text.Contains(secret, StringComparison.Ordinal), $"{name}: …{Around(text, secret)}…");

            // Nor so much of it that the rest can be guessed.
            Assert.False(text.Contains(secret[..(secret.Length / 2)], StringComparison.Ordinal), $"{name} holds half of it.");
        }
    }

    [Theory]
    [InlineData("git+https://someone:hunter2!@host/x", "git+https://some…@host/x")]
    [InlineData("see https://host/path@x", "see https://host/path@x")]
    [InlineData("https://user@host", "https://u…@host")]
    [InlineData("a PRIVATE KEY-----\\nMIIE", "a PRIVATE KEY-----\\…")]
    [InlineData("plain text", "plain text")]
    [InlineData("token: getAccessTokenSilentlyFromTheCache", "token: getAccessTokenSilentlyFromTheCache")]
    [InlineData("SECRET_KEY=insecure-key-for-the-tests-only npm test", "SECRET_KEY=insecure-key-for-the-tests-only npm test")]
    public void What_is_taken_out_is_the_secret_and_nothing_else(string text, string redacted) => Assert.Equal(redacted, SecretRedactor.Redact(text));

    private static RepositorySnapshot Plant(string secret) => RepositorySnapshot.FromText(
        (".github/workflows/ci.yml", $"""
            on: [push, {secret}]
            {secret}: 1
            env:
              TOKEN: {secret}
            jobs:
              test:
                needs: {secret}
                runs-on: ubuntu-latest
                steps:
                  - uses: https://x:{secret}@github.com/a/b
                  - uses: a/{secret}@v1
                  - uses: actions/setup-node@v4
                    with: {"{"} node-version: "{secret}" {"}"}
                  - run: npm test -- --token {secret}
                  - run: TOKEN={secret} npm run lint
                  - run: echo ${"{{"} {secret} {"}}"}
                    {secret}: x
            """),
        (".github/workflows/broken.yml", $"on: push\njobs: *{secret}\n"),
        ("Dockerfile", $"FROM registry.example/{secret}\nFROM debian\nARG API_TOKEN={secret}\nENV PASSWORD {secret}\nCMD x\n"),
        ("package.json", $"{{\n\"name\": \"x\",\n\"packageManager\": \"npm@{secret}\",\n\"scripts\": {{\n\"test\": \"TOKEN={secret} vitest run\",\n\"lint\": \"eslint . --token {secret}\"\n}},\n\"dependencies\": {{\n\"a\": \"git+https://x:{secret}@github.com/a/b\", \"b\": \"http://{secret}.example/x\"\n}}, \"devDependencies\": {{\"vitest\": \"1\"}}\n}}"),
        ("broken.json", $"{{\"{secret}\" {secret}"),
        ("requirements.txt", $"git+https://{secret}@github.com/a/b\n--index-url http://x:{secret}@pypi.example/simple\npytest\n"),
        ("setup.py", "x"), ("tests/test_a.py", ""), ("a.py", ""),
        ("Makefile", $"lint-{secret}:\n\truff\ntypecheck: ; TOKEN={secret} mypy .\n"),
        ("go/go.mod", $"module x\n\ngo 1.25 // {secret}\n\nrequire github.com/lib/pq v1 // {secret}\n"), ("go/a_test.go", "package x\n"), ("go/a.go", "package x\n"),
        ("compose.yaml", $"services:\n  db:\n    image: postgres:16 # {secret}\n    privileged: true\n  {secret}:\n    privileged: true\n    environment:\n      DATABASE_URL: postgres://u:{secret}@db/x\n      POSTGRES_TOKEN: {secret}\n"),
        (".env.example", $"REDIS_URL=redis://:{secret}@x\n"),
        ("secret.txt", $"aws = {secret}\nkey = wJalrXUtnFEMI7K7MDENGbPxRfiCY3qZ9vT4hQ2s\n{secret}\n"),
        (".nvmrc", secret + "\n"));

    private static string Around(string text, string secret)
    {
        var at = text.IndexOf(secret, StringComparison.Ordinal);
        return at < 0 ? "" : text[Math.Max(0, at - 80)..at];
    }
}
