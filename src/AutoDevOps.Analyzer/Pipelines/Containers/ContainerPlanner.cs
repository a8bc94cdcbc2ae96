using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Pipelines.Runtimes;

namespace AutoDevOps.Analyzer.Pipelines.Containers;

/// <summary>Finds for each planned job the image, and what the image lacks. What no image is known for is left out, and said.</summary>
internal static partial class ContainerPlanner
{
    /// <summary>Leaves out of a plan what a vendor cannot run as it is meant.</summary>
    /// <param name="vendor">For people.</param>
    /// <param name="expands">Whether the vendor itself would replace something in such a text before a shell sees it.</param>
    public static BuildPlan Fit(BuildPlan plan, string vendor, Predicate<string> expands)
    {
        var gaps = plan.NotInferred.ToList();
        var jobs = new List<PlannedJob>();
        foreach (var job in plan.Jobs)
        {
            if (Fit(job, vendor, expands, gaps) is { } fitting)
            {
                jobs.Add(fitting);
            }
        }

        return plan with { Jobs = jobs, NotInferred = [.. gaps.Distinct()] };
    }

    /// <summary>The jobs of a plan that <see cref="Fit(BuildPlan, string, Predicate{string})"/> has seen. Versions that are set up in different ways make different jobs.</summary>
    public static IReadOnlyList<ContainerJob> Jobs(BuildPlan plan)
    {
        var taken = plan.Jobs.Select(job => job.Id).ToHashSet(StringComparer.Ordinal);
        return [.. plan.Jobs.SelectMany(job => Jobs(job, taken))];
    }

    private static IEnumerable<ContainerJob> Jobs(PlannedJob job, HashSet<string> taken)
    {
        var groups = Versions(job)
            .Select(version => Build(job, SetUp(job, version)!))
            .GroupBy(built => $"{built.Image}\n{string.Join('\n', built.SetUp.Select(step => step.Run))}\n{string.Join('\n', built.CacheEnvironment)}", StringComparer.Ordinal)
            .Select(group => group.First() with { Tags = [.. group.SelectMany(built => built.Tags).Distinct()] })
            .ToList();
        foreach (var group in groups)
        {
            if (groups.Count == 1)
            {
                yield return group;
                continue;
            }

            var id = $"{job.Id}-{BuildPlanner.Slug(group.Tags[0])}";
            yield return group with { Id = taken.Add(id) ? id : $"{id}-{groups.IndexOf(group)}" };
        }
    }

    private static PlannedJob? Fit(PlannedJob job, string vendor, Predicate<string> expands, List<NotInferred> gaps)
    {
        void Gap(string what, string why) => gaps.Add(new(job.Component.Path, what, why));

        var manager = job.Runtime?.PackageManager;
        if (manager?.Version is { } version && !SafeName.IsSafe(version))
        {
            Gap(job.Id, $"{manager.Name} of this version cannot be installed: {SafeName.Reason}");
            return null;
        }

        var versions = Versions(job).Where(candidate => HasImage(job, candidate, vendor, Gap)).ToList();
        if (versions.Count == 0 || job.Tools.FirstOrDefault(tool => ToolContainers.Install(tool, job.Component.Ecosystem) is null) is { } missing && Abstains(missing))
        {
            return null;
        }

        var steps = job.Steps.Where(step => Runs(step, job.Component.Ecosystem, vendor, expands, Gap)).ToList();
        var lost = job.Steps.Except(steps).Any(step => step.Kind is CommandKind.Install or CommandKind.Build or null);
        if (lost || steps.All(step => step.Kind == CommandKind.Install))
        {
            return null;
        }

        return job with { Steps = steps, Environment = Named(job, Gap), Runtime = job.Runtime! with { Versions = versions is [null] ? [] : [.. versions.OfType<string>()] } };

        bool Abstains(PlannedTool tool)
        {
            Gap(job.Id, $"how to get {tool.Name} into a container of {job.Component.Ecosystem} is not known here");
            return true;
        }
    }

    private static IReadOnlyList<string?> Versions(PlannedJob job) => job.Runtime is { Versions: { Count: > 0 } versions } ? versions : Unsaid;

    /// <summary>Only what every vendor takes for the name of a variable.</summary>
    private static SortedDictionary<string, string> Named(PlannedJob job, Action<string, string> gap)
    {
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in job.Environment)
        {
            if (Identifier().IsMatch(name))
            {
                environment[name] = value;
            }
            else
            {
                gap("service", $"'{name}' cannot be set: {SafeName.Reason}");
            }
        }

