using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.Swift;

/// <summary>Whether a package can be built on Linux, where pipelines run.</summary>
internal static partial class SwiftPlatform
{
    /// <summary>Why it cannot, or null.</summary>
    public static string? NeedsMac(DetectionContext context, SwiftPackage package, IReadOnlyList<SnapshotFile> sources)
    {
        foreach (var source in sources)
        {
            var conditions = 0;
            foreach (var (number, text) in source.Lines())
            {
                // What stands under a condition has something else for other systems.
                var line = text.AsSpan().TrimStart();
                conditions += line.StartsWith("#if", StringComparison.Ordinal) ? 1 : line.StartsWith("#endif", StringComparison.Ordinal) ? -1 : 0;
                if (conditions <= 0 && AppleOnly().IsMatch(text))
                {
                    return $"{source.Path}:{number} imports what only Apple's systems have; it is built on a Mac";
                }
            }
        }

        return Xcode(context, package) is { } xcode && !Runs(context).Any(run => SwiftCommand().IsMatch(run))
            ? $"existing CI builds {xcode} with xcodebuild, on a Mac; that the package builds on Linux too is nowhere said"
            : null;
    }

    /// <summary>The Xcode project that existing CI builds the package with, or null.</summary>
    public static string? Xcode(DetectionContext context, SwiftPackage package) =>
        Runs(context).Any(run => run.Contains("xcodebuild", StringComparison.Ordinal))
            ? context.Snapshot.Entries.FirstOrDefault(file => file.Name == "project.pbxproj" && RepositoryPath.IsWithin(file.Path, package.Folder) && !RepositoryPath.IsSample(file.Directory))?.Directory
            : null;

    private static IEnumerable<string> Runs(DetectionContext context) => context.Ci.SelectMany(ci => ci.Steps).Select(step => step.Run).OfType<string>();

    [GeneratedRegex(@"^\s*(@[A-Za-z_]+\s+)*import\s+(struct\s+|class\s+)?(UIKit|AppKit|SwiftUI|WatchKit|Combine|CoreData|CoreGraphics|CoreLocation|AVFoundation|MapKit|StoreKit|WebKit|Cocoa|Metal|ARKit|SpriteKit|SceneKit|SwiftData|os)\b",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex AppleOnly();

    [GeneratedRegex(@"(^|\s)swift (test|build)\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex SwiftCommand();
}
