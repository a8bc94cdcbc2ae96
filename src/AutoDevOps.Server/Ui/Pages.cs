using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;

namespace AutoDevOps.Server.Ui;

/// <summary>Puts the pages into the program: components rendered on the server, and the files they need.</summary>
public static class Pages
{
    public static void AddPages(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddSingleton<Assets>();
        // Pages hold form tokens, but those are masked anew for each response, and cookies do not travel with other sites'
        // requests: what BREACH measures is not there.
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["text/html", "application/json", "application/problem+json", "application/sarif+json", "text/markdown"];
        });
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        // Before the writer of problem details, which would answer a browser with JSON.
        services.Insert(0, ServiceDescriptor.Singleton<IProblemDetailsWriter, ProblemPages>());
    }

    /// <summary>Before routing: what has to wrap every answer.</summary>
    public static void UsePages(this IApplicationBuilder app) => app.UseResponseCompression();

    public static void MapPages(this WebApplication app)
    {
        app.Services.GetRequiredService<Assets>().Map(app);
        Preferences.Map(app);
        app.MapRazorComponents<App>();
    }
}
