using System.Diagnostics;
using System.Text;
using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

public sealed class HostileManifestTests
{
    // Far above what these take (well below a second), far below what quadratic or exponential work would.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Kinds => ["makefile", "gitlab", "package.json", "requirements", "jenkins", "workspaces", "cargo", "pom", "gradle", "sbt", "builds", "cmake", "cmake-includes", "terraform", "deno", "compose", "circles", "fan-out"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_manifest_made_to_take_for_ever_does_not(string kind)
    {
        var snapshot = RepositorySnapshot.FromText(Files(kind));
        var watch = Stopwatch.StartNew();
        var (_, diagnostics) = RepositoryModelBuilder.Build(snapshot);

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Patience);
        Assert.DoesNotContain(diagnostics, diagnostic => diagnostic.Message.Contains("detector failed", StringComparison.Ordinal));
    }

    private static IEnumerable<(string Path, string Text)> Files(string kind)
    {
        const int Many = 20_000;
        return kind switch
        {
            "makefile" => [("go.mod", "module x\n"), ("Makefile", Lines(Many, number => $"t{number}: {string.Join(' ', Enumerable.Range(number + 1, 20).Select(need => $"t{need % 40}"))}\n\ttest"))],
            "gitlab" => [(".gitlab-ci.yml", Lines(200, number => $"j{number}:\n  extends: [{string.Join(", ", Enumerable.Range(0, 100).Select(name => $"j{name}"))}]"))],
            "package.json" => [("package.json", "{\"dependencies\":{" + string.Join(",\n", Enumerable.Range(0, Many).Select(number => $"\"pg{number}\":\"1\"")) + "},\"scripts\":{" + string.Join(",\n", Enumerable.Range(0, Many).Select(number => $"\"test-{number}\":\"yarn test-{number + 1}\"")) + "}}")],
            "requirements" => [("requirements.txt", Lines(Many, number => $"package{number}==1")), ("app.py", "")],
            "cargo" => [("Cargo.toml", "[workspace]\nexclude = [" + string.Join(',', Enumerable.Range(0, 2_000).Select(number => $"\"x{number}\"")) + "]\n[workspace.dependencies]\n" + Lines(Many, number => $"c{number} = \"1\"")), .. Enumerable.Range(0, 500).Select(number => ($"a{number}/Cargo.toml", "[package]\nname = \"x\"\n")), .. Enumerable.Range(0, 500).Select(number => ($"a{number}/src/lib.rs", "// nothing\n"))],
            "pom" => [("pom.xml", "<project><modules>" + Lines(Many, number => $"<module>m{number}</module>") + "</modules><dependencies>" + Lines(Many, number => $"<dependency><groupId>a</groupId><artifactId>a{number}</artifactId></dependency>") + "</dependencies></project>"), ("src/main/java/A.java", "")],
            "gradle" => [("build.gradle", "plugins { id 'java' }\n" + Lines(Many, number => $"implementation 'a.b:c{number}:1' // \"\"\"'''/*")), ("settings.gradle", Lines(Many, _ => "includeBuild('a/b')")), ("src/main/java/A.java", "")],
            "builds" => [("pom.xml", "<project/>"), .. Enumerable.Range(0, 1_000).SelectMany(number => new[] { ($"m{number}/pom.xml", "<project/>"), ($"m{number}/src/main/java/A.java", ""), ($"g{number}/build.gradle", "apply plugin: 'java'\n"), ($"g{number}/src/test/java/ATest.java", "") })],
            "sbt" => [("build.sbt", Lines(Many, number => $"\"a\" %% \"b{number}\" % \"1\"")), ("src/main/scala/A.scala", "")],
            "jenkins" => [("Jenkinsfile", Lines(Many, _ => "sh \"\"\"'''stage('"))],
            "cmake" => [("CMakeLists.txt", "project(x CXX)\nenable_testing()\n" + Lines(Many, number => $"if(A{number} OR B{number} AND C)\nadd_test(t{number} x)\n[=[ \" #") + string.Concat(Enumerable.Repeat("(", Many))), ("a.cpp", "")],
            "cmake-includes" => [("CMakeLists.txt", "project(x CXX)\n" + Lines(500, number => $"if(X{number})\nadd_subdirectory(d{number})")), ("a.cpp", ""), .. Enumerable.Range(0, 500).Select(number => ($"d{number}/CMakeLists.txt", Lines(100, other => $"include(../d{other}/CMakeLists.txt)\nenable_testing()\nadd_test(a b)")))],
            "terraform" => [.. Enumerable.Range(0, 1000).Select(number => ($"m{number}/main.tf", Lines(50, other => $"source = \"../m{(number + other) % 1000}\"")))],
            "deno" => [("deno.json", "{\"tasks\":{" + string.Join(",\n", Enumerable.Range(0, 2000).Select(number => $"\"test{number}\":\"deno task test{number + 1} && deno task test{number + 2}\"")) + "}}"), ("a_test.ts", "")],
            "compose" => [("compose.yaml", "services:\n" + Lines(Many, number => $"  s{number}: {{ build: ./d{number} }}")), ("Dockerfile", "FROM x\n" + Lines(Many, number => $"COPY a{number} b\nARG A{number}=$A{number - 1}$A{number - 1}"))],
            "circles" => [("package.json", "{\"workspaces\":[\"p/*\"]}"), .. Enumerable.Range(0, 1000).Select(number => ($"p/{number}/package.json", $"{{\"name\":\"p{number}\",\"dependencies\":{{{string.Join(',', Enumerable.Range(1, 20).Select(other => $"\"p{(number + other) % 1000}\":\"1\""))}}}}}"))],
            "fan-out" => [("package.json", "{\"workspaces\":[\"p/*\"],\"scripts\":{\"test\":\"" + string.Join(" && ", Enumerable.Range(0, 5000).Select(number => $"turbo run test --filter=p{number}*")) + "\"},\"devDependencies\":{\"turbo\":\"2\"}}"), ("turbo.json", "{\"tasks\":{\"test\":{}}}"), .. Enumerable.Range(0, 500).Select(number => ($"p/{number}/package.json", $"{{\"name\":\"p{number}\",\"scripts\":{{\"test\":\"x\"}}}}"))],
            _ => [("package.json", "{\"workspaces\":[" + string.Join(',', Enumerable.Range(0, 200).Select(_ => "\"**/**/a*/**/b*\"")) + "]}"), .. Enumerable.Range(0, 100).Select(number => ($"a/b/a/b/a/b{number}/package.json", "{\"name\":\"x\"}"))],
        };
    }

    private static string Lines(int count, Func<int, string> line)
    {
        var text = new StringBuilder();
        for (var number = 0; number < count; number++)
        {
            text.Append(line(number)).Append('\n');
        }

        return text.ToString();
    }
}
