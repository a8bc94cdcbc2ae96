namespace AutoDevOps.Server.Features.Webhooks;

/// <summary>What takes deliveries in, and looks for those that did not come.</summary>
internal static class WebhooksSetup
{
    /// <param name="hasWorkers">This process runs jobs.</param>
    public static void AddWebhooks(this IServiceCollection services, bool hasWorkers)
    {
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<DeliveryWriter>();
        services.AddSingleton<DeliveryIntake>();
        services.AddSingleton<MissingDeliveries>();
        if (hasWorkers)
        {
            services.AddSingleton<DeliveryReconciler>();
            services.AddHostedService(provider => provider.GetRequiredService<DeliveryReconciler>());
        }
    }
}
