using AutoDevOps.Server.Data;
using Dapper;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Security;

/// <summary>The person of an installation on one machine, and the links that sign them in.</summary>
internal sealed class SignInLinks(Db db, IOptions<SessionOptions> options)
{
    // Nothing that a request could ask for: the database refuses both to everybody else.
    private static Caller ThisProcess => Caller.Node(Guid.CreateVersion7());

    /// <summary>The local person, made together with an organization of their own the first time.</summary>
    public async Task<CurrentUser> EnsureLocalUserAsync(string login, CancellationToken cancellationToken)
    {
        var id = await db.InTransactionAsync(
            ThisProcess,
            connection => connection.ExecuteScalarAsync<Guid>(
                Sql.EnsureLocalUser, new { user = Guid.CreateVersion7(), organization = Guid.CreateVersion7(), login }),
            cancellationToken);
        return new CurrentUser(id, login, IsOperator: true);
    }

    /// <summary>Makes a link's token. It works once, for <see cref="SessionOptions.LinkLifetime"/>.</summary>
    public async Task<string> CreateAsync(Guid user, CancellationToken cancellationToken)
    {
        var token = RandomToken.Create();
        await db.InTransactionAsync(
            ThisProcess,
            connection => connection.ExecuteAsync(Sql.CreateLink, new { hash = RandomToken.Hash(token), user, lifetime = options.Value.LinkLifetime }),
            cancellationToken);
        return token;
    }

    /// <summary>Whether the link would work now; using it is another matter.</summary>
    public Task<bool> IsLiveAsync(string token, CancellationToken cancellationToken) =>
        db.InTransactionAsync(
            Caller.Anonymous,
            connection => connection.ExecuteScalarAsync<bool>(Sql.IsLive, new { hash = RandomToken.Hash(token) }),
            cancellationToken);

    private static class Sql
    {
        public const string EnsureLocalUser = "SELECT app.ensure_local_user(@user::uuid, @organization::uuid, @login)";

        public const string CreateLink = "SELECT app.create_sign_in_link(@hash::bytea, @user::uuid, @lifetime::interval)";

        public const string IsLive = "SELECT app.sign_in_link_is_live(@hash::bytea)";
    }
}
