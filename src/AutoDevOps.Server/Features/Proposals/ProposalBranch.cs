using System.Security.Cryptography;
using System.Text;
using AutoDevOps.Server.GitHub;

namespace AutoDevOps.Server.Features.Proposals;

/// <summary>The branches that pull requests of ours come from: the same thing proposed again is the same branch.</summary>
internal static class ProposalBranch
{
    private const string Root = "autodevops";

    /// <summary>One for each platform.</summary>
    public static string OfPipeline(string platform) => $"{Root}/pipeline-{Name(platform)}";

    /// <summary>One for each rule and file. A path may be longer than a branch, and have what no branch may.</summary>
    public static string OfFix(string ruleName, string path) => $"{Root}/fix-{Name(ruleName)}-{Hash(path)}";

    private static string Name(string name) => GitHubMarkdown.Plain(name) is { Length: <= 60 } plain && !plain.Contains('/') && !plain.Contains('.') ? plain : Hash(name);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 5));
}
