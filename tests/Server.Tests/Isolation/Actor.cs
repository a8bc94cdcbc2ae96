using AutoDevOps.Server.Data;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>Somebody who tries to reach rows.</summary>
/// <param name="Name">A column of the matrices.</param>
/// <param name="Callers">As whom the database is entered; several that must fare alike.</param>
/// <param name="Home">The organization whose member they are, as a letter; or null.</param>
/// <param name="User">The person, if it is one.</param>
/// <param name="Role">The database role.</param>
internal sealed record Actor(string Name, IReadOnlyList<Caller> Callers, char? Home, Guid? User = null, string Role = Actor.App)
{
    public const string App = "autodevops_app";

    /// <summary>A role without any grant, that may see the schemas: whoever else may sign in to the database's server.</summary>
    public const string OutsiderRole = "test_outsider";

    public const string Anonymous = "anonymous";
    public const string Stranger = "stranger";
    public const string Viewer = "viewer";
    public const string Member = "member";
    public const string Admin = "admin";
    public const string Owner = "owner";

    /// <summary>The owner, with a token for another organization.</summary>
    public const string Narrowed = "narrowed";

    /// <summary>A worker that holds the lease of a job of the organization.</summary>
    public const string Holder = "holder";

    /// <summary>A worker whose lease is gone: it is over, another worker has the job, or the same one has claimed it anew.</summary>
    public const string Lapsed = "lapsed";

    /// <summary>A process of the installation.</summary>
    public const string Node = "node";

    /// <summary>A person who looks after the installation, and is a member of nothing.</summary>
    public const string Operator = "operator";

    /// <summary>The role that owns the tables, whatever it says of the caller.</summary>
    public const string Migrator = "migrator";

    public const string Outsider = "outsider";
}
