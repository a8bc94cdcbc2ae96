using AutoDevOps.Analyzer;
using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.Features.Installations;
using AutoDevOps.Server.Features.Pipelines;
using AutoDevOps.Server.Features.Proposals;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Features.Webhooks;
using AutoDevOps.Server.Jobs;

namespace AutoDevOps.Server.Features;

/// <summary>Every kind of job there is.</summary>
public static class JobHandlers
{
    public static void AddJobHandlers(this IServiceCollection services)
    {
        services.AddSingleton(new AnalysisMemory());
        services.AddJobHandler<RunAnalysis, RunAnalysis.Args>();
        services.AddJobHandler<RunSchedule, ScheduledArgs>();
        services.AddJobHandler<GeneratePipeline, GeneratePipeline.Args>();
        services.AddJobHandler<ProcessDelivery, ProcessDelivery.Args>();
        services.AddJobHandler<ReconcileWebhook, ReconcileWebhook.Args>();
        services.AddSingleton<MissedPush>();
        services.AddJobHandler<SyncRepository, SyncRepository.Args>();
        services.AddJobHandler<SyncInstallation, SyncInstallation.Args>();
        services.AddJobHandler<ConnectWebhook, ConnectWebhook.Args>();
        services.AddJobHandler<RemoveWebhook, RemoveWebhook.Args>();
        services.AddJobHandler<OpenPullRequest, OpenPullRequest.Args>();
        services.AddJobHandler<PublishResults, PublishResults.Args>();
    }
}
