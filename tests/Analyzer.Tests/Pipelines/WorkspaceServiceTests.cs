using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Pipelines;

namespace AutoDevOps.Analyzer.Tests.Pipelines;

/// <summary>The root of a workspace runs its members' tests, which need what they need wherever they are started from.</summary>
public sealed class WorkspaceServiceTests
{
    private static readonly (string, string)[] Files =
    [
        ("package.json", """{"name": "shop", "workspaces": ["packages/*"], "scripts": {"test": "npm test --workspaces"}}"""),
        ("package-lock.json", """{"lockfileVersion": 3}"""),
        ("packages/api/package.json", """{"name": "api", "scripts": {"test": "node --test"}, "dependencies": {"pg": "8", "ioredis": "5"}}"""),
        ("packages/api/api.test.js", "connect(process.env.DATABASE_URL, process.env.REDIS_URL)"),
        ("packages/ui/package.json", """{"name": "ui", "scripts": {"test": "node --test"}}"""),
    ];

    [Fact]
    public void A_members_services_were_lost_when_the_root_ran_its_tests()
    {
        var snapshot = RepositorySnapshot.FromText(Files);
        var job = Assert.Single(BuildPlanner.Plan(snapshot, RepositoryModelBuilder.Build(snapshot).Model, new()).Jobs, job => job.Services.Count > 0);
        Assert.Equal(".", job.Component.Path);
        Assert.Equal(["postgres", "redis"], job.Services.Select(service => service.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["DATABASE_URL", "REDIS_URL"], job.Environment.Keys);
    }
}
