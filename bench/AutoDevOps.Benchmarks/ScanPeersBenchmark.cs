using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Snapshots;

namespace AutoDevOps.Benchmarks;

/// <summary>A scan by our program as a whole, of a quarter, a half and all files of a folder, beside programs that read the same tree: secretlint
/// looks for some of the secrets that ours does, and ripgrep for one word.</summary>
internal static class ScanPeersBenchmark
{
    private static readonly int[] Parts = [25, 50, 100];

    /// <param name="program">Our native program, as <c>dotnet publish src/AutoDevOps.Cli</c> makes it.</param>
    public static int Run(string path, string program, int rounds)
    {
        if (!Directory.Exists(path) || !File.Exists(program))
        {
            Console.Error.WriteLine($"'{path}' must be a folder, and '{program}' the program: dotnet publish src/AutoDevOps.Cli --output artifacts/cli");
            return 2;
        }

        var snapshot = FolderSnapshot.Read(path, SnapshotLimits.Default, CancellationToken.None);
        var work = Directory.CreateTempSubdirectory("autodevops-bench-").FullName;
        try
        {
            Line($"Median of {rounds} rounds in turn (least to most), whole programs, ms:\n\n| files | MB | autodevops scan | MB/s | secretlint | ripgrep |\n|--:|--:|---|--:|---|---|");
            foreach (var part in Parts)
            {
                var folder = Path.Combine(work, part.ToString(CultureInfo.InvariantCulture));
                Row(Copy(snapshot, folder, part), folder, Path.GetFullPath(program), rounds);
            }
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }

        return 0;
    }

    private static void Row((int Files, long Bytes) size, string folder, string program, int rounds)
    {
        List<double> ours = [], secretlint = [], ripgrep = [];
        var rules = Path.Combine(folder, ".secretlintrc.json");
        File.WriteAllText(rules, """{"rules": [{"id": "@secretlint/secretlint-rule-preset-recommend"}]}""");
        // The first round fills the disk's cache.
        for (var round = -1; round < rounds; round++)
        {
            var times = (
                Timing.Program(program, ["scan", folder, "--format", "json"]),
                Timing.Program("node", [Peers.Path("node_modules/secretlint/bin/secretlint.js"), "**/*", "--secretlintrc", rules], maxExitCode: 1, folder),
                Timing.Program("rg", ["--count-matches", "--hidden", "password", folder], maxExitCode: 1));
            if (round >= 0)
            {
                ours.Add(times.Item1);
                secretlint.Add(times.Item2);
                ripgrep.Add(times.Item3);
            }
        }

        var megabytes = size.Bytes / 1e6;
        Line($"| {size.Files:N0} | {megabytes:F1} | {Timing.Show(ours)} | {megabytes / Timing.Median(ours) * 1000:F1} | {Timing.Show(secretlint)} | {Timing.Show(ripgrep)} |");
    }

    /// <summary>Copies the files that are read and whose path falls among so many of a hundred: always the same ones.</summary>
    private static (int Files, long Bytes) Copy(RepositorySnapshot snapshot, string folder, int part)
    {
        var (files, bytes) = (0, 0L);
        foreach (var file in snapshot.Files.Where(file => Among(file.Path) < part))
        {
            var target = Path.Combine(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllText(target, file.Text);
            (files, bytes) = (files + 1, bytes + file.Size);
        }

        return (files, bytes);
    }

    private static int Among(string path) => SHA256.HashData(Encoding.UTF8.GetBytes(path))[0] * 100 / 256;

    private static void Line(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
