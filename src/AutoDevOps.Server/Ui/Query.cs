using Microsoft.AspNetCore.WebUtilities;

namespace AutoDevOps.Server.Ui;

internal static class Query
{
    /// <summary>An address with those of the parameters that have a value.</summary>
    public static string To(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        foreach (var (name, value) in parameters)
        {
            path = string.IsNullOrEmpty(value) ? path : QueryHelpers.AddQueryString(path, name, value);
        }

        return path;
    }
}
