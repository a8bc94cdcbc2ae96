using System.Reflection;
using AutoDevOps.Server.Tests.Support;
using Npgsql;

namespace AutoDevOps.Server.Tests.Conventions;

/// <summary>Outside of Data/, opening a connection does not compile; this holds the list that says so.</summary>
public sealed class BannedSymbolTests
{
    private static readonly string[] Banned =
        [.. SourceTree.Read("BannedSymbols.txt").Split('\n').Where(line => line.Length > 0).Select(line => line.Split(';')[0])];

    [Fact]
    public void Every_way_to_open_a_connection_is_banned()
    {
        string[] names = ["Open", "OpenAsync", "OpenConnection", "OpenConnectionAsync", "CreateConnection", "CreateCommand", "CreateBatch"];
        var methods =
            from type in (Type[])[typeof(NpgsqlConnection), typeof(NpgsqlDataSource)]
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            where names.Contains(method.Name)
            // What a connection makes needs an open connection; what a data source makes opens one.
            where type == typeof(NpgsqlDataSource) || method.Name.StartsWith("Open", StringComparison.Ordinal)
            select $"M:{type.FullName}.{method.Name}{Parameters(method)}";
        // A statement of Dapper's opens the connection that it is given.
        var constructors = typeof(NpgsqlConnection).GetConstructors().Select(constructor => $"M:{typeof(NpgsqlConnection).FullName}.#ctor{Parameters(constructor)}");
        List<string> opening = [.. methods, .. constructors];
        Assert.InRange(opening.Count, 7, 20);
        Assert.Empty(opening.Except(Banned, StringComparer.Ordinal));
    }

    [Fact]
    public void Clocks_sleeping_and_random_ids_are_banned() => Assert.Empty(((string[])[
        "P:System.DateTime.Now", "P:System.DateTime.UtcNow", "P:System.DateTimeOffset.Now", "P:System.DateTimeOffset.UtcNow", "M:System.Guid.NewGuid",
        "M:System.Threading.Thread.Sleep(System.Int32)", "M:System.Threading.Tasks.Task.Delay(System.Int32)",
    ]).Except(Banned, StringComparer.Ordinal));

    [Fact]
    public void The_ban_is_lifted_for_the_door_and_for_tests_only()
    {
        var sections = SourceTree.Read(".editorconfig").Split("\n[").Where(section => section.Contains("RS0030", StringComparison.Ordinal));
        Assert.Equal(["{src/AutoDevOps.Server/Data,tests,bench}/**.cs"], sections.Select(section => section[..section.IndexOf(']', StringComparison.Ordinal)]));
        Assert.DoesNotContain(SourceTree.ServerSources(), source => source.Text.Contains("RS0030", StringComparison.Ordinal));
    }

    private static string Parameters(MethodBase method) => method.GetParameters() is { Length: > 0 } parameters
        ? $"({string.Join(",", parameters.Select(parameter => parameter.ParameterType.FullName))})"
        : "";
}
