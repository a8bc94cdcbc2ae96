namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Images that only their developer starts: how large they are, and as whom they run, is nobody's concern.</summary>
internal static class DevelopmentImage
{
    /// <summary><c>Dockerfile.dev</c>, <c>dev.Dockerfile</c>, <c>.devcontainer/Dockerfile</c>.</summary>
    public static bool Is(SnapshotFile file) =>
        file.Path.Contains(".devcontainer", StringComparison.Ordinal) || file.Path.Contains(".codesandbox", StringComparison.Ordinal) || file.Path.Contains(".gitpod", StringComparison.Ordinal)
        || file.Name.Split('.', '-', '_').Any(part => part.ToLowerInvariant() is "dev" or "development" or "debug" or "test" or "ci" or "build" or "builder" or "docs");
}
