using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

/// <summary>Where a repository is deployed to, and what only looks as if it were.</summary>
public sealed class DeployTargetTests
{
    [Theory]
    [InlineData("fly.toml", "app = \"shop\"", "fly.io")]
    [InlineData("web/vercel.json", "{}", "vercel (web)")]
    [InlineData("Procfile", "web: node server.js", "heroku")]
    [InlineData("app.json", """{"formation": {}}""", "heroku")]
    [InlineData("charts/shop/Chart.yaml", "apiVersion: v2\nname: shop", "helm (charts/shop)")]
    [InlineData("deploy/base/kustomization.yaml", "resources: []", "kustomize (deploy/base)")]
    [InlineData("k8s/shop.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}", "kubernetes (k8s)")]
    [InlineData("app.yaml", "runtime: python312", "google-app-engine")]
    [InlineData("template.yaml", "Transform: AWS::Serverless-2016-10-31", "aws-sam")]
    [InlineData("cdk.json", """{"app": "npx ts-node bin/app.ts"}""", "aws-cdk")]
    [InlineData("serverless.yml", "service: shop\nprovider: {name: aws}", "serverless-framework")]
    [InlineData("config/deploy.yml", "service: shop\nservers: [192.0.2.1]", "kamal")]
    [InlineData("wrangler.jsonc", "{}", "cloudflare-workers")]
    [InlineData("render.yaml", "services: []", "render")]
    public void The_file_that_a_platform_reads_names_it(string path, string text, string expected) =>
        Assert.Equal([expected], Names((path, text)));

    [Theory]
    [InlineData("app.json", """{"expo": {"name": "shop"}}""")]
    [InlineData("app.yaml", "apiVersion: v1\nkind: ConfigMap\nruntime: x")]
    [InlineData("template.yaml", "name: a template of something")]
    [InlineData("Procfile", "release: rake db:migrate")]
    [InlineData("charts/lib/Chart.yaml", "apiVersion: v2\nname: lib\ntype: library")]
    [InlineData("examples/app/fly.toml", "app = \"x\"")]
    [InlineData("tests/fixtures/vercel.json", "{}")]
    [InlineData("chart/templates/shop.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: {{ .Values.name }}}")]
    [InlineData("k8s/role.yaml", "apiVersion: v1\nkind: ConfigMap")]
    [InlineData("config/deploy.yml", "on: push")]
    [InlineData("package.json", """{"scripts": {"deploy": "echo"}}""")]
    public void What_only_looks_like_it_names_nothing(string path, string text) => Assert.Empty(Names((path, text)));

    [Theory]
    [InlineData("run: kubectl apply -f k8s", "kubernetes")]
    [InlineData("run: npx wrangler deploy --env production", "cloudflare-workers")]
    [InlineData("run: ./bin/flyctl deploy --remote-only", "fly.io")]
    [InlineData("run: bundle exec cap production deploy", "capistrano")]
    [InlineData("run: cd infra && terraform apply -auto-approve", "terraform")]
    [InlineData("uses: actions/deploy-pages@v4", "github-pages")]
    [InlineData("uses: google-github-actions/deploy-cloudrun@v2", "google-cloud-run")]
    public void What_existing_ci_deploys_with_names_it(string step, string expected)
    {
        var target = Assert.Single(Find((".github/workflows/deploy.yml", $"on: push\njobs:\n  deploy:\n    runs-on: ubuntu-24.04\n    steps:\n      - {step}\n")));
        Assert.Equal((expected, ".", 0.97, ".github/workflows/deploy.yml:6"), (target.Name, target.Path, target.Confidence, target.Evidence[0].ToString()));
    }

    [Theory]
    [InlineData("kubectl get pods")]
    [InlineData("echo fly deploy")]
    [InlineData("terraform plan")]
    [InlineData("helm lint chart")]
    public void What_ci_only_looks_at_is_not_deployed(string run) =>
        Assert.Empty(Find((".github/workflows/ci.yml", $"on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: {run}\n")));

    [Fact]
    public void Ci_and_the_configuration_it_deploys_are_one_target_with_both_as_evidence()
    {
        var target = Assert.Single(Find(
            ("service/fly.toml", "app = \"shop\""),
            (".github/workflows/deploy.yml", "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: flyctl deploy\n        working-directory: service\n")));
        Assert.Equal(("fly.io", "service", 0.97), (target.Name, target.Path, target.Confidence));
        Assert.Equal([".github/workflows/deploy.yml:6", "service/fly.toml"], target.Evidence.Select(evidence => evidence.ToString()));
    }

    [Fact]
    public void Overlays_and_parts_of_a_chart_belong_to_the_whole() => Assert.Equal(
        ["helm (chart)", "kustomize (deploy)"],
        Names(
            ("deploy/kustomization.yaml", "resources: []"), ("deploy/overlays/a/kustomization.yaml", "resources: []"), ("deploy/overlays/b/kustomization.yaml", "resources: []"),
            ("chart/Chart.yaml", "apiVersion: v2\nname: shop"), ("chart/charts/db/Chart.yaml", "apiVersion: v2\nname: db")));

    private static IReadOnlyList<DeployTarget> Find(params (string, string)[] files) => RepositoryModelBuilder.Build(RepositorySnapshot.FromText(files)).Model.DeployTargets;

    private static IEnumerable<string> Names(params (string, string)[] files) => Find(files).Select(target => target.Path == "." ? target.Name : $"{target.Name} ({target.Path})");
}
