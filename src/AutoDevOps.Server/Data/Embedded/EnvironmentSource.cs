namespace AutoDevOps.Server.Data.Embedded;

/// <summary>The folder that <c>AUTODEVOPS_PG_BIN</c> names.</summary>
internal sealed class EnvironmentSource : IPostgresSource
{
    private const string Variable = "AUTODEVOPS_PG_BIN";

    public string Describe => $"the folder that {Variable} names";

    public async Task<PostgresPrograms?> FindAsync(PostgresSearch search, int? major, CancellationToken cancellationToken)
    {
        var folder = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(folder))
        {
            search.Obstacle = "it is not set";
            return null;
        }

        var programs = await PostgresPrograms.InAsync(folder, search.Account, cancellationToken)
            ?? throw new EmbeddedPostgresException(
                $"{Variable} is '{folder}', where the account '{search.Account.Describe}' finds no postgres and initdb of version {PostgresPrograms.OldestMajor} or newer that it may run.");
        return major is null || programs.Major == major
            ? programs
            : throw new EmbeddedPostgresException($"{Variable} is '{folder}', which is PostgreSQL {programs.Version}; the data is of PostgreSQL {major}.");
    }
}
