using AutoDevOps.Analyzer.Detectors.Ci;

namespace AutoDevOps.Analyzer.Detectors.Deploy;

/// <summary>The commands and actions that deploy. What only packs or publishes a package is none of them.</summary>
internal static class DeployCommands
{
    private static readonly (string[] Words, string Target)[] Shell =
    [
        (["kubectl", "apply"], "kubernetes"), (["kubectl", "rollout"], "kubernetes"), (["kubectl", "set", "image"], "kubernetes"),
        (["helm", "upgrade"], "helm"), (["helm", "install"], "helm"),
        (["fly", "deploy"], "fly.io"), (["flyctl", "deploy"], "fly.io"),
        (["gcloud", "run", "deploy"], "google-cloud-run"), (["gcloud", "app", "deploy"], "google-app-engine"), (["gcloud", "functions", "deploy"], "google-cloud-functions"),
        (["aws", "ecs", "update-service"], "aws-ecs"), (["aws", "lambda", "update-function-code"], "aws-lambda"), (["eb", "deploy"], "aws-elastic-beanstalk"),
        (["sam", "deploy"], "aws-sam"), (["cdk", "deploy"], "aws-cdk"), (["copilot", "deploy"], "aws-copilot"),
        (["az", "webapp", "deploy"], "azure-app-service"), (["az", "containerapp", "up"], "azure-container-apps"), (["azd", "deploy"], "azure-developer-cli"), (["azd", "up"], "azure-developer-cli"),
        (["firebase", "deploy"], "firebase"), (["netlify", "deploy"], "netlify"), (["vercel", "deploy"], "vercel"), (["vercel", "--prod"], "vercel"),
        (["wrangler", "deploy"], "cloudflare-workers"), (["wrangler", "publish"], "cloudflare-workers"), (["wrangler", "pages", "deploy"], "cloudflare-pages"),
        (["serverless", "deploy"], "serverless-framework"), (["sls", "deploy"], "serverless-framework"), (["pulumi", "up"], "pulumi"), (["skaffold", "run"], "skaffold"),
        (["kamal", "deploy"], "kamal"), (["cap", "production", "deploy"], "capistrano"), (["railway", "up"], "railway"), (["ansible-playbook"], "ansible"),
        (["terraform", "apply"], "terraform"), (["tofu", "apply"], "terraform"),
    ];

    private static readonly Dictionary<string, string> Actions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["actions/deploy-pages"] = "github-pages",
        ["peaceiris/actions-gh-pages"] = "github-pages",
        ["JamesIves/github-pages-deploy-action"] = "github-pages",
        ["azure/webapps-deploy"] = "azure-app-service",
        ["azure/functions-action"] = "azure-functions",
        ["azure/static-web-apps-deploy"] = "azure-static-web-apps",
        ["azure/container-apps-deploy-action"] = "azure-container-apps",
        ["azure/k8s-deploy"] = "kubernetes",
        ["google-github-actions/deploy-cloudrun"] = "google-cloud-run",
        ["google-github-actions/deploy-appengine"] = "google-app-engine",
        ["google-github-actions/deploy-cloud-functions"] = "google-cloud-functions",
        ["aws-actions/amazon-ecs-deploy-task-definition"] = "aws-ecs",
        ["aws-actions/aws-lambda-deploy"] = "aws-lambda",
        ["einaregilsson/beanstalk-deploy"] = "aws-elastic-beanstalk",
        ["FirebaseExtended/action-hosting-deploy"] = "firebase",
        ["cloudflare/pages-action"] = "cloudflare-pages",
        ["cloudflare/wrangler-action"] = "cloudflare-workers",
        ["amondnet/vercel-action"] = "vercel",
        ["nwtgck/actions-netlify"] = "netlify",
        ["akhileshns/heroku-deploy"] = "heroku",
        ["digitalocean/app_action"] = "digitalocean-app-platform",
        ["pulumi/actions"] = "pulumi",
    };

    /// <param name="name">As <c>owner/repository</c>, without its version.</param>
    public static string? OfAction(string name) => Actions.GetValueOrDefault(name);

    /// <summary>What a line of shell deploys to; a program may be called through <c>npx</c> and its like, or by its path.</summary>
    public static string? OfShell(string line) => ShellLine.Parse(line).Select(command => OfWords(command.Words)).FirstOrDefault(target => target is not null);

    private static string? OfWords(string[] words)
    {
        words = words is ["npx" or "bunx" or "pnpx", ..] or ["sudo", ..] ? words[1..]
            : words is ["pnpm" or "yarn", "exec" or "dlx", ..] or ["bundle", "exec", ..] or ["uv" or "poetry", "run", ..] ? words[2..]
            : words;
        return Array.Find(Shell, known => words.Length >= known.Words.Length && known.Words.Zip(words).All(pair => pair.First == pair.Second[(pair.Second.LastIndexOf('/') + 1)..])).Target;
    }
}