        return environment;
    }

    private static readonly IReadOnlyList<string?> Unsaid = [null];

    private static bool HasImage(PlannedJob job, string? version, string vendor, Action<string, string> gap)
    {
        var ecosystem = job.Component.Ecosystem;
        if (version is not null && (RuntimeReleases.IsPrerelease(ecosystem, version) || !IsPublished(ecosystem, version)))
        {
            gap(job.Id, $"no image of {ecosystem} is named by the version '{version}'");
            return false;
        }

        if (SetUp(job, version) is not { } setUp)
        {
            gap(job.Id, $"no container image is known for {ecosystem}");
            return false;
        }

        if (setUp.NeedsDocker)
        {
            gap(job.Id, $"it builds images, and the containers of {vendor} have no Docker");
            return false;
        }

        if (setUp.StartsItsTool && vendor == AzurePipelinesWriter.Vendor)
        {
            gap(job.Id, $"the image {setUp.Image} starts its tool, and {vendor} needs one that starts a shell");
            return false;
        }

        if (!Reference().IsMatch(setUp.Image))
        {
            gap(job.Id, $"'{setUp.Image}' is no image's name");
            return false;
        }

        return true;
    }

    /// <summary>Versions of setup actions that are no tags: ranges, implementations, previews.</summary>
    private static bool IsPublished(string ecosystem, string version) => ecosystem switch
    {
        Ecosystems.Node => version is "lts/*" or "lts" or "node" || Runtimes.NodeReleases.OfName(version) is not null || Numbers().IsMatch(version.TrimStart('v')),
        Ecosystems.Go => version == "stable" || Numbers().IsMatch(version),
        Ecosystems.Python or Ecosystems.DotNet => Numbers().IsMatch(version),
        _ => true,
    };

    /// <summary>The set-up of one version; null when there is no image.</summary>
    private static ContainerSetup? SetUp(PlannedJob job, string? version)
    {
        // 1.25.x is what setup actions call the newest of 1.25; images are tagged 1.25.
        var tag = version is not null && version.EndsWith(".x", StringComparison.Ordinal) ? version[..^2] : version;
        return job.Runtime is { } runtime ? RuntimeCatalog.Find(job.Component.Ecosystem)?.Container(runtime, tag) : null;
    }

    private static ContainerJob Build(PlannedJob job, ContainerSetup setUp)
    {
        var colon = setUp.Image.LastIndexOf(':');
        var runtime = job.Runtime!;
        var manager = runtime.PackageManager is { } known ? new Basis(known.Evidence, known.Confidence) : runtime.Basis;
        var isKeyed = setUp.CachePaths.Count > 0 && SafeName.IsSafe(runtime.CacheDependencyPath);
        return new(
            job.Id, job, setUp.Image[..colon], [setUp.Image[(colon + 1)..]],
            [
                .. setUp.Before.Select(line => new PlannedStep($"Set up {runtime.PackageManager?.Name ?? runtime.Name}", line, ".", null, manager)),
                .. job.Tools.Select(tool => new PlannedStep($"Set up {tool.Name}", ToolContainers.Install(tool, job.Component.Ecosystem)!, ".", null, tool.Basis)),
                .. ImagePrograms.Missing(setUp.Image, job),
            ])
        {
            StartsItsTool = setUp.StartsItsTool,
            CacheEnvironment = isKeyed ? setUp.Environment : [],
            CachePaths = isKeyed ? setUp.CachePaths : [],
            CacheKeys = isKeyed ? [runtime.CacheDependencyPath!, .. runtime.FurtherCacheKeys.Where(SafeName.IsSafe)] : [],
        };
    }

    private static bool Runs(PlannedStep step, string ecosystem, string vendor, Predicate<string> expands, Action<string, string> gap)
    {
        var what = step.Kind is { } kind ? ModelWords.Of(kind) : step.Name;
        if (expands(step.Run) || expands(step.WorkingDirectory))
        {
            gap(what, $"'{step.Run}' has text in it that {vendor} would replace");
            return false;
        }

        if (ImagePrograms.Foreign(step.Run, ecosystem) is { } program)
        {
            gap(what, $"'{step.Run}' calls {program}, which the container of {ecosystem} does not have");
            return false;
        }

        return true;
    }

    [GeneratedRegex(@"^[0-9]{1,6}(\.[0-9]{1,6}){0,3}(\.x)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,100}$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Identifier();

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._/-]{0,150}:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
