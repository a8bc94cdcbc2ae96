namespace AutoDevOps.Analyzer.Detectors.Node;

/// <summary>The frameworks that a package is built with, by its dependencies.</summary>
internal static class NodeFrameworks
{
    private static readonly (string Dependency, string Name)[] Known =
    [
        ("@angular/core", "angular"), ("astro", "astro"), ("electron", "electron"), ("expo", "expo"), ("express", "express"),
        ("fastify", "fastify"), ("gatsby", "gatsby"), ("hono", "hono"), ("koa", "koa"), ("@nestjs/core", "nest"), ("next", "next"),
        ("nuxt", "nuxt"), ("preact", "preact"), ("react", "react"), ("react-native", "react-native"), ("@remix-run/react", "remix"),
        ("solid-js", "solid"), ("svelte", "svelte"), ("@sveltejs/kit", "sveltekit"), ("vite", "vite"), ("vue", "vue"),
    ];

    // A library that is tested against a server framework is not built with it.
    private static readonly string[] Servers = ["express", "fastify", "hono", "koa", "nest"];

    private static readonly string[] Chores =
    [
        "vitepress", "vuepress", "@docusaurus/core", "docsify", "docsify-cli", "honkit", "gitbook-cli", "typedoc", "markdownlint-cli", "markdownlint-cli2",
        "markdownlint", "prettier", "husky", "lint-staged", "@commitlint/cli", "@commitlint/config-conventional", "semantic-release", "all-contributors-cli",
        "cspell", "react", "react-dom", "vue", "mermaid", "markdown-link-check", "doctoc", "commitizen", "cz-conventional-changelog", "standard-version",
    ];

    public static IReadOnlyList<string> Of(NodePackage package)
    {
        var dependencies = package.Dependencies.ToHashSet(StringComparer.Ordinal);
        return [.. Known.Where(entry => Servers.Contains(entry.Name) ? package.Root.At("dependencies", entry.Dependency) is not null : dependencies.Contains(entry.Dependency)).Select(entry => entry.Name)];
    }

    /// <summary>Whether the package only serves the documentation or the chores of a repository: nothing to test, and no dependency
    /// beyond tools for documents and commits.</summary>
    public static bool IsForDocumentation(NodePackage package)
    {
        var dependencies = package.Dependencies.ToList();
        var tests = package.Scripts.Any(script => script.Key.Text is { } name && name.StartsWith("test", StringComparison.Ordinal)
            && !script.Body.Contains("no test specified", StringComparison.Ordinal));
        return !tests && dependencies.TrueForAll(name => Chores.Contains(name) || name.StartsWith("@docusaurus/", StringComparison.Ordinal)
            || name.StartsWith("@semantic-release/", StringComparison.Ordinal) || name.StartsWith("@commitlint/", StringComparison.Ordinal)
            || name.Contains("vitepress", StringComparison.Ordinal) || name.Contains("vuepress", StringComparison.Ordinal));
    }
}
