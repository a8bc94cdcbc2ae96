using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Detectors.Java;
using AutoDevOps.Analyzer.Pipelines;
using AutoDevOps.Analyzer.Snapshots;
using AutoDevOps.Analyzer.Tests.Support;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

public sealed class JvmAndRustTests
{
    [Theory]
    [InlineData("1.8", "8")]
    [InlineData("8", "8")]
    [InlineData("1.7", "8")]
    [InlineData("5", "8")]
    [InlineData("11.0.2", "11")]
    [InlineData("VERSION_17", "17")]
    [InlineData("VERSION_1_8", "8")]
    [InlineData("21.0.5+11.0.LTS", "21")]
    [InlineData("21; id", null)]
    [InlineData("$(id)", null)]
    [InlineData("", null)]
    public void A_version_of_Java_is_its_feature_release(string text, string? major) => Assert.Equal(major, JavaVersions.Major(text));

    [Fact]
    public void A_wrapper_that_may_not_be_run_is_given_to_the_shell()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such permission.");
        using var folder = new TemporaryFolder(GradleProject());
        Assert.Equal(["sh ./gradlew assemble", "sh ./gradlew test", "sh ./gradlew assemble"], Commands(FolderSnapshot.Read(folder.Root, new(), TestContext.Current.CancellationToken)));

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.At("gradlew"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        Assert.Equal(["./gradlew assemble", "./gradlew test", "./gradlew assemble"], Commands(FolderSnapshot.Read(folder.Root, new(), TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("9.1.0", "8", "17")]
    [InlineData("8.10", "8", "8")]
    [InlineData("9.1.0", "21", "21")]
    [InlineData("8.10", null, "21")]
    [InlineData("8.4", null, "17")]
    [InlineData("7.2", null, "11")]
    public void Gradle_gets_a_JDK_that_it_runs_on(string gradle, string? asked, string set)
    {
        var toolchain = asked is null ? "" : $"java {{ toolchain {{ languageVersion = JavaLanguageVersion.of({asked}) }} }}\n";
        var pipeline = Generate([.. GradleProject(gradle, toolchain)]);

        Assert.True(pipeline.IsProven);
        Assert.Contains($"java-version: '{set}'", pipeline.Files[0].Text);
    }

    [Theory]
    [InlineData("rust-toolchain", "nightly-2024-05-01\n", "rustup toolchain install --component clippy,rustfmt")]
    [InlineData("rust-toolchain.toml", "[toolchain]\nchannel = \"1.84\"\n", "rustup toolchain install --component clippy,rustfmt")]
    [InlineData(".tool-versions", "rust 1.84.1\n", "rustup toolchain install 1.84.1 --profile minimal --component clippy,rustfmt && rustup default 1.84.1")]
    [InlineData("README.md", "", "rustup toolchain install stable --profile minimal --component clippy,rustfmt && rustup default stable")]
    public void The_toolchain_is_the_one_that_the_repository_names(string path, string text, string run)
    {
        var pipeline = Generate(("Cargo.toml", "[package]\nname = \"a\"\nrust-version = \"1.70\"\n"), ("src/lib.rs", "#[test]\nfn a() {}\n"), (path, text));

        Assert.True(pipeline.IsProven);
        Assert.Contains($"run: '{run}'", pipeline.Files[0].Text.Replace($"run: {run}\n", $"run: '{run}'\n", StringComparison.Ordinal));
    }

    [Fact]
    public void A_toolchain_file_of_a_part_is_read_there()
    {
        var pipeline = Generate(("native/Cargo.toml", "[package]\nname = \"a\"\n"), ("native/src/lib.rs", "#[test]\nfn a() {}\n"), ("native/rust-toolchain.toml", "[toolchain]\nchannel = \"1.84\"\n"));

        Assert.True(pipeline.IsProven);
        Assert.Contains("working-directory: native\n        run: rustup toolchain install", pipeline.Files[0].Text);
        Assert.Contains("workspaces: native", pipeline.Files[0].Text);
    }

    [Fact]
    public void What_a_line_of_CI_runs_after_it_changed_the_folder_is_run_there()
    {
        var (model, _) = RepositoryModelBuilder.Build(RepositorySnapshot.FromText(
            ("Cargo.toml", "[package]\nname = \"a\"\n"), ("src/lib.rs", "#[test]\nfn a() {}\n"), ("tool/Cargo.toml", "[package]\nname = \"b\"\n[workspace]\n"), ("tool/src/lib.rs", "#[test]\nfn b() {}\n"),
            (".github/workflows/ci.yml", "on: push\njobs:\n  test:\n    steps:\n      - run: cd tool && cargo test --release\n      - run: cd $X && cargo test --all-features\n")));

        Assert.Equal(["cargo test", "cargo test --release"], model.Components.Select(component => component.Command(CommandKind.Test)!.Run));
    }

    [Fact]
    public void The_version_file_of_CI_is_read_where_CI_has_it()
    {
        (string, string)[] files = [.. GradleProject(), ("ci/.java-version", "25\n"), (".github/workflows/other.yml", "on: push\njobs:\n  test:\n    steps:\n      - uses: actions/setup-java@v5\n        with: { java-version-file: ci/.java-version }\n      - run: ./gradlew test\n")];
        Assert.Equal(["25"], RepositoryModelBuilder.Build(RepositorySnapshot.FromText(files)).Model.Components.Single().Runtimes.Single().Versions);

        var pipeline = Generate(files);
        Assert.True(pipeline.IsProven);
        Assert.Contains("java-version-file: ci/.java-version", pipeline.Files[0].Text);
    }

    [Theory]
    [InlineData("cargo test --workspace", true)]
    [InlineData("cargo test --workspace -- --nocapture", true)]
    [InlineData("cargo test -p part", false)]
    [InlineData("cargo test --target wasm32-unknown-unknown", false)]
    [InlineData("cargo test --locked", false)]
    [InlineData("cargo test -- --ignored", false)]
    [InlineData("cargo +nightly test", false)]
    [InlineData("cargo test --features unstable-x", false)]
    [InlineData("cargo test one_test_by_name", false)]
    public void Of_what_CI_tests_only_the_whole_is_taken_over(string run, bool isTaken)
    {
        var (model, _) = RepositoryModelBuilder.Build(RepositorySnapshot.FromText(
            ("Cargo.toml", "[package]\nname = \"a\"\n"), ("src/lib.rs", "#[test]\nfn a() {}\n"), (".github/workflows/ci.yml", $"on: push\njobs:\n  test:\n    steps:\n      - run: {run}\n")));

        Assert.Equal(isTaken ? run : "cargo test", model.Components.Single().Command(CommandKind.Test)!.Run);
    }

    [Theory]
    [InlineData("mvn -B verify", "mvn -B verify")]
    [InlineData("mvn clean install -Pslow", "mvn clean install -Pslow")]
    [InlineData("mvn verify -Pmissing", null)]
    [InlineData("mvn -pl api test", null)]
    [InlineData("mvn deploy", null)]
    [InlineData("./mvnw verify", null)]
    [InlineData("mvn test --settings ci.xml", null)]
    public void Of_Mavens_calls_in_CI_those_that_mean_the_same_elsewhere_are_taken_over(string run, string? taken)
    {
        var (model, _) = RepositoryModelBuilder.Build(RepositorySnapshot.FromText(
            ("pom.xml", "<project><artifactId>a</artifactId><profiles><profile><id>slow</id></profile></profiles></project>"), ("src/test/java/ATest.java", ""),
            (".github/workflows/ci.yml", $"on: push\njobs:\n  test:\n    steps:\n      - run: {run}\n")));

        Assert.Equal(taken ?? "mvn --batch-mode verify", model.Components.Single().Command(CommandKind.Test)!.Run);
    }

    private static (string Path, string Text)[] GradleProject(string version = "8.14", string more = "") =>
    [
        ("build.gradle", "apply plugin: 'java'\n" + more), ("gradlew", "#!/bin/sh\n"), ("gradle/wrapper/gradle-wrapper.jar", "PK"),
        ("gradle/wrapper/gradle-wrapper.properties", $"distributionUrl=https\\://example.org/distributions/gradle-{version}-bin.zip\n"), ("src/test/java/ATest.java", "class ATest {}\n"),
    ];

    private static IEnumerable<string> Commands(RepositorySnapshot snapshot) => RepositoryModelBuilder.Build(snapshot).Model.Components.Single().Commands.Select(command => command.Run);

    private static GeneratedPipeline Generate(params (string Path, string Text)[] files)
    {
        var snapshot = RepositorySnapshot.FromText(files);
        return PipelineGenerator.Generate(snapshot, RepositoryModelBuilder.Build(snapshot).Model, "github", new());
    }
}
