using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AutoDevOps.Server.Hosting;

/// <summary>The description of the API, as served at <c>/openapi/v1.json</c>.</summary>
internal static class OpenApiDocument
{
    public const string Name = "v1";

    public static void AddDescription(this IServiceCollection services) =>
        services.AddOpenApi(Name, options =>
        {
            // Use cases name their requests and answers alike: by their own names alone they would all be one schema.
            options.CreateSchemaReferenceId = type => OpenApiOptions.CreateDefaultSchemaReferenceId(type) is null ? null : SchemaName(type.Type);
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo { Title = Product.Name, Version = Name, Description = "Sign in with an API token: Authorization: Bearer adt_..." };
                // The address it happens to be asked at says nothing about the API.
                document.Servers?.Clear();
                return Task.CompletedTask;
            });
        });

    public static async Task<string> WriteAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        using var scope = services.CreateScope();
        var document = await scope.ServiceProvider.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name).GetOpenApiDocumentAsync(cancellationToken);
        return await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken) + "\n";
    }

    /// <summary><c>StartAnalysisRequest</c> for a request in a use case, <c>PageOfFindingResponse</c> for a generic type.</summary>
    private static string SchemaName(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var name = type.Name.Split('`')[0];
        return (type.DeclaringType is { } declaring ? SchemaName(declaring) : "")
            + (type.IsGenericType ? $"{name}Of{string.Join("And", type.GetGenericArguments().Select(SchemaName))}" : name);
    }
}
