using System.Text.RegularExpressions;

namespace AutoDevOps.Benchmarks.Accuracy;

/// <summary>The workflows of Scorecard's tests, beside what the tables in these say of them.</summary>
internal sealed partial class ScorecardSuite : ISuite
{
    private static readonly (string Test, string Check)[] Tests =
    [
        ("checks/permissions_test.go", "Token-Permissions"), ("checks/raw/dangerous_workflow_test.go", "Dangerous-Workflow"), ("checks/raw/pinned_dependencies_test.go", "Pinned-Dependencies"),
    ];

    public string Name => "scorecard";

    public string Repository => "ossf/scorecard";

    public string What => "the workflows of `testdata`, as the tables of the tests of three checks count them: any warning is to be found, wherever in the file; without one the check's rules must be silent";

    public SuiteReading Read(string folder, IReadOnlySet<string> claimed)
    {
        var reading = new SuiteReading();
        foreach (var (test, check) in Tests)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (Match entry in Entry().Matches(About(File.ReadAllText(Path.Combine(folder, test)))))
            {
                var named = entry.Groups["path"].Value;
                if (!named.Contains(".github/workflows/", StringComparison.Ordinal) || Find(folder, Path.GetDirectoryName(test)!, named) is not { } path)
                {
                    reading.LeaveOut("entries about other files");
                }
                else if (Verdict(check, entry.Value) is not { } isPositive)
                {
                    reading.LeaveOut("entries with a full score and warnings");
                }
                else if (seen.Add(path))
                {
                    reading.Samples.Add(new(".github/workflows/ci.yaml", File.ReadAllText(Path.Combine(folder, path)), [new($"scorecard/{check}", isPositive, 0, path)]));
                }
            }
        }

        return reading;
    }

    /// <summary>Without the tests of what shell scripts install: no rule of ours names that check for it.</summary>
    private static string About(string source) =>
        source.IndexOf("func TestGithubWorkflowPkgManagerPinning", StringComparison.Ordinal) is >= 0 and var end ? source[..end] : source;

    private static bool? Verdict(string check, string entry)
    {
        var warns = Warnings().Match(entry) is { Success: true } match && match.Groups["count"].Value != "0";
        return check != "Token-Permissions" ? warns
            : entry.Contains("checker.MaxResultScore,", StringComparison.Ordinal) ? warns ? null : false
            : true;
    }

    private static string? Find(string folder, string beside, string named)
    {
        var candidates = new[] { beside, beside + "/testdata", beside + "/../testdata" }.Select(start => Path.GetRelativePath(folder, Path.GetFullPath(Path.Combine(folder, start, named))).Replace('\\', '/'));
        return candidates.FirstOrDefault(path => File.Exists(Path.Combine(folder, path)));
    }

    // From the name of the file to the end of the entry, which stands two tabs deep.
    [GeneratedRegex(@"filenames?:\s*(\[\]string\{)?""(?<path>[^""]+)""[\s\S]*?\n\t\t\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex Entry();

    [GeneratedRegex(@"(nb|warns|unpinned|NumberOfWarn):\s*(?<count>\d{1,4})", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Warnings();
}
