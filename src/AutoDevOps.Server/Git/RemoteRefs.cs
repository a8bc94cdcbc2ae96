namespace AutoDevOps.Server.Git;

/// <summary>A branch or tag of a server.</summary>
/// <param name="Name">Such as <c>refs/heads/main</c>, or <c>HEAD</c>.</param>
/// <param name="Peeled">What an annotated tag leads to.</param>
internal sealed record RemoteRef(string Name, ObjectId Id, ObjectId? Peeled)
{
    /// <summary>The commit, as far as the server says.</summary>
    public ObjectId Target => Peeled ?? Id;
}

/// <summary>What a server says of itself before anything is fetched.</summary>
/// <param name="Address">Where it is, after redirects.</param>
/// <param name="Version">Of the protocol: 0 or 2.</param>
/// <param name="Capabilities">What it can do.</param>
/// <param name="Refs">Those that were asked for; with version 0 all.</param>
/// <param name="Head">The full name of the branch that HEAD stands for; null when the server does not say.</param>
internal sealed record RemoteRefs(Uri Address, int Version, IReadOnlyList<string> Capabilities, IReadOnlyList<RemoteRef> Refs, string? Head)
{
    private const string Heads = "refs/heads/";

    /// <summary>The name of the default branch, if it is one that git would take.</summary>
    public string? DefaultBranch => Head?.StartsWith(Heads, StringComparison.Ordinal) == true && IsBranchName(Head[Heads.Length..]) ? Head[Heads.Length..] : null;

    public bool Can(string capability) => Capabilities.Contains(capability);

    /// <summary>What to fetch for a branch, tag, full name of a ref, or full id of a commit; null: for the default branch.</summary>
    /// <exception cref="GitException">There is no such thing, or nothing at all.</exception>
    public RemoteRef Find(string? reference)
    {
        if (reference is null)
        {
            return Refs.FirstOrDefault(candidate => candidate.Name == "HEAD")
                ?? throw new GitException(GitFailure.Empty, DefaultBranch);
        }

        foreach (var name in Names(reference))
        {
            if (Refs.FirstOrDefault(candidate => candidate.Name == name) is { } found)
            {
                return found;
            }
        }

        return ObjectId.TryParse(reference, out var id) ? new RemoteRef(reference, id, null) : throw new GitException(GitFailure.RefNotFound);
    }

    /// <summary>The full names that a reference may stand for, the likeliest first.</summary>
    public static IEnumerable<string> Names(string reference) =>
        reference.StartsWith("refs/", StringComparison.Ordinal) ? [reference] : [Heads + reference, "refs/tags/" + reference];

    // The rules of git-check-ref-format, as far as they matter to whoever shows or writes the name.
    private static bool IsBranchName(string name) =>
        name.Length is > 0 and <= 200 && !name.StartsWith('-')
        && !name.Contains("..", StringComparison.Ordinal) && !name.Any(letter => char.IsControl(letter) || " ~^:?*[\\\uFFFD".Contains(letter, StringComparison.Ordinal));
}
