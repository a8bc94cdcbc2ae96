namespace AutoDevOps.Server.Git;

/// <summary>Why a repository cannot be fetched or read.</summary>
internal enum GitFailure
{
    /// <summary>The name of the host does not resolve.</summary>
    NameNotFound,

    /// <summary>Nothing answers at the address.</summary>
    Unreachable,

    /// <summary>The name resolves to addresses that must not be reached from here.</summary>
    ForbiddenNetwork,

    /// <summary>The server cannot prove who it is; the detail says what is wrong with its certificate.</summary>
    Certificate,

    /// <summary>No encrypted connection comes about, for another reason than the certificate.</summary>
    Tls,

    /// <summary>It is not there, or only for people who sign in.</summary>
    NotFound,

    /// <summary>It leads elsewhere, to where nothing may follow; the detail says why.</summary>
    Redirect,

    /// <summary>The server has a problem, or had too many requests.</summary>
    ServerError,

    /// <summary>What answers does not speak git.</summary>
    NotGit,

    /// <summary>It has no commit.</summary>
    Empty,

    /// <summary>It has no such branch, tag or commit.</summary>
    RefNotFound,

    /// <summary>It asks for something that is not spoken here; the detail says what.</summary>
    Unsupported,

    /// <summary>It has more than is taken from one repository.</summary>
    TooLarge,

    /// <summary>The server fell silent.</summary>
    TimedOut,

    /// <summary>The connection broke off.</summary>
    Interrupted,

    /// <summary>What was sent or kept is not what git makes; the detail says what, for the log.</summary>
    Damaged,

    /// <summary>It cannot be kept on this machine: no room, or no right to write.</summary>
    Storage,
}

/// <summary>A repository cannot be fetched or read.</summary>
/// <param name="detail">What is known beyond the failure.</param>
internal sealed class GitException(GitFailure failure, string? detail = null, Exception? inner = null)
    : Exception(detail ?? failure.ToString(), inner)
{
    public GitFailure Failure => failure;

    public string? Detail => detail;

    public static GitException Damaged(string detail, Exception? inner = null) => new(GitFailure.Damaged, detail, inner);
}
