namespace AutoDevOps.Server.GitHub;

/// <summary>Asks GitHub who somebody is, and which organizations they are in.</summary>
internal static class GitHubPeople
{
    private const int MaxLogin = 100;
    private const int MaxName = 200;

    /// <summary>Whose token it is. An account is its number: logins change hands.</summary>
    /// <exception cref="GitHubException">It was not answered, or with something that cannot be an account.</exception>
    public static async Task<GitHubAccount> AccountAsync(GitHubClient client, GitHubToken token, CancellationToken cancellationToken)
    {
        var account = await client.GetAsync<GitHubAccount>(token, "user", cancellationToken);
        if (account is not { Id: > 0 } || !IsLogin(account.Login))
        {
            throw new GitHubException(GitHubFailure.Malformed, "GitHub did not say who signed in.");
        }

        var name = string.Concat((account.Name ?? "").Where(character => !char.IsControl(character))).Trim();
        return account with
        {
            Name = name.Length == 0 ? account.Login : name.Length <= MaxName ? name : name[..MaxName],
            AvatarUrl = Uri.TryCreate(account.AvatarUrl, UriKind.Absolute, out var avatar) && avatar.Scheme == Uri.UriSchemeHttps && avatar.AbsoluteUri.Length <= 2000
                ? avatar.AbsoluteUri
                : null,
        };
    }

    /// <summary>The organizations that whose token it is belongs to, as an owner (<c>admin</c>) or a member; not those they were only invited to.</summary>
    /// <exception cref="GitHubException">It was not answered.</exception>
    public static async Task<IReadOnlyList<GitHubMembership>> MembershipsAsync(GitHubClient client, GitHubToken token, CancellationToken cancellationToken)
    {
        List<GitHubMembership> memberships = [];
        await foreach (var said in client.ListAsync<Membership>(token, "user/memberships/orgs?state=active", null, cancellationToken))
        {
            // Others manage the bills, and see no code.
            if (said is { State: "active", Role: GitHubMembership.Admin or GitHubMembership.Member, Organization.Id: > 0 } && IsLogin(said.Organization.Login))
            {
                memberships.Add(new GitHubMembership(said.Organization.Id, said.Organization.Login, said.Role));
            }
        }

        return memberships;
    }

    private static bool IsLogin(string login) => login.Length is > 0 and <= MaxLogin && !login.Any(character => char.IsControl(character) || char.IsSurrogate(character));

    private sealed record Membership(string State, string Role, Organization Organization);

    private sealed record Organization(long Id, string Login);
}

/// <param name="Id">The identity.</param>
internal sealed record GitHubAccount(long Id, string Login, string? Name = null, string? AvatarUrl = null);

/// <param name="Id">Of the organization.</param>
/// <param name="Role"><see cref="Admin"/> or <see cref="Member"/>.</param>
internal sealed record GitHubMembership(long Id, string Login, string Role)
{
    public const string Admin = "admin";
    public const string Member = "member";
}
