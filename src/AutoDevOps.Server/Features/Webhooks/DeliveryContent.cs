using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;

namespace AutoDevOps.Server.Features.Webhooks;

/// <summary>A verified delivery: what it is about, and its payload as JSON, whichever way it was sent.</summary>
/// <param name="Owner">GitHub's id of the organization, or of the account of the installation.</param>
/// <param name="Sender">GitHub's id of whoever did it.</param>
internal sealed partial record DeliveryContent(string? Action, long? Repository, long? Installation, long? Owner, long? Sender, byte[] Payload)
{
    /// <returns>The content; or the status to refuse with and, in words for whoever runs the hook, why.</returns>
    public static (DeliveryContent? Content, int Status, string Problem) Read(string? contentType, byte[] body)
    {
        var payload = body;
        switch (contentType?.Split(';')[0].Trim().ToLowerInvariant())
        {
            case "application/json":
                break;
            case "application/x-www-form-urlencoded":
                if (Field(body) is not { } field)
                {
                    return (null, StatusCodes.Status400BadRequest, "The form must have the field payload, once.");
                }

                payload = field;
                break;
            default:
                return (null, StatusCodes.Status415UnsupportedMediaType, "Send application/json or application/x-www-form-urlencoded.");
        }

        try
        {
            using var document = DeliveryPayload.Parse(payload);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? (Describe(new DeliveryPayload(document.RootElement), payload), 0, "")
                : (null, StatusCodes.Status400BadRequest, "The payload must be a JSON object.");
        }
        catch (JsonException)
        {
            return (null, StatusCodes.Status400BadRequest, "The payload is not JSON in UTF-8, names a property twice, or is nested more than 64 deep.");
        }
    }

    private static DeliveryContent Describe(DeliveryPayload payload, byte[] json) => new(
        payload.Text("action") is { } action && Word().IsMatch(action) ? action : null,
        payload.Number("repository.id"), payload.Number("installation.id"), payload.Number("organization.id") ?? payload.Number("installation.account.id"),
        payload.Number("sender.id"), json);

    private static byte[]? Field(byte[] body)
    {
        try
        {
            var fields = new FormReader(Encoding.UTF8.GetString(body)) { ValueLengthLimit = DeliveryBody.MaxBytes, KeyLengthLimit = 100, ValueCountLimit = 20 }.ReadForm();
            return fields.TryGetValue("payload", out var values) && values.Count == 1 ? Encoding.UTF8.GetBytes(values[0]!) : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A[a-z0-9_]{1,100}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
