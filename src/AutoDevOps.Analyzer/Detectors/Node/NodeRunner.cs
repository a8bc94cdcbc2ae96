namespace AutoDevOps.Analyzer.Detectors.Node;

/// <summary>How one package manager says things.</summary>
internal sealed class NodeRunner(string manager)
{
    /// <summary>Runs a script of <c>package.json</c>. Bun's <c>bun test</c> is a runner of its own, so scripts go through <c>bun run</c>.</summary>
    public string Script(string name) => manager switch
    {
        "npm" => name == "test" ? "npm test" : $"npm run {name}",
        "pnpm" => name == "test" ? "pnpm test" : $"pnpm run {name}",
        "bun" => $"bun run {name}",
        _ => name == "test" ? "yarn test" : $"yarn run {name}",
    };

    /// <summary>Whether a script <c>prex</c> runs before <c>x</c>, and <c>postx</c> after it.</summary>
    public bool RunsHooks => manager == "npm";

    /// <summary>Runs the executable of a dependency.</summary>
    public string Tool(string command) => manager switch
    {
        "npm" => $"npx --no-install {command}",
        "pnpm" => $"pnpm exec {command}",
        "bun" => $"bun x --no-install {command}",
        _ => $"yarn run {command}",
    };

    /// <summary>Installs; in the form that fails when the lock file is stale, if there is one. Without one, that form itself fails.</summary>
    public string Install(bool locked) => (manager, locked) switch
    {
        ("npm", true) => "npm ci",
        ("npm", false) => "npm install",
        ("pnpm", true) => "pnpm install --frozen-lockfile",
        ("pnpm", false) => "pnpm install --no-frozen-lockfile",
        ("bun", true) => "bun install --frozen-lockfile",
        ("bun", false) => "bun install",
        ("yarn-berry", true) => "yarn install --immutable",
        ("yarn-berry", false) => "yarn install --no-immutable",
        (_, true) => "yarn install --frozen-lockfile",
        (_, false) => "yarn install",
    };

    /// <summary>Whether an install that CI writes is as strict as ours would be.</summary>
    public bool IsStrict(string[] words) => manager switch
    {
        "npm" => words is ["npm", "ci", ..],
        "yarn-berry" => words.Contains("--immutable"),
        _ => words.Contains("--frozen-lockfile"),
    };
}
