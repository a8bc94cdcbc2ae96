using System.Text.Json;
using AutoDevOps.Server.Data;

namespace AutoDevOps.Server.Jobs;

/// <summary>One kind of job and who does it.</summary>
/// <param name="Run">Parses the arguments and runs the handler.</param>
internal sealed record JobKind(
    string Name, string Queue, Func<IServiceProvider, ClaimedJob, Caller, IJobReporter, CancellationToken, Task<JobOutcome>> Run);

/// <summary>The kinds that this program knows.</summary>
internal sealed class JobRegistry
{
    private readonly Dictionary<string, JobKind> _kinds;

    /// <exception cref="InvalidOperationException">Two handlers for one kind, or a queue that does not exist.</exception>
    public JobRegistry(IEnumerable<JobKind> kinds)
    {
        _kinds = new Dictionary<string, JobKind>(StringComparer.Ordinal);
        foreach (var kind in kinds)
        {
            if (!QueueNames.All.Contains(kind.Queue))
            {
                throw new InvalidOperationException($"The job kind {kind.Name} names the queue {kind.Queue}, which does not exist.");
            }

            if (!_kinds.TryAdd(kind.Name, kind))
            {
                throw new InvalidOperationException($"The job kind {kind.Name} has two handlers.");
            }
        }
    }

    public JobKind this[string kind] => _kinds[kind];

    public IReadOnlyList<string> KindsOf(string queue) =>
        [.. _kinds.Values.Where(kind => kind.Queue == queue).Select(kind => kind.Name).Order(StringComparer.Ordinal)];
}

public static class JobHandlerRegistration
{
    /// <summary>Registers who does this kind of job.</summary>
    public static IServiceCollection AddJobHandler<THandler, TArgs>(this IServiceCollection services)
        where THandler : class, IJobHandler<TArgs>
        where TArgs : IJobArgs
    {
        services.AddScoped<THandler>();
        services.AddSingleton(new JobKind(TArgs.Kind, TArgs.Queue, RunAsync<THandler, TArgs>));
        return services;
    }

    private static async Task<JobOutcome> RunAsync<THandler, TArgs>(
        IServiceProvider services, ClaimedJob claimed, Caller caller, IJobReporter reporter, CancellationToken cancellationToken)
        where THandler : class, IJobHandler<TArgs>
        where TArgs : IJobArgs
    {
        TArgs? args;
        try
        {
            args = JsonSerializer.Deserialize<TArgs>(claimed.Args, JobJson.Options);
        }
        catch (JsonException exception)
        {
            throw new InvalidArgsException(exception);
        }

        if (args is null)
        {
            throw new InvalidArgsException(null);
        }

        await using var scope = services.CreateAsyncScope();
        var handler = scope.ServiceProvider.GetRequiredService<THandler>();
        return await handler.HandleAsync(
            new Job<TArgs>(claimed.Id, claimed.OrganizationId, claimed.Attempt, args, caller, reporter), cancellationToken);
    }
}

/// <summary>Stored arguments that this version cannot read: trying again cannot help.</summary>
internal sealed class InvalidArgsException(Exception? inner) : Exception("The job's arguments do not parse.", inner);
