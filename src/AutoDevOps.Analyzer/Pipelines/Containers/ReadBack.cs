using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Pipelines.Containers;

/// <summary>A job as it stands in a file, or as it should.</summary>
/// <param name="Images">One for each row of a matrix.</param>
/// <param name="Services">The images beside it.</param>
internal sealed record ReadJob(
    string Id, IReadOnlyList<string> Images, IReadOnlyList<string> Services, IReadOnlyList<ReadCommand> Commands, IReadOnlyDictionary<string, string> Environment);

internal readonly record struct ReadCommand(string Run, string Folder = ".");

/// <summary>What was found in a file.</summary>
/// <param name="Unmeant">Something that no writer writes, or null.</param>
internal sealed record ReadPipeline(IReadOnlyList<ReadJob> Jobs, string? Unmeant);

/// <summary>Reads generated files of the vendors that run jobs in containers back, and compares them with the plan they were written from:
/// whatever stands in a name, no job, image, command or variable is there that was not meant.</summary>
internal static class ReadBack
{
    /// <summary>The jobs of a file; null when its vendor is another one.</summary>
    public static ReadPipeline? Read(string platform, GeneratedFile file)
    {
        var snapshot = SnapshotFile.FromText(file.Path, file.Text);
        return platform switch
        {
            "gitlab" => GitLabReadBack.Read(snapshot.Yaml().Root!),
            "circleci" => CircleCiReadBack.Read(snapshot.Yaml().Root!),
            "azure" => AzureReadBack.Read(snapshot.Yaml().Root!),
            "jenkins" => JenkinsReadBack.Read(file.Text),
            _ => null,
        };
    }

    /// <summary>The first difference between a file and what the plan means, or null.</summary>
    public static string? Difference(string platform, GeneratedFile file, BuildPlan plan)
    {
        if (Read(platform, file) is not { } read)
        {
            return null;
        }

        var meant = ContainerPlanner.Jobs(plan) is var jobs && platform == "jenkins" ? JenkinsReadBack.Order(jobs) : jobs;
        var expected = meant.Select(job => Meant(platform, job)).ToList();
        if (platform == "gitlab" && GitLabWriter.HasGate(jobs))
        {
            expected.Add(GitLabReadBack.Gate);
        }

        if (read.Unmeant is { } unmeant)
        {
            return unmeant;
        }

        return read.Jobs.Select(job => job.Id).SequenceEqual(expected.Select(job => job.Id), StringComparer.Ordinal)
            ? read.Jobs.Zip(expected, Difference).FirstOrDefault(difference => difference is not null)
            : "the jobs are not the ones that were meant";
    }

    /// <summary>What of a mapping's keys no writer writes.</summary>
    public static string? Unknown(DataNode mapping, string place, params ReadOnlySpan<string> known)
    {
        foreach (var (key, _) in mapping.Entries)
        {
            if (key.Text is not { } name || !known.Contains(name))
            {
                return $"'{key.Text}' of {place} was not meant";
            }
        }

        return null;
    }

    public static IReadOnlyDictionary<string, string> Variables(DataNode? node) =>
        node?.Entries.DistinctBy(entry => entry.Key.Text).ToDictionary(entry => entry.Key.Text ?? "", entry => entry.Value.Text ?? "", StringComparer.Ordinal) ?? [];

    public static IEnumerable<string> Texts(DataNode? list) => list?.Items.Select(item => item.Text ?? "") ?? [];

    private static string? Difference(ReadJob read, ReadJob meant)
    {
        var what = !read.Images.SequenceEqual(meant.Images, StringComparer.Ordinal) ? "images"
            : !read.Services.SequenceEqual(meant.Services, StringComparer.Ordinal) ? "services"
            : !read.Commands.SequenceEqual(meant.Commands) ? "commands"
            : !read.Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal).SequenceEqual(meant.Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal)) ? "variables"
            : null;
        return what is null ? null : $"the {what} of job '{meant.Id}' are not the ones that were meant";
    }

    private static ReadJob Meant(string platform, ContainerJob job)
    {
        var services = job.Plan.Services.Select(service => service.Image).ToList();
        var steps = job.Plan.Steps.Select(step => new ReadCommand(step.Run, step.WorkingDirectory));
        return platform switch
        {
            "gitlab" => new(
                job.Id, [.. job.Images], services,
                [.. GitLabWriter.Before(job).Concat(GitLabWriter.Script(job)).Select(line => new ReadCommand(line))], job.Environment(GitLabWriter.Root, service => service.Name)),
            "circleci" => new(
                job.Id, [.. job.Images], services,
                [.. CircleCiWriter.Before(job).Select(line => new ReadCommand(line)), .. steps, .. CircleCiWriter.After(job).Select(line => new ReadCommand(line))],
                job.Environment(CircleCiWriter.Root, _ => "localhost")),
            "azure" => new(
                AzurePipelinesWriter.Id(job), [.. job.Images], services,
                [.. AzurePipelinesWriter.Before(job).Select(line => new ReadCommand(line)), .. steps], job.Environment(AzurePipelinesWriter.Root, service => service.Name)),
            _ => new(job.Id, [.. job.Images], services, [.. JenkinsWriter.Commands(job)], job.ServiceEnvironment(_ => "localhost")),
        };
    }
}
