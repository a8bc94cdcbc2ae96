using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Analyzer.Tests.Rules;

public sealed class RuleConventionTests
{
    private static readonly IReadOnlyList<RuleDescriptor> Rules = [.. RuleCatalog.All.Select(rule => rule.Descriptor)];

    [Fact]
    public void Every_rule_is_in_the_catalog_once()
    {
        var written = typeof(IRule).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IRule)) && type is { IsAbstract: false, IsInterface: false });
        Assert.Equal(written.Select(type => type.Name).Order(), RuleCatalog.All.Select(rule => rule.GetType().Name).Order());
    }

    [Fact]
    public void Ids_and_names_are_unique_and_well_formed()
    {
        Assert.Equal(Rules.Count, Rules.Select(rule => rule.Id).Distinct().Count());
        Assert.Equal(Rules.Count, Rules.Select(rule => rule.Name).Distinct().Count());
        Assert.All(Rules, rule => Assert.Matches("^(GHA|GLC|CCI|AZP|JNK|POL|CNT|SEC|DEP|REP|INF|COD)[0-9]{3}$", rule.Id));
        Assert.All(Rules, rule => Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", rule.Name));
    }

    [Fact]
    public void What_why_and_remedy_are_sentences()
    {
        Assert.All(Rules.SelectMany(rule => new[] { rule.What, rule.Why, rule.Remedy }), text =>
        {
            Assert.EndsWith(".", text);
            Assert.True(char.IsUpper(text[0]) || text[0] == '`', text);
        });
    }

    [Fact]
    public void Equivalents_name_their_tool_and_references_are_known_schemes()
    {
        Assert.All(Rules.SelectMany(rule => rule.Equivalents), name => Assert.Matches("^[a-z]+/[A-Za-z0-9_./-]+$", name));
        Assert.All(Rules, rule => Assert.NotEmpty(rule.References));
        Assert.All(Rules.SelectMany(rule => rule.References), reference => Assert.Matches("^(CWE-[0-9]+|OWASP .+|CIS .+|https://.+)$", reference));
        Assert.All(Rules, rule => Assert.InRange(rule.Confidence, 0.5, 1));
    }

    [Fact]
    public void Every_fixture_belongs_to_a_rule()
    {
        Assert.Equal(Rules.Select(rule => rule.Name).Order(), Directory.GetDirectories(RuleFixture.Root).Select(Path.GetFileName).Order()!);
    }

    [Fact]
    public void Rules_do_not_print_the_secrets_they_find()
    {
        foreach (var rule in RuleCatalog.All.Where(rule => rule.Descriptor.Id.StartsWith("SEC", StringComparison.Ordinal)))
        {
            Assert.All(RuleFixture.Read(rule.Descriptor.Name, "bad").Run(rule), finding => Assert.DoesNotMatch("[0-9A-Za-z]{16,}", finding.Message));
        }
    }

    [Fact]
    public void The_documentation_of_the_rules_is_current()
    {
        var path = Path.Combine(Root(), "docs", "generated", "rules.md");
        if (Environment.GetEnvironmentVariable("UPDATE_GENERATED") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, RuleDocumentation.Markdown());
        }

        Assert.Equal(RuleDocumentation.Markdown(), File.ReadAllText(path));
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "AutoDevOps.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return folder;
    }
}
