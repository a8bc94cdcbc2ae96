using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.Dart;
using AutoDevOps.Analyzer.Detectors.Services;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds Dart and Flutter packages, also those of a workspace of pub or Melos.</summary>
internal sealed class DartDetector : IDetector
{
    /// <summary>What a component that needs Flutter's SDK has among its frameworks.</summary>
    public const string Flutter = "flutter";

    private static readonly string[] Frameworks = ["dart_frog", "jaspr", "serverpod", "shelf"];

    public string Ecosystem => Ecosystems.Dart;

    public IEnumerable<Component> Detect(DetectionContext context)
    {
        var files = context.Files;
        var services = new ServiceEvidence(context);
        var packages = context.Snapshot.Named("pubspec.yaml").Where(file => !IsIgnored(file.Directory)).Select(file => PubPackage.Read(context, file)).OfType<PubPackage>().ToList();
        foreach (var package in packages)
        {
            var workspace = package.IsMember ? packages.Find(root => root != package && root.Members.Any(member => RepositoryPath.Combine(root.Folder, member) == package.Folder)) : null;
            var nested = packages.Where(other => other != package && RepositoryPath.IsWithin(other.Folder, package.Folder)).Select(other => other.Folder).ToList();
            var isWorkspace = package.Members.Any() || package.Require("melos") is not null;
            var installFolder = (workspace ?? package).Folder;
            var lockFile = files.Exists(installFolder, "pubspec.lock") ? RepositoryPath.File(installFolder, "pubspec.lock") : null;
            var commands = Commands(context, files, package, lockFile, installFolder, nested);
            var isFlutter = package.IsFlutter || (isWorkspace && packages.Exists(other => other.IsFlutter && nested.Contains(other.Folder)))
                || commands.Any(command => command.Run.StartsWith("flutter ", StringComparison.Ordinal));
            yield return new Component(RepositoryPath.ToModel(package.Folder), package.Name, Ecosystems.Dart)
            {
                Frameworks = [.. Frameworks.Where(name => package.Require(name) is not null).Concat(isFlutter ? [Flutter] : []).Order(StringComparer.Ordinal)],
                PackageManager = new("pub", null, lockFile, 0.99, [package.NamePlace]),
                Runtimes = DartVersions.Find(context, package, isFlutter),
                Commands = commands,
                Services = services.For(package.Folder, package.Requires, package.Require),
            };
        }
    }

    private static IReadOnlyList<Command> Commands(DetectionContext context, FileIndex files, PubPackage package, string? lockFile, string installFolder, List<string> nested)
    {
        var commands = new DartCommands(context, files, package, lockFile, installFolder, nested);
        var tasks = new TaskCommands(context, package.Folder, Ecosystems.Dart, program => program == "dart" || (program == "flutter" && package.IsFlutter));
        return CommandChoice.Choose(context,
        [
            .. CiCommands.For(context, package.Folder, command => commands.Resolve(command) ?? tasks.Resolve(command)),
            .. commands.Candidates(),
            .. commands.MelosScripts(),
            .. tasks.Candidates(),
        ]);
    }

    /// <summary>The example of a package is no component of its own, nor are the parts that belong to one platform of an application.</summary>
    private static bool IsIgnored(string folder) =>
        folder.Length > 0 && (RepositoryPath.IsSample(folder) || folder.Split('/').Any(part => part is ".dart_tool" or "test" or "test_fixtures" or "bricks" or "__brick__" or "build"));
}
