using System.Text.Json;
using System.Text.Json.Serialization;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features;
using AutoDevOps.Server.Features.Installations;
using AutoDevOps.Server.Features.Jobs;
using AutoDevOps.Server.Features.Organizations;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Features.SignIn;
using AutoDevOps.Server.Features.Webhooks;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Ui;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Hosting;

/// <summary>What one process of the installation does.</summary>
/// <param name="Database">A connection string as the application's role.</param>
/// <param name="Pages">Answers people and programs; else only probes.</param>
/// <param name="Workers">Runs jobs.</param>
/// <param name="IsLocal">One person on one machine: <c>up</c>.</param>
/// <param name="Defaults">What holds for the verb unless the configuration says otherwise.</param>
/// <param name="Settings">What the command line says; goes before the configuration.</param>
internal sealed record ServerRole(
    string Database, DataDirectory Data, bool Pages, bool Workers, bool IsLocal,
    IReadOnlyDictionary<string, string?> Defaults, IReadOnlyDictionary<string, string?> Settings);

/// <summary>Puts the program together: services, then what a request passes through, in order.</summary>
internal static class ServerHost
{
    /// <exception cref="StartException">The configuration is wrong.</exception>
    public static WebApplication Build(ServerRole role, Action<WebApplicationBuilder>? configure = null)
    {
        // Never the working directory: `up` runs inside repositories of strangers, and one may hold an appsettings.json.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = role.Defaults });
        builder.Configuration.AddInMemoryCollection(role.Settings);
        builder.Services.AddCheckedOptions(builder.Configuration);
        builder.AddLogs(role.IsLocal);
        builder.AddListeners();
        builder.AddTelemetry();
        AddData(builder.Services, role, builder.Configuration);
        AddWeb(builder.Services, role);
        configure?.Invoke(builder);

        var app = builder.Build();
        UsePipeline(app);
        Health.Map(app);
        if (role.Pages)
        {
            // Made now if it is missing: a disk that cannot hold it is told about at the start, not to whoever signs in.
            _ = app.Services.GetRequiredService<SigningKey>();
            _ = app.Services.GetRequiredService<EncryptionKeys>();
            app.MapApi();
            app.MapForms();
            app.MapPages();
            app.MapOpenApi().AllowAnonymous();
        }

        return app;
    }

    private static void AddData(IServiceCollection services, ServerRole role, IConfiguration configuration)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => AppDataSource.Create(role.Database));
        if (Configuration.ConnectionString(configuration, "Direct") is { } direct)
        {
            services.AddKeyedSingleton(Db.DirectKey, (_, _) => AppDataSource.Create(direct));
        }

        services.AddSingleton<Db>();
        services.AddJobs(Configuration.Redis(configuration));
        services.AddRepositorySources(role.Data.Cache);
        services.AddJobHandlers();
        if (role.Workers)
        {
            services.AddJobWorker();
            services.AddSingleton<DailySync>();
            services.AddHostedService(provider => provider.GetRequiredService<DailySync>());
            services.AddSingleton<DailyMembershipSync>();
            services.AddHostedService(provider => provider.GetRequiredService<DailyMembershipSync>());
        }

        services.AddSingleton(_ => SigningKey.LoadOrCreate(Path.Combine(role.Data.Keys, "session.key")));
        services.AddSingleton(_ => EncryptionKeys.LoadOrCreate(Path.Combine(role.Data.Keys, "encryption.keys")));
        services.AddSingleton<Sealer>();
        services.AddGitHub();
        services.AddSingleton<GitHubMemberships>();
        services.AddWebhooks(role.Workers);
        services.AddDataProtection()
            .SetApplicationName(Product.Name)
            .PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(role.Data.Keys, "forms")));
    }

    private static void AddWeb(IServiceCollection services, ServerRole role)
    {
        services.AddSingleton<Sessions>();
        services.AddSingleton<SignInLinks>();
        services.AddSingleton<ApiTokens>();
        services.AddSingleton<SignInChecks>();
        services.AddSingleton<GitHubSignIn>();
        services.AddSingleton<EventBells>();
        services.AddSingleton<EventStreams>();
        services.AddSingleton<SharedEventReads>();
        services.AddSingleton<EventStream>();
        services.AddSingleton<RateLimits>();
        services.AddSingleton<ConnectGitHubRepositories.Work>();
        services.AddSingleton<TakeOverRepository.Work>();
        services.AddSingleton<InstallationWriter>();
        services.AddAuthentication(SignInHandler.SchemeName).AddScheme<AuthenticationSchemeOptions, SignInHandler>(SignInHandler.SchemeName, null);
        // What says nothing about itself is for signed-in people.
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddAntiforgery();
        services.AddOptions<Microsoft.AspNetCore.Antiforgery.AntiforgeryOptions>().Configure<IOptions<HttpOptions>>((antiforgery, http) =>
        {
            antiforgery.Cookie.Name = http.Value.IsHttps ? "__Host-autodevops-form" : $"autodevops-form-{http.Value.PublicAddress.Port}";
            antiforgery.Cookie.SecurePolicy = http.Value.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
            // The policy against framing is among our own headers.
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        services.AddPages();
        services.AddExceptionHandler<ExceptionAnswers>();
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            context.ProblemDetails.Detail ??= Problems.Usual(context.HttpContext, context.ProblemDetails.Status);
            context.ProblemDetails.Extensions.Remove("traceId");
            context.ProblemDetails.Extensions["trace_id"] = Problems.TraceId(context.HttpContext);
        });
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(options => ConfigureJson(options.SerializerOptions));
        services.AddValidation();
        services.AddDescription();
        services.AddSingleton(role);
    }

    internal static void ConfigureJson(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.AllowDuplicateProperties = false;
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.MaxDepth = 32;
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
    }

    private static void UsePipeline(WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseMetrics();
        app.UseMiddleware<SecurityHeaders>();
        app.UsePages();
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = exception => ExceptionAnswers.Describe(exception).Status,
            // What the caller did wrong is told to the caller; what we did wrong belongs in the log.
            SuppressDiagnosticsCallback = context => ExceptionAnswers.Describe(context.Exception).Status < StatusCodes.Status500InternalServerError,
        });
        app.UseStatusCodePages();
        app.UseMiddleware<HostFilter>();
        app.UseMiddleware<HttpsOnly>();
        app.UseMiddleware<CrossSiteGuard>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseMiddleware<RateLimitGate>();
        app.UseAuthorization();
        app.UseMiddleware<TokenScopes>();
        app.UseAntiforgery();
        // Said before a handler reads the form, which throws then; that there is a token at all, the forms ask for themselves.
        app.Use((context, next) => context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false }
            ? Problems.WriteAsync(context, StatusCodes.Status400BadRequest, Forms.WithoutToken)
            : next(context));
    }
}
