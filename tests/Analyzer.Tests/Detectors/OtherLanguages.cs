using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

/// <summary>Whether the commands of Ruby, PHP, Elixir, Dart, Swift, Haskell and Zig answer to something in a repository, found by other means
/// than the detectors'.</summary>
internal static class OtherLanguages
{
    private static readonly string[] Programs = ["bundle", "BUNDLE_FROZEN=true", "composer", "php", "cp", "mix", "MIX_ENV=test", "dart", "flutter", "swift", "swiftlint", "swiftformat", "cabal", "stack", "hlint", "zig"];

    public static bool Knows(string[] words) => Programs.Contains(words[0]) || words[0].StartsWith("bin/", StringComparison.Ordinal) || words[0].StartsWith("vendor/bin/", StringComparison.Ordinal);

    /// <param name="text">The text of a file in the command's folder, or null.</param>
    /// <param name="files">The files below that folder.</param>
    public static bool Resolves(string[] words, Func<string, string?> text, Func<IEnumerable<SnapshotFile>> files)
    {
        bool Has(string file, string word) => text(file) is { } content && Regex.IsMatch(content, $"(?<![A-Za-z0-9_]){Regex.Escape(word)}(?![A-Za-z0-9_])", RegexOptions.None, TimeSpan.FromSeconds(1));
        bool Any(Predicate<SnapshotFile> test) => files().Any(file => test(file));
        bool Bundled(string gem) => Has("Gemfile", gem) || Has("Gemfile.lock", gem) || Any(file => file.Extension == ".gemspec" && file.Text.Contains(gem, StringComparison.Ordinal));
        return words switch
        {
            ["bundle", "install", ..] => text("Gemfile") is not null,
            ["BUNDLE_FROZEN=true", "bundle", "install"] => text("Gemfile.lock") is not null,
            ["bundle", "exec", "rake"] => Has("Rakefile", "default"),
            ["bundle", "exec", "rake", var task, ..] => Has("Rakefile", task),
            ["bundle", "exec", "standardrb", ..] => Bundled("standard"),
            ["bundle", "exec", var tool, ..] => Bundled(tool) || (tool == "rspec" && Any(file => file.Name.EndsWith("_spec.rb", StringComparison.Ordinal))),
            [var binary, ..] when binary.StartsWith("bin/", StringComparison.Ordinal) => text(binary) is not null || Has("composer.json", Package(binary[4..])),
            ["composer", "install", ..] => text("composer.json") is not null,
            ["composer", "update", ..] => text("composer.json") is not null,
            ["composer", "run-script" or "run", var script, ..] => text("composer.json")?.Contains($"\"{script}\":", StringComparison.Ordinal) == true,
            ["composer", var script, ..] => text("composer.json")?.Contains($"\"{script}\":", StringComparison.Ordinal) == true,
            ["php", "artisan", ..] => text("artisan") is not null,
            ["php", var script, ..] => Has("composer.json", Package(script.Split('/')[^1])),
            ["cp", var from, ..] => text(from) is not null,
            ["mix", "deps.get" or "compile" or "deps.unlock", ..] => text("mix.exs") is not null,
            ["mix", "test", ..] => text("mix.exs") is not null && Any(file => file.Name.EndsWith("_test.exs", StringComparison.Ordinal)),
            ["mix", "format", ..] => text(".formatter.exs") is not null,
            ["MIX_ENV=test", "mix", ..] => Resolves(words[1..], text, files),
            ["mix", var task, ..] => Has("mix.exs", task switch { "dialyzer" => "dialyxir", "coveralls" => "excoveralls", _ => task }),
            ["dart" or "flutter", "pub", "get", ..] => text("pubspec.yaml") is not null && (!words.Contains("--enforce-lockfile") || text("pubspec.lock") is not null),
            ["dart" or "flutter", "test", ..] => Any(file => file.Name.EndsWith("_test.dart", StringComparison.Ordinal)),
            ["dart", "run", "melos", "run", var script, ..] => Has("melos.yaml", script) || Has("pubspec.yaml", script),
            ["dart", "run", var package, ..] => Has("pubspec.yaml", package),
            ["dart" or "flutter", "analyze" or "format", ..] => Any(file => file.Extension == ".dart"),
            ["swift", "test", ..] => Has("Package.swift", "testTarget"),
            ["swift", ..] => text("Package.swift") is not null,
            ["swiftlint", ..] => text(".swiftlint.yml") is not null,
            ["swiftformat", ..] => text(".swiftformat") is not null,
            ["cabal", "test", ..] => Any(file => file.Extension == ".cabal" && file.Text.Contains("test-suite", StringComparison.OrdinalIgnoreCase)),
            ["cabal", ..] => Any(file => file.Extension == ".cabal"),
            ["stack", ..] => text("stack.yaml") is not null,
            ["hlint", ..] => text(".hlint.yaml") is not null,
            ["zig", "build", "test", ..] => text("build.zig")?.Contains("\"test\"", StringComparison.Ordinal) == true,
            ["zig", "build", ..] => text("build.zig") is not null,
            ["zig", "test", var file] => text(file) is not null,
            ["zig", "fmt", ..] => Any(file => file.Extension == ".zig"),
            ["vendor/bin/phpstan", ..] => Has("composer.json", "phpstan") || Has("composer.json", "larastan"),
            [var program, ..] when program.StartsWith("vendor/bin/", StringComparison.Ordinal) => Has("composer.json", Package(program["vendor/bin/".Length..])),
            _ => false,
        };
    }

    private static string Package(string program) => program switch { "phpcs" => "php_codesniffer", _ => program };
}
