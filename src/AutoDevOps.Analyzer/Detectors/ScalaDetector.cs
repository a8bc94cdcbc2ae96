using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.Java;
using AutoDevOps.Analyzer.Detectors.Scala;
using AutoDevOps.Analyzer.Detectors.Services;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds what sbt builds.</summary>
internal sealed partial class ScalaDetector : IDetector
{
    private static readonly (string Prefix, string Name)[] Frameworks =
    [
        ("com.typesafe.akka:", "akka"), ("org.apache.pekko:", "pekko"), ("org.typelevel:cats-effect", "cats-effect"), ("org.http4s:", "http4s"), ("org.playframework:", "play"), ("com.typesafe.play:", "play"),
        ("org.apache.spark:", "spark"), ("dev.zio:zio", "zio"),
    ];

    public string Ecosystem => Ecosystems.Scala;

    public IEnumerable<Component> Detect(DetectionContext context)
    {
        var builds = SbtBuild.Find(context);
        if (builds.Count == 0)
        {
            yield break;
        }

        var services = new ServiceEvidence(context);
        foreach (var build in builds)
        {
            var commands = new SbtCommands(context, build);
            var tasks = new TaskCommands(context, build.Folder, Ecosystems.Scala);
            var candidates = CiCommands.For(context, build.Folder, command => commands.Resolve(command) ?? tasks.Resolve(command)).Concat(tasks.Candidates()).Concat(commands.Candidates());
            var names = Frameworks.Where(known => build.Dependencies.Any(dependency => dependency.Name.StartsWith(known.Prefix, StringComparison.Ordinal))).Select(known => known.Name);
            yield return new Component(RepositoryPath.ToModel(build.Folder), build.Name ?? (build.Folder.Length == 0 ? "root" : Path.GetFileName(build.Folder)), Ecosystems.Scala)
            {
                Frameworks = [.. names.Concat(build.Plugin("sbt-plugin") is null ? [] : ["play"]).Distinct().Order(StringComparer.Ordinal)],
                PackageManager = new("sbt", build.Version, null, 0.98, [Cite.File(build.Definition), .. build.VersionPlace is { } place ? [place] : Array.Empty<Evidence>()]),
                Runtimes = JavaVersions.Find(context, build.Folder, null, Release(build)) is { } version ? [version] : [],
                Commands = CommandChoice.Choose(context, candidates),
                Services = TestContainers.Start(context, build.Folder, build.Dependencies)
                    ? []
                    : services.For(build.Folder, build.Dependencies.Select(dependency => dependency.Name), name => build.Dependencies.FirstOrDefault(dependency => dependency.Name == name).Place),
            };
        }
    }

    /// <summary>The release that the compilers are told to compile for. For 8 any newer JDK will do.</summary>
    private static RuntimeVersion? Release(SbtBuild build)
    {
        foreach (var (number, text) in build.Definition.Lines())
        {
            if (text.Length < 2000 && ReleaseOption().Match(text) is { Success: true } match)
            {
                return JavaVersions.Of(build.Definition, number, match.Groups["version"].Value, 0.7) is { } version ? JavaVersions.WithReleaseOption(version) : null;
            }
        }

        return null;
    }

    [GeneratedRegex("""(tlJdkRelease\s*:=\s*Some\(|["]-{1,2}(java-output-version|release)["]\s*,\s*["]|["]-release:)(?<version>[0-9]{1,2})\b""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex ReleaseOption();
}
