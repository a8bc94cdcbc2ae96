using AutoDevOps.Server.Data;

namespace AutoDevOps.Server.Security;

/// <summary>Who is asking. A handler with such a parameter is reached by signed-in people only.</summary>
/// <param name="IsOperator">May see how the installation itself is doing; says nothing about any tenant's rows.</param>
public sealed record CurrentUser(Guid Id, string Login, bool IsOperator)
{
    /// <summary>Set when an API token speaks: the one organization it was made in.</summary>
    public Guid? OrganizationId { get; init; }

    /// <summary>Set when an API token speaks.</summary>
    public Guid? TokenId { get; init; }

    /// <summary>Set when a browser speaks: the session its cookie names.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>What an API token may do; a session may do everything its person may.</summary>
    public bool MayWrite { get; init; } = true;

    /// <summary>Enters the database as this person.</summary>
    public Caller Caller => Caller.User(Id, OrganizationId);

    /// <summary>Fills a handler's parameter. Null is for pages that also greet strangers: everything else is behind sign-in.</summary>
    public static ValueTask<CurrentUser?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<CurrentUser>());
}
