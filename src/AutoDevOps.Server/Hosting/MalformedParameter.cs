using System.ComponentModel;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;

namespace AutoDevOps.Server.Hosting;

/// <summary>Names the part of an address that a handler cannot take: what binds parameters answers 400 without a word when one is there and
/// cannot be read.</summary>
internal static class MalformedParameter
{
    /// <returns>What to say to the caller; null: every part of the address can be read.</returns>
    public static string? Describe(HttpContext context)
    {
        foreach (var parameter in context.GetEndpoint()?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>() ?? [])
        {
            var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Name);
            if (parameter.HasTryParse && Text(context, parameter.Name, name) is { Length: > 0 } text
                && !TypeDescriptor.GetConverter(parameter.ParameterInfo.ParameterType).IsValid(text))
            {
                return Describe(name);
            }
        }

        return null;
    }

    public static string Describe(string name) => $"{name} is missing, or not of the form that /openapi/v1.json asks for.";

    private static string? Text(HttpContext context, string parameter, string name) =>
        context.Request.RouteValues[parameter] as string ?? context.Request.Query[name].ToString();
}
