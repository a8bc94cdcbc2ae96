using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.Services;
using AutoDevOps.Analyzer.Detectors.Swift;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds Swift packages. What only an Xcode project builds is not one.</summary>
internal sealed class SwiftDetector : IDetector
{
    private static readonly (string Package, string Name)[] Frameworks = [("hummingbird", "hummingbird"), ("swift-argument-parser", "argument-parser"), ("swift-nio", "nio"), ("vapor", "vapor")];

    public string Ecosystem => Ecosystems.Swift;

    public IEnumerable<Component> Detect(DetectionContext context)
    {
        var files = context.Files;
        var services = new ServiceEvidence(context);
        var packages = context.Snapshot.Named("Package.swift").Where(file => !IsIgnored(file.Directory)).Select(SwiftPackage.Read).ToList();
        foreach (var package in packages)
        {
            var nested = packages.Where(other => other != package && RepositoryPath.IsWithin(other.Folder, package.Folder)).Select(other => other.Folder).ToList();
            var sources = context.Snapshot.Under(package.Folder)
                .Where(file => file.Extension == ".swift" && file.Name != "Package.swift" && !file.Name.StartsWith("Package@", StringComparison.Ordinal) && !IsIgnored(file.Directory) && !nested.Any(folder => RepositoryPath.IsWithin(file.Directory, folder)))
                .ToList();
            var lockFile = files.Exists(package.Folder, "Package.resolved") ? RepositoryPath.File(package.Folder, "Package.resolved") : null;
            yield return new Component(RepositoryPath.ToModel(package.Folder), package.Name, Ecosystems.Swift)
            {
                Frameworks = [.. Frameworks.Where(known => package.Dependencies.ContainsKey(known.Package)).Select(known => known.Name)],
                PackageManager = new("swiftpm", null, lockFile, 0.99, [package.Place]),
                Runtimes = Version(context, package) is { } version ? [version] : [],
                Commands = Commands(context, package, lockFile, sources),
                Services = services.For(package.Folder, package.Dependencies.Keys, name => package.Dependencies.GetValueOrDefault(name)),
            };
        }
    }

    private static IReadOnlyList<Command> Commands(DetectionContext context, SwiftPackage package, string? lockFile, List<SnapshotFile> sources)
    {
        if (SwiftPlatform.NeedsMac(context, package, sources) is { } why)
        {
            foreach (var kind in new[] { "build", "test" })
            {
                context.Abstain(RepositoryPath.ToModel(package.Folder), kind, why);
            }

            return [];
        }

        var commands = new SwiftCommands(context, package, lockFile, sources);
        var tasks = new TaskCommands(context, package.Folder, Ecosystems.Swift);
        var fromCi = CiCommands.For(context, package.Folder, command => commands.Resolve(command) ?? tasks.Resolve(command)).ToList();
        var own = tasks.Candidates().Concat(commands.Candidates());
        if (SwiftPlatform.Xcode(context, package) is { } xcode)
        {
            // What CI does on a Mac with Xcode need not pass on Linux.
            own = own.Where(candidate => candidate.Kind is not (CommandKind.Build or CommandKind.Test or CommandKind.Coverage));
            if (fromCi.TrueForAll(candidate => candidate.Kind != CommandKind.Test))
            {
                context.Abstain(RepositoryPath.ToModel(package.Folder), "test", $"existing CI tests {xcode} with xcodebuild, on a Mac; that the tests pass on Linux too is nowhere said");
            }
        }

        return CommandChoice.Choose(context, [.. fromCi, .. own]);
    }

    /// <summary>Several that CI tests; <c>.swift-version</c>; the version managers' files; what CI sets up; the oldest that reads the
    /// manifest, which newer releases read too.</summary>
    private static RuntimeVersion? Version(DetectionContext context, SwiftPackage package)
    {
        var ci = CiRuntimes.Find(context, "swift", ("swift-actions/setup-swift", "swift-version"), ("SwiftyLab/setup-swift", "swift-version"), ("fwal/setup-swift", "swift-version"), ("vapor/swiftly-action", "toolchain"));
        if (ci is { Versions.Count: > 1 })
        {
            return ci;
        }

        return RepositoryPath.Upwards(package.Folder).Select(folder => VersionFiles.Single(context, folder, ".swift-version", "swift") ?? VersionFiles.Tool(context, folder, "swift", "swift")).FirstOrDefault(found => found is not null)
            ?? ci
            ?? (package.Tools is { } tools ? new("swift", [tools.Version], package.File.Path, 0.75, [tools.Place]) : null);
    }

    private static bool IsIgnored(string folder) =>
        folder.Length > 0 && (RepositoryPath.IsSample(folder) || folder.Split('/').Any(part => part is ".build" or "Pods" or "Carthage" or "Benchmarks" or "IntegrationTests" || part.EndsWith("Example", StringComparison.Ordinal)));
}
