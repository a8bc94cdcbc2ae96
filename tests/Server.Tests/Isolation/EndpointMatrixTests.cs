using System.Globalization;
using System.Text.RegularExpressions;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>Endpoint and page x method x actor, about what is A's, asked of the whole program.</summary>
public sealed class EndpointMatrixTests(EndpointWorld world) : EndpointMatrix(world), IClassFixture<EndpointWorld>;

/// <summary>The same behind a pooler, which gives each transaction the connection that is free.</summary>
public sealed class PooledEndpointMatrixTests(PooledEndpointWorld world) : EndpointMatrix(world), IClassFixture<PooledEndpointWorld>;

/// <summary>What is asked, whatever the way to the database.</summary>
public abstract partial class EndpointMatrix(EndpointWorld world)
{
    [Fact]
    public async Task Each_endpoint_and_page_answers_each_actor_as_is_written()
    {
        Dictionary<(string Line, string Column), string> measured = [];
        foreach (var address in world.Addresses)
        {
            foreach (var actor in world.Actors)
            {
                measured.Add((address.Line, actor), await AskAsync(actor, address));
            }
        }

        foreach (var group in world.Addresses.GroupBy(address => address.Pattern, StringComparer.Ordinal))
        {
            foreach (var actor in world.Actors)
            {
                List<string> answers = [];
                foreach (var method in EndpointRequests.Methods.Except(group.Select(address => address.Method), StringComparer.Ordinal))
                {
                    answers.Add(await AskAsync(actor, new Address(method, group.Key)));
                }

                measured.Add(($"others {group.Key}", actor), string.Join('|', answers.Distinct(StringComparer.Ordinal)));
            }
        }

        MatrixFile.Read("endpoints.matrix").AssertHolds(measured);
    }

    [Fact]
    public async Task A_stranger_is_answered_as_if_the_row_did_not_exist()
    {
        // By the address, or by what the body says.
        foreach (var address in world.Addresses.Where(address => address.NamesARow || address.Line.StartsWith("POST /api/", StringComparison.Ordinal) || address.Line == "POST /repositories"))
        {
            foreach (var actor in (string[])[Actor.Stranger, Actor.Narrowed])
            {
                var others = await world[actor].SendAsync(world.Requests.Make(address, 'A'));
                var nobodys = await world[actor].SendAsync(world.Requests.Make(address, null));
                Assert.Equal(await ComparableAsync(address, null, nobodys), await ComparableAsync(address, 'A', others));
                // Deliveries ask for a signature, whoever sends them.
                var isRefused = others.Status is 404 or 400 or 405 || (others.Status == 401 && address.Pattern.StartsWith("/webhooks/", StringComparison.Ordinal));
                Assert.True(!address.NamesARow || isRefused, $"{address.Line} answers {actor} with {others.Status}.");
            }
        }
    }

    private async Task<string> AskAsync(string actor, Address address)
    {
        var answer = await world[actor].SendAsync(world.Requests.Make(address, 'A'));
        // What GitHub refuses to confirm ends, and whoever asked is refused.
        if (address.Method is not "GET" and not "HEAD" && (answer.Status < 400 || (answer.Status == 403 && address.Pattern.Contains("/organizations", StringComparison.Ordinal))))
        {
            await world.RestoreAsync();
        }

        var owners = Canary.OwnersIn(world.WithoutSelf(actor, answer.Text));
        return answer.Status.ToString(CultureInfo.InvariantCulture) + (owners.Length == 0 ? "" : $":{owners}");
    }

    // Without what differs each time, and without what the caller said.
    private async Task<string> ComparableAsync(Address address, char? owner, Answer answer)
    {
        using var request = world.Requests.Make(address, owner);
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync();
        var said = Id().Matches($"{world.Requests.Path(address, owner)} {body}").Select(match => match.Value);
        var text = said.Aggregate(answer.Text, (text, id) => text.Replace(id, "id", StringComparison.OrdinalIgnoreCase));
        return $"{address.Line}: {answer.Status}\n{Varying().Replace(text, "")}";
    }

    [GeneratedRegex("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.NonBacktracking)]
    private static partial Regex Id();

    [GeneratedRegex("\"trace_id\":\"[^\"]*\"|name=\"__RequestVerificationToken\" value=\"[^\"]*\"|Set-Cookie: autodevops-form[^\n]*|RateLimit-Remaining: [0-9]+|RateLimit-Reset: [0-9]+|<code>[0-9a-f:|.-]+</code>", RegexOptions.NonBacktracking)]
    private static partial Regex Varying();
}
