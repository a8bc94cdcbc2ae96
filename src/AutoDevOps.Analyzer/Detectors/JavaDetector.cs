using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.Java;
using AutoDevOps.Analyzer.Detectors.Services;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds what Maven and Gradle build, in Java or, where most of the code is, in Kotlin.</summary>
internal sealed class JavaDetector : IDetector
{
    private static readonly (string Prefix, string Name)[] Frameworks =
    [
        ("com.android.application", "android"), ("com.android.library", "android"), ("io.dropwizard:", "dropwizard"), ("io.grpc:", "grpc"), ("io.javalin:", "javalin"), ("io.ktor:", "ktor"),
        ("io.micronaut", "micronaut"), ("io.quarkus", "quarkus"), ("io.vertx:", "vertx"), ("org.http4k:", "http4k"), ("org.jetbrains.compose", "compose"), ("org.springframework.boot", "spring-boot"),
        ("org.springframework:", "spring"), ("com.vaadin:", "vaadin"), ("jakarta.platform:", "jakarta-ee"), ("org.jetbrains.kotlin.multiplatform", "kotlin-multiplatform"),
    ];

    public string Ecosystem => Ecosystems.Java;

    public IReadOnlyList<string> Finds => [Ecosystems.Java, Ecosystems.Kotlin];

    public IEnumerable<Component> Detect(DetectionContext context)
    {
        var files = context.Files;
        var builds = Enumerable.Concat<IJvmBuild>(MavenBuild.Find(context, files), GradleBuild.Find(context, files)).GroupBy(build => build.Folder).OrderBy(folder => folder.Key, StringComparer.Ordinal).ToList();
        if (builds.Count == 0)
        {
            yield break;
        }

        var services = new ServiceEvidence(context);
        foreach (var build in builds.Select(folder => Choose(context, [.. folder])))
        {
            // The tasks of Java and Kotlin call the same tools.
            var tasks = new TaskCommands(context, build.Folder, Ecosystems.Java);
            var candidates = CiCommands.For(context, build.Folder, command => build.Resolve(command) ?? tasks.Resolve(command)).Concat(tasks.Candidates()).Concat(build.Candidates());
            yield return new Component(RepositoryPath.ToModel(build.Folder), build.Name, build.Sources.Kotlin > 0 && build.Sources.Kotlin >= build.Sources.Java ? Ecosystems.Kotlin : Ecosystems.Java)
            {
                Frameworks = [.. Frameworks.Where(known => build.Dependencies.Any(dependency => dependency.Name.StartsWith(known.Prefix, StringComparison.Ordinal))).Select(known => known.Name).Distinct().Order(StringComparer.Ordinal)],
                PackageManager = build.Manager,
                Runtimes = build.Version is { } version ? [version] : [],
                Commands = CommandChoice.Choose(context, candidates),
                Services = TestContainers.Start(context, build.Folder, build.Dependencies)
                    ? []
                    : services.For(build.Folder, build.Dependencies.Select(dependency => dependency.Name), name => build.Dependencies.FirstOrDefault(dependency => dependency.Name == name).Place),
            };
        }
    }

    /// <summary>Where Maven and Gradle can both build a folder, the one that existing CI runs more often; of equals Maven.</summary>
    private static IJvmBuild Choose(DetectionContext context, IReadOnlyList<IJvmBuild> builds)
    {
        if (builds.Count == 1)
        {
            return builds[0];
        }

        var chosen = builds.MaxBy(build => CiCommands.For(context, build.Folder, build.Resolve).Count())!;
        context.Abstain(RepositoryPath.ToModel(chosen.Folder), "build", $"{string.Join(" and ", builds.Select(build => build.Manager.Evidence[0].Path))} build the same folder; {chosen.Manager.Name} is taken");
        return chosen;
    }
}
