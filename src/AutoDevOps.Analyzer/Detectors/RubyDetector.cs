using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.Ruby;
using AutoDevOps.Analyzer.Detectors.Services;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds Ruby projects: applications and gems with Bundler, also several in a repository.</summary>
internal sealed class RubyDetector : IDetector
{
    private static readonly (string Gem, string Name)[] Frameworks =
        [("grape", "grape"), ("hanami", "hanami"), ("jekyll", "jekyll"), ("rails", "rails"), ("railties", "rails"), ("roda", "roda"), ("sidekiq", "sidekiq"), ("sinatra", "sinatra")];

    public string Ecosystem => Ecosystems.Ruby;

    public IEnumerable<Component> Detect(DetectionContext context)
    {
        var files = context.Files;
        var services = new ServiceEvidence(context);
        var folders = Folders(context.Snapshot);
        foreach (var folder in folders)
        {
            var project = RubyProject.Read(context, files, folder);
            var nested = folders.Where(other => other != folder && RepositoryPath.IsWithin(other, folder)).ToList();
            yield return new Component(RepositoryPath.ToModel(folder), project.Name, Ecosystems.Ruby)
            {
                Frameworks = [.. Frameworks.Where(known => project.Gems.Any(gem => gem.Name == known.Gem) && project.Name != known.Gem).Select(known => known.Name).Distinct(StringComparer.Ordinal)],
                PackageManager = project.Gemfile is { } gemfile ? new("bundler", null, project.Lock, 0.99, [Cite.File(gemfile)]) : null,
                Runtimes = RubyVersions.Find(context, project) is { } version ? [version] : [],
                Commands = Commands(context, project, nested),
                Services = services.For(folder, project.Gems.Where(gem => gem.IsInstalled).Select(gem => gem.Name), name => project.Installs(name)),
            };
        }
    }

    private static IReadOnlyList<Command> Commands(DetectionContext context, RubyProject project, List<string> nested)
    {
        var commands = new RubyCommands(context, project, nested);
        var tasks = new TaskCommands(context, project.Folder, Ecosystems.Ruby);
        return CommandChoice.Choose(context,
        [
            .. CiCommands.For(context, project.Folder, command => commands.Resolve(command) ?? tasks.Resolve(command)),
            .. commands.Candidates().Where(candidate => candidate.Source == CommandSource.TaskRunner),
            .. tasks.Candidates(),
            .. commands.Candidates().Where(candidate => candidate.Source != CommandSource.TaskRunner),
        ]);
    }

    /// <summary>A Gemfile makes a project; a gemspec too, whose Gemfile may lie around it. Applications for tests are none.</summary>
    private static List<string> Folders(RepositorySnapshot snapshot) =>
        [.. snapshot.Files.Where(file => file.Name == "Gemfile" || file.Extension == ".gemspec").Select(file => file.Directory).Where(folder => !IsIgnored(folder)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static bool IsIgnored(string folder) =>
        folder.Length > 0 && (RepositoryPath.IsSample(folder) || folder.Split('/').Any(part => part is "spec" or "test" or "tests" or "dummy" or "features" or ".github" or "gemfiles" || part.EndsWith("_template", StringComparison.Ordinal)));
}
