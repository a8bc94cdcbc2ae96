using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Pipelines.Runtimes;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>Decides what a pipeline should do, from the model; the files are only asked for what commands write and what stands alone.</summary>
/// <remarks>
/// A component gets at most two jobs: <c>check</c> (lint, format, typecheck) and <c>test</c> (build, test), since each job pays for its own
/// set-up; without tests the second is <c>build</c>. Only tests run once per claimed version. A member of a workspace gets none for what a
/// command of the workspace's root does already. Facts below <see cref="LeastConfidence"/> are left out, and said.
/// </remarks>
public static class BuildPlanner
{
    /// <summary>A command less certain than this is not put into a pipeline.</summary>
    public const double LeastConfidence = 0.6;

    private static readonly CommandKind[] Checks = [CommandKind.Lint, CommandKind.Format, CommandKind.Typecheck];

    private static readonly CommandKind[] Tests = [CommandKind.Build, CommandKind.Test];

    public static BuildPlan Plan(RepositorySnapshot snapshot, RepositoryModel model, PipelineOptions options)
    {
        var gaps = model.NotInferred.ToList();
        var jobs = new List<PlannedJob>();
        foreach (var component in model.Components)
        {
            Add(component, Checks, "check", snapshot, model, gaps, jobs);
            var tests = component.Commands.Any(command => command.Kind == CommandKind.Test && Usable(command, component, model, []));
            Add(component, Tests, tests ? "test" : "build", snapshot, model, gaps, jobs);
        }

        // A filter that saves nothing is one more job to wait for.
        var filters = jobs.Select(job => job.Component.Path).Distinct(StringComparer.Ordinal).Count() > 1 ? PathFilters.Of(snapshot, model) : null;
        return new(
            options.DefaultBranch ?? "main",
            [.. jobs.Select(job => job with { Filter = filters?.GetValueOrDefault(job.Component.Path) })],
            [.. gaps.Distinct()])
        {
            RequiredSecrets = [.. jobs.SelectMany(job => job.Component.RequiredVariables).Where(IsSecret).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>Whether a variable is named like what nobody writes into a file.</summary>
    private static bool IsSecret(string variable) => variable.Split('_').Any(word => word is "KEY" or "SECRET" or "TOKEN" or "PASSWORD" or "PASS" or "CREDENTIALS" or "DSN");

    private static void Add(Component component, CommandKind[] kinds, string purpose, RepositorySnapshot snapshot, RepositoryModel model, List<NotInferred> gaps, List<PlannedJob> jobs)
    {
        var commands = kinds.SelectMany(kind => component.Commands.Where(command => command.Kind == kind && Usable(command, component, model, gaps))).ToList();
        if (commands.Count == 0)
        {
            return;
        }

        var (services, environment) = Services(purpose == "test" ? NeededBy(component, commands, model) : [], component, gaps);
        var install = component.Commands
            .Where(command => command.Kind == CommandKind.Install && (command.OnlyFor is not { } only || kinds.Contains(only)) && Usable(command, component, model, gaps))
            .ToList();
        jobs.Add(new PlannedJob(Id(purpose, component, jobs), Title(purpose, component), component)
        {
            Runtime = Runtime(component, install, everyVersion: purpose == "test"),
            Steps = [.. install.Concat(commands).Select(command => new PlannedStep(Name(command.Kind, [.. install, .. commands], command), command.Run, command.WorkingDirectory, command.Kind, new(command.Evidence, command.Confidence)))],
            Services = services,
            Environment = environment,
            Tools = ToolPlanner.Of(install.Concat(commands), model),
            Reports = ReportPlanner.Of(snapshot, component, commands.Where(command => command.Kind == CommandKind.Test)),
            TimeoutMinutes = purpose == "check" ? 15 : 30,
        });
    }

    /// <summary>The services of the component, and of every member of its workspace whose tests its command runs.</summary>
    private static IReadOnlyList<Service> NeededBy(Component component, List<Command> commands, RepositoryModel model) =>
        [.. model.Components
            .Where(member => member != component && member.Services.Count > 0 && member.Commands.Any(command =>
                command.Kind == CommandKind.Test && ByRoot(command, member, model) is { } whole && commands.Contains(whole) && whole.Reach?.Contains(member.Path) != false))
            .Prepend(component)
            .SelectMany(member => member.Services)
            .GroupBy(service => service.Name, StringComparer.Ordinal)
            .Select(group => group.First() with
            {
                Version = group.Select(service => service.Version).FirstOrDefault(version => version is not null),
                Environment = [.. group.SelectMany(service => service.Environment).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                Confidence = group.Max(service => service.Confidence),
                Evidence = [.. group.SelectMany(service => service.Evidence).DistinctBy(place => (place.Path, place.Line))],
            })];

    private static bool Usable(Command command, Component component, RepositoryModel model, List<NotInferred> gaps)
    {
        if (ByRoot(command, component, model) is { } whole)
        {
            var isLeftOut = whole.Reach is { } reach && !reach.Contains(component.Path);
            if (!isLeftOut)
            {
                return false;
            }

            if (component.Ecosystem == Ecosystems.Node && !model.IsInCi(command))
            {
                gaps.Add(new(component.Path, ModelWords.Of(command.Kind), $"the workspace's '{whole.Run}' leaves it out, and what '{command.Run}' needs built before is not known"));
                return false;
            }
        }

        if (command.Confidence < LeastConfidence)
        {
            gaps.Add(new(component.Path, ModelWords.Of(command.Kind), $"'{command.Run}' is not certain enough ({command.Confidence:0.00})"));
            return false;
        }

        if (ToolPlanner.Missing(command) is { } missing)
        {
            gaps.Add(new(component.Path, ModelWords.Of(command.Kind), $"'{command.Run}' calls {missing}, which neither the repository nor a set-up step installs"));
            return false;
        }

        if (command.Run.Contains("${{", StringComparison.Ordinal) || command.Run.Any(char.IsControl))
        {
            gaps.Add(new(component.Path, ModelWords.Of(command.Kind), "the command has text in it that a CI file would interpret"));
            return false;
        }

        return true;
    }

    /// <summary>The command of the same kind of a workspace's root, which runs for its members too, or for those that it chooses.</summary>
    private static Command? ByRoot(Command command, Component component, RepositoryModel model) =>
        command.Kind == CommandKind.Install
            ? null
            : model.Components
                .Where(root => root != component
                    && root.Ecosystem == component.Ecosystem
                    && root.PackageManager is { LockFile: { } lockFile }
                    && component.PackageManager?.LockFile == lockFile
                    && IsAbove(root.Path, component.Path))
                .SelectMany(root => root.Commands.Where(other => other.Kind == command.Kind && other.Confidence >= LeastConfidence))
                .OrderBy(whole => whole.Reach?.Contains(component.Path) == false)
                .FirstOrDefault();

    private static bool IsAbove(string parent, string child) =>
        parent != child && (parent == "." || child.StartsWith(parent + "/", StringComparison.Ordinal));

    /// <summary>The files of requirements that pip is told to install from.</summary>
    private static IEnumerable<string> Requirements(Command install)
    {
        var words = install.Run.Split(' ');
        return words.Zip(words.Skip(1)).Where(pair => pair.First is "-r" or "--requirement")
            .Select(pair => RepositoryPath.Combine(RepositoryPath.FromModel(install.WorkingDirectory), pair.Second)).OfType<string>();
    }

    private static RuntimePlan? Runtime(Component component, IReadOnlyList<Command> install, bool everyVersion)
    {
        // Flutter is set up in another way than Dart, whose components it has.
        var name = component.Frameworks.Contains(DartDetector.Flutter) ? DartDetector.Flutter : component.Ecosystem;
        var stated = RuntimeCatalog.Find(name)?.Runtime ?? name;
        var runtime = component.Runtimes.FirstOrDefault(runtime => runtime.Name == stated);
        var cacheKey = component.PackageManager is { Name: "pip", Evidence: [var requirements, ..] } ? requirements.Path : component.PackageManager?.LockFile;
        IReadOnlyList<string> further = component.PackageManager?.Name == "pip" ? [.. install.SelectMany(Requirements).Where(path => path != cacheKey).Distinct(StringComparer.Ordinal)] : [];
        if (runtime is null)
        {
            return new(name, [], null, component.PackageManager, cacheKey, Basis.None) { FurtherCacheKeys = further };
        }

        var setup = RuntimeCatalog.Find(name);
        var versions = (everyVersion && setup?.TestsEveryVersion != false) || runtime.Versions.Count == 0
            ? runtime.Versions
            : [runtime.Versions.LastOrDefault(version => !RuntimeReleases.IsPrerelease(runtime.Name, version), runtime.Versions[^1])];
        var file = runtime.Versions.Count == 1 && setup?.ReadsVersionFile(Path.GetFileName(runtime.Source)) == true ? runtime.Source : null;
        return new(name, versions, file, component.PackageManager, cacheKey, new(runtime.Evidence, runtime.Confidence)) { FurtherCacheKeys = further };
    }

    private static (IReadOnlyList<PlannedService> Services, IReadOnlyDictionary<string, string> Environment) Services(
        IReadOnlyList<Service> wanted, Component component, List<NotInferred> gaps)
    {
        var services = new List<PlannedService>();
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var service in wanted)
        {
            if (service.Confidence < LeastConfidence || ServiceCatalog.Plan(service) is not { } planned)
            {
                gaps.Add(new(component.Path, "service", $"{service.Name}: {(service.Confidence < LeastConfidence ? "not certain enough" : "how to run it in CI is not known here")}"));
                continue;
            }

            services.Add(planned with { Variables = service.Environment });
            foreach (var variable in service.Environment)
            {
                if (ServiceCatalog.ValueOf(variable, planned) is { } value)
                {
                    environment[variable] = value;
                }
                else
                {
                    gaps.Add(new(component.Path, "service", $"what {variable} must be for {service.Name}"));
                }
            }
        }

        return (services, environment);
    }

    private static string Name(CommandKind kind, List<Command> all, Command command)
    {
        var name = kind switch
        {
            CommandKind.Install => "Install",
            CommandKind.Format => "Check the format",
            CommandKind.Typecheck => "Check the types",
            _ => kind.ToString(),
        };
        return all.Count(other => other.Kind == kind) > 1 ? $"{name}: {command.Run}" : name;
    }

    private static string Title(string purpose, Component component) => component.Path == "." ? purpose : $"{purpose} {component.Path}";

    /// <summary>A folder as part of an identifier.</summary>
    internal static string Slug(string folder) =>
        string.Concat(folder.ToLowerInvariant().Select(character => char.IsAsciiLetterOrDigit(character) ? character : '-'));

    private static string Id(string purpose, Component component, List<PlannedJob> jobs)
    {
        var whole = component.Path == "." ? purpose : $"{purpose}-{Slug(component.Path)}";
        var id = whole.Length > 80 ? whole[..80] : whole;
        var taken = jobs.Select(job => job.Id).ToHashSet(StringComparer.Ordinal);
        var unique = taken.Contains(id) ? $"{id}-{component.Ecosystem}" : id;
        for (var number = 2; taken.Contains(unique); number++)
        {
            unique = $"{id}-{number}";
        }

        return unique;
    }
}

/// <summary>The model's words in messages.</summary>
internal static class ModelWords
{
    public static string Of(CommandKind kind) => kind.ToString().ToLowerInvariant();
}
