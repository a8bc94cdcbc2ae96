using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AutoDevOps.Server.Hosting;

/// <summary>The description of the API, as served at <c>/openapi/v1.json</c>.</summary>
internal static class OpenApiDocument
{
    public const string Name = "v1";

    private const string Token = "token";

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
                document.Components ??= new OpenApiComponents();
                document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
                document.Components.SecuritySchemes[Token] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API token." };
                return Task.CompletedTask;
            });
            options.AddOperationTransformer((operation, context, _) =>
            {
                AddRefusals(operation, context);
                return Task.CompletedTask;
            });
        });

    public static async Task<string> WriteAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        using var scope = services.CreateScope();
        var document = await scope.ServiceProvider.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name).GetOpenApiDocumentAsync(cancellationToken);
        return await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken) + "\n";
    }

    /// <summary>What the parts that stand before every handler may answer: sign-in, limits, and the reading of parameters and bodies.</summary>
    private static void AddRefusals(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var description = context.Description;
        var isOpen = description.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any();
        if (!isOpen)
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Token, context.Document)] = [] }];
            Add("401", "Not signed in.");
            Add("429", "Too many requests, or too much waits already; Retry-After says when to come back.");
        }

        if (operation.RequestBody is not null || operation.Parameters?.Any(parameter => parameter.In == ParameterLocation.Query) == true)
        {
            Add("400", "A parameter or the body is not as described here.");
        }

        if (operation.RequestBody is not null)
        {
            Add("413", "The body is too large.");
            Add("415", "The body is not JSON.");
        }

        if (!isOpen && !HttpMethods.IsGet(description.HttpMethod ?? ""))
        {
            Add("403", "Your role, or the token, does not allow it; or the request comes from another site.");
        }

        void Add(string status, string meaning) => (operation.Responses ??= []).TryAdd(status, new OpenApiResponse
        {
            Description = meaning,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { ["application/problem+json"] = new() },
        });
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
