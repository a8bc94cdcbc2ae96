using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Services;

/// <summary>Whether existing CI has the last word on services: it runs tests, and all that it starts beside them could be read.</summary>
/// <remarks>A compose file, an example of an environment or a setting can only tell what tests might need; CI tells what they ran with. Where CI
/// calls or includes what another repository has, starts containers by a command or an action, or computes an image, it may start more than is seen,
/// and the weaker places keep their say.</remarks>
internal static partial class CiServices
{
    /// <summary>The vendors whose way of starting services is read (see <see cref="ComposeServices.ReadCi"/>).</summary>
    private static readonly string[] ReadWhole = ["github", "gitlab", "circleci", "gitea", "forgejo"];

    /// <summary>The first step that runs tests, or null when CI does not settle what they need.</summary>
    public static Evidence? Settle(DetectionContext context)
    {
        if (context.Ci.Any(configuration => CiCommands.ChecksChanges(configuration) && !ReadWhole.Contains(configuration.Vendor)))
        {
            return null;
        }

        var files = context.Ci.Where(CiCommands.ChecksChanges).Select(configuration => context.Snapshot.Find(configuration.Path)).OfType<SnapshotFile>()
            .Concat(context.Snapshot.Under(".github/actions"));
        if (files.Any(file => StartsOtherwise().IsMatch(file.Text)))
        {
            return null;
        }

        var (configuration, step) = CiCommands.Steps(context).FirstOrDefault(entry => entry.Step.Run is { } run && RunsTests().IsMatch(run));
        return configuration is null ? null : Cite.At(context.Snapshot.Find(configuration.Path)!, step.Line);
    }

    [GeneratedRegex(@"^include:|docker[ -]compose|docker run|systemctl start|service [a-z]+ start|brew services|image:\s*[""']?\$\{\{|uses:\s*[^\s]*(postgres|mysql|mariadb|redis|valkey|mongo|rabbitmq|kafka|elastic|opensearch|memcached|mssql|nats|minio|localstack|/\.github/workflows/)",
        RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex StartsOtherwise();

    [GeneratedRegex(@"\b(test|tests|pytest|tox|nox|r?spec|phpunit|pest|vitest|jest|mocha|ava|ctest|check|verify|nextest|gradlew? build)\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex RunsTests();
}
