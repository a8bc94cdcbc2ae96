using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Jobs;

/// <summary>The queues with their options.</summary>
public sealed class QueueCatalog(
    IOptions<AnalysisQueueOptions> analysis, IOptions<SyncQueueOptions> sync, IOptions<CiGenerationQueueOptions> ciGeneration)
{
    public QueueOptions this[string queue] => queue switch
    {
        QueueNames.Analysis => analysis.Value,
        QueueNames.Sync => sync.Value,
        QueueNames.CiGeneration => ciGeneration.Value,
        _ => throw new ArgumentException($"There is no queue named {queue}.", nameof(queue)),
    };
}
