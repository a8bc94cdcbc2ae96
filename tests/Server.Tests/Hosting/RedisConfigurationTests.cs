using System.Net;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Tests.Support;
using Microsoft.Extensions.Configuration;
using StackExchange.Redis;

namespace AutoDevOps.Server.Tests.Hosting;

public sealed class RedisConfigurationTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Theory]
    [InlineData("redis://person:hunter2@redis:6379")]
    [InlineData("redis:6379,passwrd=hunter2")]
    [InlineData("redis:6379,ssl=hunter2")]
    [InlineData("redis:6379,connectTimeout=hunter2")]
    [InlineData("redis:hunter2")]
    [InlineData("hunter2@redis:6379")]
    [InlineData("password=hunter2")]
    [InlineData(",")]
    public void What_is_no_connection_string_is_refused_at_the_start_by_its_key_and_not_repeated(string value)
    {
        var refused = Assert.Throws<StartException>(() => Read(value));
        Assert.Contains("ConnectionStrings:Redis", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("shop_redis_1:6379")]
    [InlineData("redis:6379,user=app,password=a=b/c@d,ssl=true")]
    [InlineData("10.0.0.7:6380,[::1]:6379,channelPrefix=one.")]
    [InlineData("!/run/redis/redis.sock")]
    public void What_is_one_is_taken_and_a_lost_connection_is_not_mended_behind_our_back(string value)
    {
        var redis = Read(value)!;
        Assert.NotEmpty(redis.EndPoints);
        Assert.Equal((true, BacklogPolicy.FailFast), (redis.AbortOnConnectFail, redis.BacklogPolicy));
    }

    [Fact]
    public void Nothing_is_nothing()
    {
        Assert.Null(Read(null));
        Assert.Null(Read(""));
    }

    [Fact]
    public async Task Without_Redis_it_is_ready()
    {
        await using var server = await TestServerHost.StartAsync(database, ("ConnectionStrings:Redis", "!/nowhere/redis.sock"));
        Assert.Equal(HttpStatusCode.OK, (await server.Stranger().GetAsync("/ready")).StatusCode);
    }

    private static ConfigurationOptions? Read(string? value) =>
        Configuration.Redis(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("ConnectionStrings:Redis", value)]).Build());
}
