using System.Globalization;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Hosting;

namespace AutoDevOps.Server.Features.Webhooks;

/// <summary>What taking in a delivery needs: who signed it, and a place to put it.</summary>
internal sealed class DeliveryIntake(
    WebhookSecrets secrets, RateLimits limits, DeliveryWriter writer, TimeProvider time, ILogger<DeliveryIntake> logger)
{
    public Task<(byte[]? Body, int Problem)> ReadAsync(HttpRequest request, CancellationToken cancellationToken) => DeliveryBody.ReadAsync(request, time, cancellationToken);

    /// <summary>Whether it was signed with the secret of this hook. Of a hook that there is none of, the same is computed.</summary>
    /// <param name="webhook">Null: the App.</param>
    /// <returns>The secret; null: it was not.</returns>
    public async ValueTask<WebhookSecrets.Secret?> VerifyAsync(Guid? webhook, byte[] body, byte[] signature, CancellationToken cancellationToken)
    {
        var (secret, isRemembered) = await secrets.FindAsync(webhook, isFresh: false, cancellationToken);
        if (IsValid(secret, body, signature))
        {
            return secret;
        }

        if (!isRemembered)
        {
            return null;
        }

        // The hook may have been given another secret a moment ago.
        (secret, _) = await secrets.FindAsync(webhook, isFresh: true, cancellationToken);
        return IsValid(secret, body, signature) ? secret : null;
    }

    private bool IsValid(WebhookSecrets.Secret? secret, byte[] body, byte[] signature) =>
        (secret?.Keys ?? [secrets.Nobodys]).Any(key => WebhookSignature.IsValid(key, body, signature));

    /// <summary>Says no, the same for whatever reason; and after too many from one address, to wait. Only what fails is counted.</summary>
    public IResult Refuse(HttpContext context)
    {
        var permit = limits.Take(RateLimitGroup.Webhooks, context.Connection.RemoteIpAddress?.ToString() ?? "");
        if (permit.Allowed)
        {
            return TypedResults.Problem($"The delivery is not signed with the secret of this webhook ({WebhookSignature.Header}).", statusCode: StatusCodes.Status401Unauthorized);
        }

        context.Response.Headers.RetryAfter = permit.ResetSeconds.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem(
            $"More than {permit.Limit} deliveries a minute that are not signed right. Try again in {permit.ResetSeconds} s.", statusCode: StatusCodes.Status429TooManyRequests);
    }

    public IResult RefuseForeign(Guid webhook, string guid, string name)
    {
        logger.LogWarning("The webhook {Webhook} delivered {Delivery} ({Event}), which is about another repository than its own. It was refused.", webhook, guid, name);
        return TypedResults.Problem("The delivery is about another repository than the one that this webhook was made for.", statusCode: StatusCodes.Status422UnprocessableEntity);
    }

    /// <inheritdoc cref="DeliveryWriter.WriteAsync(DeliveryWriter.Item)"/>
    public async Task<bool> AcceptAsync(Guid? webhook, string guid, string name, DeliveryContent content, CancellationToken cancellationToken)
    {
        if (webhook is null && name == "github_app_authorization" && content is { Action: "revoked", Sender: { } person })
        {
            // It concerns a person and no organization. First, as a delivery that is here already is not looked at again.
            await writer.RevokeAsync(person, cancellationToken);
        }

        return await writer.WriteAsync(new(webhook, guid, name, content)).WaitAsync(cancellationToken);
    }
}
