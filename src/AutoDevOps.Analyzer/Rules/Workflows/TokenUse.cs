using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>What a workflow does with the job's token.</summary>
internal static partial class TokenUse
{
    /// <summary>Actions that fetch, set up, cache and keep artifacts, and write nothing to the repository.</summary>
    private static readonly string[] Reading =
    [
        "actions/checkout", "actions/setup-node", "actions/setup-python", "actions/setup-go", "actions/setup-java", "actions/setup-dotnet", "actions/cache",
        "actions/upload-artifact", "actions/download-artifact", "astral-sh/setup-uv", "denoland/setup-deno", "dtolnay/rust-toolchain", "erlef/setup-beam",
        "golangci/golangci-lint-action", "gradle/actions", "oven-sh/setup-bun", "pnpm/action-setup", "ruby/setup-ruby", "shivammathur/setup-php",
        "subosito/flutter-action", "swatinem/rust-cache", "docker/setup-buildx-action", "docker/setup-qemu-action", "arduino/setup-protoc", "arduino/setup-task",
    ];

    /// <summary>Whether all that is done with it, as far as the file says, is to read.</summary>
    public static bool OnlyReads(Workflow workflow) =>
        !Tokens().IsMatch(workflow.File.Text)
        && workflow.Jobs.All(job => job.Uses is null)
        && workflow.Steps.All(step => step.Action is { } action ? action.Kind == ActionKind.Remote && Reading.Contains(action.Name) : step.Run?.Text is not { } run || !Writing().IsMatch(run));

    [GeneratedRegex(@"github_token|github\.token|secrets\.", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Tokens();

    [GeneratedRegex(@"\bgit\b.*\b(push|tag)\b|\bgh\b|release|publish|deploy", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Writing();
}
