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
using Microsoft.AspNetCore.Antiforgery;

namespace AutoDevOps.Server.Features;

/// <summary>What the forms of the pages post to, on one screen: the use cases of the API, answered with a page.</summary>
public static class Forms
{
    /// <summary>What is said of a form without the token of its page.</summary>
    public const string WithoutToken = "The form was open for too long, or came from elsewhere. Load the page again and repeat what you did.";

    public static void MapForms(this IEndpointRouteBuilder routes)
    {
        // Before the pages, which answer to POST as well, and one of which may have the same address.
        var forms = routes.MapGroup("").WithMetadata(new RequireAntiforgeryTokenAttribute()).AddEndpointFilter(RequireTokenAsync).ExcludeFromDescription().WithOrder(-1);

        var repositories = forms.MapGroup("").Limited(RateLimitGroup.Repositories);
        ConnectRepository.MapForm(repositories);
        DisconnectRepository.MapForms(repositories);
        ScheduleAnalyses.MapForm(repositories);
        SetRepositorySettings.MapForm(repositories);
        SetPolicy.MapForm(repositories);
        RevokeSessions.MapForms(repositories);
        RevokeToken.MapForm(repositories);
        UnlinkGitHub.MapForm(repositories);
        AddGitHubOrganization.MapForms(repositories);
        ConnectGitHubRepositories.MapForm(repositories);
        StartSync.MapForm(repositories);
        TakeOverRepository.MapForm(repositories);
        RetryWebhook.MapForm(repositories);
        UnlinkInstallation.MapForm(repositories);
        var analysis = forms.MapGroup("").Limited(RateLimitGroup.Analysis);
        StartAnalysis.MapForm(analysis);
        SuppressFinding.MapForms(analysis);
        StartPipeline.MapForm(analysis);
        ProposeFix.MapForm(analysis);
        ProposePipeline.MapForm(analysis);

        var jobs = forms.MapGroup("").Limited(RateLimitGroup.Jobs);
        CancelJob.MapForm(jobs);
        RetryJob.MapForm(jobs);
        ReprocessDelivery.MapForm(jobs);
    }

    // The middleware looks at the token and leaves it to the endpoint what follows from it.
    private static async ValueTask<object?> RequireTokenAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: true }
            ? TypedResults.Problem(WithoutToken, statusCode: StatusCodes.Status400BadRequest)
        : !context.HttpContext.Request.HasFormContentType
            ? TypedResults.Problem("Send the fields as a form: application/x-www-form-urlencoded.", statusCode: StatusCodes.Status415UnsupportedMediaType)
        : await next(context);
}
