using System.Reflection;
using System.Text.RegularExpressions;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDevOps.Server.Tests.Conventions;

/// <summary>Registers are lists that a person can read; these tests find what somebody forgot to list.</summary>
public sealed partial class RegisterTests
{
    private static readonly Type[] Types = [.. typeof(Db).Assembly.GetTypes().Where(type => !type.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute)))];

    private static readonly ServiceCollection Handlers = Registered();

    [Fact]
    public void Every_handler_is_in_JobHandlers()
    {
        var handlers = Types.Where(type => !type.IsAbstract && Implements(type, typeof(IJobHandler<>))).ToList();
        Assert.InRange(handlers.Count, 2, 200);
        Assert.Equal([], handlers.Where(handler => Handlers.All(service => service.ServiceType != handler)).Select(handler => handler.Name));
    }

    [Fact]
    public void Every_kind_of_job_has_one_name_one_handler_and_a_queue_that_exists()
    {
        var kinds = Handlers.Select(service => service.ImplementationInstance).OfType<JobKind>().ToList();
        Assert.All(kinds.CountBy(kind => kind.Name), count => Assert.Equal(1, count.Value));
        Assert.Empty(kinds.Where(kind => !QueueNames.All.Contains(kind.Queue)).Select(kind => kind.Name));
        var declared = Types.Where(type => !type.IsAbstract && typeof(IJobArgs).IsAssignableFrom(type))
            .Select(type => (string)type.GetProperty(nameof(IJobArgs.Kind), BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!);
        Assert.Equal(declared.Order(StringComparer.Ordinal), kinds.Select(kind => kind.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_queue_has_the_seeds_numbers()
    {
        var (analysis, sync, generation) = (new AnalysisQueueOptions(), new SyncQueueOptions(), new CiGenerationQueueOptions());
        Assert.Equal((5, TimeSpan.FromMinutes(5), 1), (analysis.Concurrency, analysis.Timeout, analysis.Priority));
        Assert.Equal((3, TimeSpan.FromMinutes(2), 2), (sync.Concurrency, sync.Timeout, sync.Priority));
        Assert.Equal((3, TimeSpan.FromMinutes(3), 3), (generation.Concurrency, generation.Timeout, generation.Priority));
        Assert.All<QueueOptions>([analysis, sync, generation], queue =>
        {
            Assert.Equal([TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5)], queue.Waits);
            Assert.Equal(4, queue.MaxAttempts);
        });
    }

    [Fact]
    public void Every_use_case_with_a_route_is_on_the_screen_of_Endpoints_or_Forms()
    {
        var listed = ((string[])["Endpoints.cs", "Forms.cs"])
            .SelectMany(file => Mapped().Matches(SourceTree.Read("src", "AutoDevOps.Server", "Features", file)))
            .Select(match => (Type: match.Groups["type"].Value, Method: match.Groups["method"].Value))
            .ToHashSet();
        var declared =
            from type in Types
            where type is { IsAbstract: true, IsSealed: true } && type.Namespace!.StartsWith(typeof(Endpoints).Namespace!, StringComparison.Ordinal)
            where type != typeof(Endpoints) && type != typeof(Forms)
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.DeclaredOnly)
            where method.Name.StartsWith("Map", StringComparison.Ordinal)
                && method.GetParameters().Select(parameter => parameter.ParameterType).SequenceEqual([typeof(IEndpointRouteBuilder)])
            select (type.Name, method.Name);
        Assert.InRange(declared.Count(), 9, 500);
        Assert.Equal([], declared.Except(listed));
    }

    [Fact]
    public void Every_class_of_options_is_in_the_catalog()
    {
        var declared = Types.Where(type => type is { IsClass: true, IsAbstract: false, IsNested: false } && type.Name.EndsWith("Options", StringComparison.Ordinal))
            // Given by whoever starts a server, not by the configuration.
            .Except([typeof(AutoDevOps.Server.Data.Embedded.EmbeddedPostgresOptions)]);
        Assert.Equal(
            declared.Select(type => type.Name).Order(StringComparer.Ordinal),
            OptionsCatalog.All.Select(entry => entry.Type.Name).Order(StringComparer.Ordinal));
        Assert.All(OptionsCatalog.All.CountBy(entry => entry.Section), count => Assert.Equal(1, count.Value));
    }

    private static ServiceCollection Registered()
    {
        var services = new ServiceCollection();
        services.AddJobHandlers();
        return services;
    }

    private static bool Implements(Type type, Type definition) =>
        type.GetInterfaces().Any(implemented => implemented.IsGenericType && implemented.GetGenericTypeDefinition() == definition);

    [GeneratedRegex(@"\b(?<type>[A-Z]\w*)\.(?<method>Map\w*)\(", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Mapped();
}
