using System.Net;
using System.Net.ServerSentEvents;
using AutoDevOps.Server.Features;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AutoDevOps.Server.Tests.Features;

public sealed class EntityTagTests
{
    [Theory]
    [InlineData("{tag}", true)]
    [InlineData("\"something else\", {tag}", true)]
    [InlineData("*", true)]
    [InlineData("\"something else\"", false)]
    [InlineData("no tag at all", false)]
    public async Task A_tag_is_compared_as_the_standard_says(string header, bool isCurrent)
    {
        await using var app = await StartAsync(routes => routes.MapGet("/", () => TypedResults.Ok("hello")).WithEntityTag());
        using var client = app.GetTestClient();
        var tag = (await client.GetAsync("/")).Headers.ETag!;
        Assert.True(tag.IsWeak);
        client.DefaultRequestHeaders.TryAddWithoutValidation("If-None-Match", header.Replace("{tag}", tag.ToString(), StringComparison.Ordinal));

        var answer = await client.GetAsync("/");

        Assert.Equal(isCurrent ? HttpStatusCode.NotModified : HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(isCurrent ? "" : "\"hello\"", await answer.Content.ReadAsStringAsync());
        Assert.Equal(isCurrent, answer.Content.Headers.ContentType is null);
    }

    [Fact]
    public async Task What_is_not_200_has_no_tag_and_its_body()
    {
        await using var app = await StartAsync(routes => routes.MapGet("/", () => TypedResults.Problem("Not now.", statusCode: 409)).WithEntityTag());
        var answer = await app.GetTestClient().GetAsync("/");
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Null(answer.Headers.ETag);
        Assert.Contains("Not now.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_half_way_is_answered_as_a_failure_and_not_as_half_an_answer()
    {
        await using var app = await StartAsync(routes => routes.MapGet("/", () => TypedResults.Stream(async stream =>
        {
            await stream.WriteAsync("half"u8.ToArray());
            throw new InvalidOperationException("It broke.");
        })).WithEntityTag());

        var answer = await app.GetTestClient().GetAsync("/");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Null(answer.Headers.ETag);
        Assert.DoesNotContain("half", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EntityTag.MaxBytes, true)]
    [InlineData(EntityTag.MaxBytes + 1, false)]
    public async Task What_is_long_arrives_whole_without_a_tag(int bytes, bool hasTag)
    {
        var content = new byte[bytes];
        Random.Shared.NextBytes(content);
        await using var app = await StartAsync(routes => routes.MapGet("/", () => TypedResults.Stream(async stream =>
        {
            foreach (var chunk in content.Chunk(100_000))
            {
                await stream.WriteAsync(chunk);
            }
        })).WithEntityTag());

        var answer = await app.GetTestClient().GetAsync("/");

        Assert.Equal(hasTag, answer.Headers.ETag is not null);
        Assert.Equal(content, await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task What_is_long_is_on_its_way_before_it_ends()
    {
        var end = new TaskCompletionSource();
        await using var app = await StartAsync(routes => routes.MapGet("/", () => TypedResults.Stream(async stream =>
        {
            await stream.WriteAsync(new byte[EntityTag.MaxBytes + 1]);
            await stream.FlushAsync();
            await end.Task;
        })).WithEntityTag());

        using var answer = await app.GetTestClient().GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        await (await answer.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[EntityTag.MaxBytes + 1]);

        end.SetResult();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Other_methods_of_a_group_are_left_alone()
    {
        await using var app = await StartAsync(routes =>
        {
            var group = routes.MapGroup("").WithEntityTag();
            group.MapPost("/", () => TypedResults.Ok("done"));
        });
        var answer = await app.GetTestClient().PostAsync("/", null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Null(answer.Headers.ETag);
    }

    [Fact]
    public async Task A_stream_of_events_cannot_be_given_a_tag()
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await using var app = await StartAsync(routes => routes.MapGet("/", () => TypedResults.ServerSentEvents(Events())).WithEntityTag());
            // Endpoints are built when they are first looked for.
            _ = app.Services.GetRequiredService<EndpointDataSource>().Endpoints;
        });
        Assert.Contains("stream of events", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_of_events_that_does_not_say_so_before_is_not_held_back_either()
    {
        await using var app = await StartAsync(routes => routes.MapGet("/", IResult () => TypedResults.ServerSentEvents(Events())).WithEntityTag());
        Assert.Equal(HttpStatusCode.InternalServerError, (await app.GetTestClient().GetAsync("/")).StatusCode);
    }

    private static async IAsyncEnumerable<SseItem<string>> Events()
    {
        yield return new SseItem<string>("one");
        await Task.Yield();
    }

    private static async Task<WebApplication> StartAsync(Action<IEndpointRouteBuilder> map)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddProblemDetails();
        var app = builder.Build();
        app.UseExceptionHandler();
        map(app);
        await app.StartAsync();
        return app;
    }
}
