using Npgsql;

namespace AutoDevOps.Server.Data;

/// <summary>Pools of connections for the program's own work. A role that row-level security does not bind gets none: with it
/// everything would seem to work, and every tenant would see every other.</summary>
public static class AppDataSource
{
    /// <param name="connectionString">As the role <c>autodevops_app</c>, or another that the policies bind.</param>
    public static NpgsqlDataSource Create(string connectionString)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        builder.UsePhysicalConnectionInitializer(Check, CheckAsync);
        return builder.Build();
    }

    private static void Check(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(Sql.UnboundRole, connection);
        Refuse(command.ExecuteScalar());
    }

    private static async Task CheckAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Sql.UnboundRole, connection);
        Refuse(await command.ExecuteScalarAsync());
    }

    private static void Refuse(object? role)
    {
        if (role is string name)
        {
            throw new UnboundRoleException(name);
        }
    }

    private static class Sql
    {
        public const string UnboundRole = "SELECT rolname::text FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)";
    }
}

/// <summary>The database was given with a role that row-level security does not bind.</summary>
public sealed class UnboundRoleException(string role) : Exception(
    $"The database role '{role}' bypasses row-level security, which is what keeps organizations apart. Connect as autodevops_app (Username=autodevops_app).");
