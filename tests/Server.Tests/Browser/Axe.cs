using System.Text.Json;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace AutoDevOps.Server.Tests.Browser;

/// <summary>Looks for what makes a page inaccessible, with axe-core: https://github.com/dequelabs/axe-core</summary>
/// <remarks>Of the package, the script alone: its own runner looks for frames and opens a page for each run, which takes twice as long.</remarks>
internal static class Axe
{
    private const string Run = """
        async () => (await axe.run(document, { resultTypes: ['violations'], preload: false })).violations
            .map(violation => `${violation.id}: ${violation.help}: ${violation.nodes.slice(0, 3).map(node => node.html).join(' | ')}`)
        """;

    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    /// <summary>Each rule that is broken, with the first elements that break it.</summary>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page)
    {
        if (!await page.EvaluateAsync<bool>("typeof axe === 'object'"))
        {
            await page.EvaluateAsync(Script);
        }

        return (await page.EvaluateAsync<JsonElement>(Run)).Deserialize<string[]>()!;
    }
}
