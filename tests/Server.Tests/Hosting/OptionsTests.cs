using AutoDevOps.Server.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDevOps.Server.Tests.Hosting;

public sealed class OptionsTests
{
    [Fact]
    public void All_mistakes_are_told_at_once_each_with_its_cure()
    {
        var exception = Assert.Throws<StartException>(() => Check(
            ("Http:Prot", "8080"), ("Http:Port", "99999"), ("Sesion:IdleTimeout", "01:00:00"), ("Session:LinkLifetime", "soon"), ("RateLimits:Auth", "0")));

        Assert.Equal(
            """
            The configuration has 5 mistakes:
              AutoDevOps:Http:Prot does not exist; Port does.
              AutoDevOps:Http:Port (99999) must be between 1 and 65535.
              AutoDevOps:RateLimits:Auth (0) must be between 1 and 100000.
              AutoDevOps:Sesion does not exist; Session does.
              AutoDevOps:Session:LinkLifetime (soon) is not a time such as 00:05:00.
            """,
            exception.Message);
    }

    [Fact]
    public void Values_from_the_configuration_arrive()
    {
        var services = new ServiceCollection();
        services.AddCheckedOptions(Read(("http:port", "8080"), ("Session:IdleTimeout", "00:30:00")));

        using var provider = services.BuildServiceProvider();
        Assert.Equal(8080, provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<HttpOptions>>().Value.Port);
    }

    [Fact]
    public void The_defaults_are_good() => Check();

    [Fact]
    public void An_App_whose_deliveries_nobody_could_verify_is_refused()
    {
        var key = Path.GetTempFileName();
        var secret = Path.GetTempFileName();
        try
        {
            (string, string)[] app = [("GitHub:AppId", "1"), ("GitHub:AppPrivateKeyFile", key)];
            Assert.Contains("WebhookSecret: or WebhookSecretFile must be set where there is an App (AppId)", Assert.Throws<StartException>(() => Check(app)).Message, StringComparison.Ordinal);
            Assert.Contains("must have at least 16", Assert.Throws<StartException>(() => Check([.. app, ("GitHub:WebhookSecret", "short")])).Message, StringComparison.Ordinal);

            File.WriteAllText(secret, "short\n");
            Assert.Contains("must hold at least 16", Assert.Throws<StartException>(() => Check([.. app, ("GitHub:WebhookSecretFile", secret)])).Message, StringComparison.Ordinal);
            File.WriteAllText(secret, "long enough to be one\n");
            Check([.. app, ("GitHub:WebhookSecretFile", secret)]);
        }
        finally
        {
            File.Delete(key);
            File.Delete(secret);
        }
    }

    private static void Check(params (string Key, string Value)[] values) => new ServiceCollection().AddCheckedOptions(Read(values));

    private static IConfiguration Read(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create($"AutoDevOps:{value.Key}", (string?)value.Value))).Build();
}
