using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Hosting;
using Microsoft.AspNetCore.Antiforgery;

namespace AutoDevOps.Server.Features;

/// <summary>What the forms of the pages post to, on one screen: the use cases of the API, answered with a page.</summary>
public static class Forms
{
    public static void MapForms(this IEndpointRouteBuilder routes)
    {
        var forms = routes.MapGroup("").WithMetadata(new RequireAntiforgeryTokenAttribute()).AddEndpointFilter(RequireTokenAsync).ExcludeFromDescription();

        var repositories = forms.MapGroup("").Limited(RateLimitGroup.Repositories);
        ConnectRepository.MapForm(repositories);
        DisconnectRepository.MapForms(repositories);
        var analysis = forms.MapGroup("").Limited(RateLimitGroup.Analysis);
        var jobs = forms.MapGroup("").Limited(RateLimitGroup.Jobs);
    }

    // The middleware looks at the token and leaves it to the endpoint what follows from it.
    private static async ValueTask<object?> RequireTokenAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: true }
            ? await next(context)
            : TypedResults.Problem("The form was open for too long, or came from elsewhere. Load the page again and repeat what you did.", statusCode: StatusCodes.Status400BadRequest);
}
