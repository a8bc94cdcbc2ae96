using System.Text.RegularExpressions;
using AutoDevOps.Server.GitHub;

namespace AutoDevOps.Server.Features.Webhooks;

/// <summary>Takes in what GitHub delivers: the App's deliveries, and those of the hook that a repository was given. Whoever signs right is
/// answered as soon as the delivery is stored; nothing else is done before the answer.</summary>
/// <remarks>No cookie, token or form is asked for: the signature says who speaks. GitHub does not send again what it was refused
/// (https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries), so what verifies is never counted against a limit.</remarks>
public static partial class ReceiveDelivery
{
    public const string EventHeader = "X-GitHub-Event";
    public const string DeliveryHeader = "X-GitHub-Delivery";

    /// <param name="Status"><c>accepted</c>, <c>duplicate</c>: it was here already, or <c>pong</c>.</param>
    public sealed record Response(string Status);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var hooks = routes.MapGroup("/webhooks/github").AllowAnonymous().ExcludeFromDescription();
        hooks.MapPost("", (HttpContext context, DeliveryIntake intake) => HandleAsync(null, context, intake));
        hooks.MapPost("/{webhookId:guid}", (Guid webhookId, HttpContext context, DeliveryIntake intake) => HandleAsync(webhookId, context, intake));
    }

    private static async Task<IResult> HandleAsync(Guid? webhook, HttpContext context, DeliveryIntake intake)
    {
        var (request, cancellationToken) = (context.Request, context.RequestAborted);
        if (WebhookSignature.Read(One(request, WebhookSignature.Header)) is not { } signature)
        {
            return intake.Refuse(context);
        }

        var (body, tooMuch) = await intake.ReadAsync(request, cancellationToken);
        if (body is null)
        {
            // What is left of it is not waited for.
            context.Response.Headers.Connection = "close";
            return TypedResults.Problem(statusCode: tooMuch, detail: tooMuch == StatusCodes.Status413PayloadTooLarge ? "A delivery has at most 25 MiB." : "The body did not arrive in time.");
        }

        if (await intake.VerifyAsync(webhook, body, signature, cancellationToken) is not { } secret)
        {
            return intake.Refuse(context);
        }

        if (One(request, EventHeader) is not { } name || !Event().IsMatch(name) || One(request, DeliveryHeader) is not { } guid || !Delivery().IsMatch(guid))
        {
            return TypedResults.Problem($"The headers {EventHeader} and {DeliveryHeader} must be there, as GitHub writes them.", statusCode: StatusCodes.Status400BadRequest);
        }

        var (content, status, problem) = DeliveryContent.Read(request.ContentType, body);
        if (content is null)
        {
            return TypedResults.Problem(problem, statusCode: status);
        }

        if (webhook is not null && (secret.RepositoryId is null || content.Repository != secret.RepositoryId))
        {
            return intake.RefuseForeign(webhook.Value, guid, name);
        }

        var isNew = await intake.AcceptAsync(webhook, guid, name, content, cancellationToken);
        return name == "ping" ? TypedResults.Ok(new Response("pong")) : TypedResults.Accepted((string?)null, new Response(isNew ? "accepted" : "duplicate"));
    }

    private static string? One(HttpRequest request, string header) => request.Headers[header] is { Count: 1 } values ? values[0] : null;

    [GeneratedRegex(@"\A[a-z0-9_]{1,100}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Event();

    [GeneratedRegex(@"\A[0-9A-Za-z-]{1,100}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Delivery();
}
