namespace AutoDevOps.Server.GitHub;

/// <summary>What a request is made with.</summary>
/// <param name="Identity">Whose limits it counts against, and who may see what was answered, such as <c>user:…</c> or <c>installation:…</c>. No secret.</param>
/// <param name="Value">The secret itself.</param>
public sealed record GitHubToken(string Identity, string Value)
{
    /// <inheritdoc/>
    public override string ToString() => $"token of {Identity}";
}
