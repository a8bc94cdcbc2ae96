using AutoDevOps.Analyzer.Detectors.Ci;

namespace AutoDevOps.Analyzer.Detectors.Node;

/// <summary>Which programs a package can call, as far as manifests and the lock file say.</summary>
/// <remarks>A dependency may bring programs of its own dependencies, so that without a lock file only packages whose dependencies are all known
/// not to can be told that a program is missing.</remarks>
internal sealed class NodePrograms(NodeMentions mentions, NodePackage package, NodePackage root, string? lockFile)
{
    /// <summary>Programs with the packages that bring them, where the names differ. What the images of hosted runners have by themselves (tsc,
    /// gulp, grunt, lerna, webpack, parcel) is left out.</summary>
    private static readonly Dictionary<string, string[]> Known = new(StringComparer.Ordinal)
    {
        ["attw"] = ["@arethetypeswrong/cli"],
        ["babel"] = ["@babel/cli", "babel-cli"],
        ["biome"] = ["@biomejs/biome"],
        ["commitlint"] = ["@commitlint/cli"],
        ["jest"] = ["jest", "jest-cli"],
        ["karma"] = ["karma", "karma-cli"],
        ["markdownlint"] = ["markdownlint-cli"],
        ["ng"] = ["@angular/cli"],
        ["npm-run-all"] = ["npm-run-all", "npm-run-all2"],
        ["nuxt"] = ["nuxt", "nuxt3", "nuxi", "@nuxt/cli"],
        ["playwright"] = ["@playwright/test", "playwright"],
        ["remark"] = ["remark-cli"],
        ["run-p"] = ["npm-run-all", "npm-run-all2"],
        ["run-s"] = ["npm-run-all", "npm-run-all2"],
        ["vue-cli-service"] = ["@vue/cli-service"],
        ["wdio"] = ["@wdio/cli"],
        ["wtr"] = ["@web/test-runner"],
    };

    private static readonly HashSet<string> OfTheirName = new(StringComparer.Ordinal)
    {
        "astro", "ava", "c8", "concurrently", "cross-env", "cspell", "cypress", "esbuild", "eslint", "htmlhint", "jasmine", "jshint", "knip", "markdownlint-cli2", "mocha", "next", "nx", "nyc", "oxlint", "prettier",
        "publint", "react-scripts", "rimraf", "rollup", "semistandard", "standard", "stylelint", "svelte-check", "tap", "tape", "ts-node", "ts-standard", "tsd", "tslint", "tsup", "tsx", "turbo", "uvu", "vite", "vitest",
        "vue-tsc", "xo",
    };

    /// <summary>In the name of a package: it may bring tools.</summary>
    private static readonly string[] Bringing = ["lint", "config", "preset", "script", "cli", "kit", "tool", "dev", "standard", "xo", "gts", "aegir", "test", "build", "run", "create", "framework"];

    /// <summary>The first program in a body that nothing brings; null: none, or nothing that is sure.</summary>
    public string? Missing(string body) =>
        body.Contains("install", StringComparison.Ordinal) || body.Contains("npm i ", StringComparison.Ordinal) || body.Contains("||", StringComparison.Ordinal)
            ? null
            : ShellLine.Parse(body).SelectMany(command => Called(command.Words)).FirstOrDefault(IsMissing);

    private static IEnumerable<string> Called(string[] words) =>
        words is ["cross-env", ..] ? [words[0], .. words.Skip(1).SkipWhile(word => word.Contains('=')).Take(1)] : words.Take(1);

    private bool IsMissing(string program)
    {
        var packages = Known.GetValueOrDefault(program) ?? (OfTheirName.Contains(program) ? [program] : []);
        if (packages.Length == 0 || package.Scripts.Any(script => script.Key.Text is "preinstall" or "postinstall" or "prepare" && script.Body.Contains("install", StringComparison.Ordinal)))
        {
            return false;
        }

        // A member finds what is installed for the root and, after hoisting, for other members. A lock file that is not read says nothing.
        if (packages.Any(name => package.Dependencies.Contains(name) || mentions.InManifests(name) || (lockFile is not null && mentions.InLockFile(lockFile, name) != false)))
        {
            return false;
        }

        return lockFile is not null || !package.Dependencies.Concat(root.Dependencies).Any(name => MayBring(name, program));
    }

    private static bool MayBring(string dependency, string program) =>
        (dependency.StartsWith('@') && !dependency.StartsWith("@types/", StringComparison.Ordinal))
        || dependency.Contains(program, StringComparison.Ordinal)
        || Array.Exists(Bringing, word => dependency.Contains(word, StringComparison.Ordinal));
}
