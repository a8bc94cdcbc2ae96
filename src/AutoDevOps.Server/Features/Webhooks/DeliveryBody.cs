using Microsoft.AspNetCore.Http.Features;

namespace AutoDevOps.Server.Features.Webhooks;

/// <summary>Reads the body of a delivery, whoever sends it: at most as large as GitHub makes them, and only as long as GitHub waits.</summary>
internal static class DeliveryBody
{
    /// <summary>GitHub sends nothing larger: https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap</summary>
    public const int MaxBytes = 25 * 1024 * 1024;

    /// <summary>GitHub gives up after ten seconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private const int FirstBytes = 16 * 1024;
    private const int LargeBytes = 1024 * 1024;

    // So many bodies of more than 1 MiB are held at once, as nothing is known yet of who sends them; the others wait their turn.
    private static readonly SemaphoreSlim Large = new(8);

    /// <returns>The bytes; or the status to refuse with: 413 or 408.</returns>
    public static async Task<(byte[]? Body, int Problem)> ReadAsync(HttpRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBytes)
        {
            return (null, StatusCodes.Status413PayloadTooLarge);
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            // This endpoint's own, instead of the one for other requests (Http:MaxBodyBytes).
            limit.MaxRequestBodySize = MaxBytes;
        }

        // One more than the limit, to see that there is more.
        var most = (int)(request.ContentLength ?? MaxBytes + 1);
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var isLarge = false;
        try
        {
            // It grows with what arrives: what is only announced costs nothing.
            var buffer = new byte[Math.Min(most, FirstBytes)];
            var length = 0;
            while (length < most)
            {
                if (length == buffer.Length)
                {
                    if (!isLarge && length >= LargeBytes)
                    {
                        await Large.WaitAsync(either.Token);
                        isLarge = true;
                    }

                    Array.Resize(ref buffer, Math.Min(length * 2, most));
                }

                var count = await request.Body.ReadAsync(buffer.AsMemory(length), either.Token);
                if (count == 0)
                {
                    break;
                }

                length += count;
            }

            return length > MaxBytes ? (null, StatusCodes.Status413PayloadTooLarge) : (length == buffer.Length ? buffer : buffer[..length], 0);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (null, StatusCodes.Status408RequestTimeout);
        }
        finally
        {
            if (isLarge)
            {
                Large.Release();
            }
        }
    }
}
