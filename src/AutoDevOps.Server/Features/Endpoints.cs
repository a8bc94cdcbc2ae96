using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.Features.Installations;
using AutoDevOps.Server.Features.Jobs;
using AutoDevOps.Server.Features.Organizations;
using AutoDevOps.Server.Features.Pipelines;
using AutoDevOps.Server.Features.Policies;
using AutoDevOps.Server.Features.Proposals;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Features.SignIn;
using AutoDevOps.Server.Features.Webhooks;
using AutoDevOps.Server.Hosting;

namespace AutoDevOps.Server.Features;

/// <summary>The whole API on one screen.</summary>
public static class Endpoints
{
    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("").Limited(RateLimitGroup.Auth);
        RedeemLink.Map(auth);
        SignOut.Map(auth);
        StartGitHubSignIn.Map(auth);
        FinishGitHubSignIn.Map(auth);
        InstallApp.Map(auth);

        // Counts by itself: only what is not signed right.
        ReceiveDelivery.Map(routes);

        var api = routes.MapGroup("/api/v1");
        CreateToken.Map(api.MapGroup("").Limited(RateLimitGroup.Auth));

        var repositories = api.MapGroup("").Limited(RateLimitGroup.Repositories);
        ListRepositories.Map(repositories);
        ConnectRepository.Map(repositories);
        GetRepository.Map(repositories);
        DisconnectRepository.Map(repositories);
        ScheduleAnalyses.Map(repositories);
        SetRepositorySettings.Map(repositories);
        ListSessions.Map(repositories);
        RevokeSessions.Map(repositories);
        ListTokens.Map(repositories);
        RevokeToken.Map(repositories);
        UnlinkGitHub.Map(repositories);
        ListOrganizations.Map(repositories);
        AddGitHubOrganization.Map(repositories);
        GetPolicy.Map(repositories);
        SetPolicy.Map(repositories);
        ListDeliveries.Map(repositories);
        ListGitHubRepositories.Map(repositories);
        ConnectGitHubRepositories.Map(repositories);
        StartSync.Map(repositories);
        TakeOverRepository.Map(repositories);
        RetryWebhook.Map(repositories);
        ListInstallations.Map(repositories);
        UnlinkInstallation.Map(repositories);

        var analysis = api.MapGroup("").Limited(RateLimitGroup.Analysis);
        StartAnalysis.Map(analysis);
        ListAnalyses.Map(analysis);
        GetAnalysis.Map(analysis);
        CompareAnalyses.Map(analysis);
        ExportAnalysis.Map(analysis);
        ListFindings.Map(analysis);
        GetFinding.Map(analysis);
        GetFix.Map(analysis);
        SuppressFinding.Map(analysis);
        ProposeFix.Map(analysis);
        StartPipeline.Map(analysis);
        ListPipelines.Map(analysis);
        GetPipeline.Map(analysis);
        DownloadPipelineFile.Map(analysis);
        ValidatePipeline.Map(analysis);
        ProposePipeline.Map(analysis);

        var jobs = api.MapGroup("").Limited(RateLimitGroup.Jobs);
        ListJobs.Map(jobs);
        GetJob.Map(jobs);
        CancelJob.Map(jobs);
        RetryJob.Map(jobs);
        ReprocessDelivery.Map(jobs);
        // Bounded by how many are open, not by how often: a browser opens one with every page.
        StreamEvents.Map(api);

        UnknownAddress.Map(routes);
    }
}
