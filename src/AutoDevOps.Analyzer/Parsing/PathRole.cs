namespace AutoDevOps.Analyzer.Parsing;

/// <summary>What the folders of a path say about the purpose of a file.</summary>
internal static class PathRole
{
    // Without the underscores around some of them: _examples, __fixtures__.
    private static readonly HashSet<string> SampleFolders = new(StringComparer.OrdinalIgnoreCase)
    {
        "fixtures", "fixture", "testdata", "test-data", "test_data", "test-fixtures", "examples", "example", "samples", "sample",
        "snapshots", "mocks", "cassettes", "demo", "demos", "playground", "playgrounds", "testing",
    };

    private static readonly HashSet<string> TestFolders = new(StringComparer.OrdinalIgnoreCase)
    {
        "test", "tests", "spec", "specs", "e2e", "integration", "integration-tests", "integration_tests", "unittest", "unittests",
        "bench", "benchmark", "benchmarks", "cypress", "playwright", "src-test", "androidtest", "testlib", "fuzz", "t",
    };

    private static readonly HashSet<string> AsideFolders = new(StringComparer.OrdinalIgnoreCase)
    {
        "docs", "doc", "website", "benches", "perf", "e2e-tests", "smoke-tests", "tutorial", "tutorials",
    };

    /// <summary>Whether the file explains or measures the product and is no part of it.</summary>
    public static bool IsAside(string path) => Folders(path, AsideFolders);

    /// <summary>Whether the file is material for tests or an example, which is often wrong on purpose.</summary>
    public static bool IsSample(string path) => Folders(path, SampleFolders);

    /// <summary>Whether the file belongs to tests: by its folder (<c>tests</c>, <c>Web.Tests</c>) or its name
    /// (<c>x_test.go</c>, <c>x.spec.ts</c>, <c>test_x.py</c>, <c>XTests.cs</c>).</summary>
    public static bool IsTest(string path)
    {
        if (IsSample(path) || Folders(path, TestFolders))
        {
            return true;
        }

        var name = path[(path.LastIndexOf('/') + 1)..];
        var dot = name.LastIndexOf('.');
        var stem = dot > 0 ? name[..dot] : name;
        return stem.StartsWith("test_", StringComparison.Ordinal)
            || stem is "conftest"
            || stem.EndsWith("_test", StringComparison.Ordinal)
            || stem.EndsWith("_spec", StringComparison.Ordinal)
            || stem.EndsWith(".test", StringComparison.Ordinal)
            || stem.EndsWith(".spec", StringComparison.Ordinal)
            || stem.EndsWith("-test", StringComparison.Ordinal)
            || stem.EndsWith("Test", StringComparison.Ordinal)
            || stem.EndsWith("Tests", StringComparison.Ordinal)
            || stem.EndsWith("Spec", StringComparison.Ordinal);
    }

    private static bool Folders(string path, HashSet<string> names)
    {
        var rest = path.AsSpan();
        var lookup = names.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var slash = rest.IndexOf('/'); slash >= 0; slash = rest.IndexOf('/'))
        {
            var folder = rest[..slash].Trim('_');
            if (lookup.Contains(folder) || (names == TestFolders && IsTestProject(folder)))
            {
                return true;
            }

            rest = rest[(slash + 1)..];
        }

        return false;
    }

    /// <summary><c>Shop.Tests</c>, <c>shop-tests</c>, <c>test-utils</c>.</summary>
    private static bool IsTestProject(ReadOnlySpan<char> folder) =>
        folder.EndsWith(".Tests", StringComparison.OrdinalIgnoreCase)
        || folder.EndsWith("Tests", StringComparison.Ordinal)
        || folder.EndsWith(".Test", StringComparison.OrdinalIgnoreCase)
        || folder.EndsWith("-tests", StringComparison.OrdinalIgnoreCase)
        || folder.EndsWith("-test", StringComparison.OrdinalIgnoreCase)
        || folder.StartsWith("test-", StringComparison.OrdinalIgnoreCase)
        || folder.StartsWith("test_", StringComparison.OrdinalIgnoreCase);
}
