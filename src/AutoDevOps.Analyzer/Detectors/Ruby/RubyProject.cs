using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Ruby;

/// <summary>What the files of a Ruby project say: Gemfile, gemspec and Gemfile.lock, read and never run.</summary>
internal sealed partial class RubyProject
{
    private readonly Dictionary<string, RubyGem> _gems = new(StringComparer.Ordinal);

    private RubyProject(string folder, SnapshotFile? gemfile, SnapshotFile? gemspec)
    {
        Folder = folder;
        Gemfile = gemfile;
        Gemspec = gemspec;
    }

    public string Folder { get; }

    /// <summary>The Gemfile that Bundler takes: the folder's own, or the nearest around it.</summary>
    public SnapshotFile? Gemfile { get; }

    public SnapshotFile? Gemspec { get; }

    /// <summary>The path of the lock file, if it is committed.</summary>
    public string? Lock { get; private init; }

    /// <summary>Whether the lock file was made for machines with Linux, too: Bundler refuses a frozen one that was not.</summary>
    public bool LockKnowsLinux { get; private set; } = true;

    public IReadOnlyCollection<RubyGem> Gems => _gems.Values;

    public (string Version, Evidence Place)? RubyInGemfile { get; private set; }

    public (string Version, Evidence Place)? RubyInLock { get; private set; }

    public (string Range, Evidence Place)? RequiredRuby { get; private set; }

    private string? GemName { get; set; }

    public string Name => GemName ?? (Folder.Length == 0 ? "root" : Path.GetFileName(Folder));

    public static RubyProject Read(DetectionContext context, FileIndex files, string folder)
    {
        var gemfile = RepositoryPath.Upwards(folder).Select(place => context.Snapshot.Find(RepositoryPath.File(place, "Gemfile"))).OfType<SnapshotFile>().FirstOrDefault();
        var gemspecs = files.In(folder).Where(file => file.Extension == ".gemspec").ToList();
        var locked = gemfile is not null && files.Exists(gemfile.Directory, "Gemfile.lock") ? RepositoryPath.File(gemfile.Directory, "Gemfile.lock") : null;
        var project = new RubyProject(folder, gemfile, gemspecs.FirstOrDefault()) { Lock = locked };
        if (gemfile is not null)
        {
            project.ReadGemfile(gemfile);
        }

        gemspecs.ForEach(project.ReadGemspec);
        if (locked is not null && context.Snapshot.Find(locked) is { } file)
        {
            project.ReadLock(file);
        }

        return project;
    }

    /// <summary>Where a gem comes from that a plain installation brings; null when none of these does.</summary>
    public Evidence? Installs(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_gems.TryGetValue(name, out var gem) && gem.IsInstalled)
            {
                return gem.Place;
            }
        }

        return null;
    }

    /// <summary>Whether it is named at all, if only in an optional group.</summary>
    public bool Names(string gem) => _gems.ContainsKey(gem);

    /// <summary>Where a gem is declared whose name begins so.</summary>
    public Evidence? InstallsFamily(string prefix) =>
        _gems.Values.FirstOrDefault(gem => gem.IsInstalled && gem.Name.StartsWith(prefix, StringComparison.Ordinal))?.Place;

    private void ReadGemfile(SnapshotFile file)
    {
        var blocks = new RubyBlocks();
        foreach (var (number, text) in ProgramText.Lines(file, "#"))
        {
            if (GemLine().Match(text) is { Success: true } gem)
            {
                var conditional = Modifier().IsMatch(gem.Groups["rest"].Value) || blocks.Open.Any(IsConditional);
                Add(gem.Groups["name"].Value, Cite.At(file, number), !conditional);
            }
            else if (RubyLine().Match(text) is { Success: true } ruby && VersionRange.IsExact(ruby.Groups["version"].Value))
            {
                RubyInGemfile ??= (ruby.Groups["version"].Value.Trim(), Cite.At(file, number));
            }
            else if (RubyLine().Match(text) is { Success: true } range)
            {
                RequiredRuby ??= (range.Groups["version"].Value, Cite.At(file, number));
            }

            blocks.Pass(text);
        }
    }

    private void ReadGemspec(SnapshotFile file)
    {
        foreach (var (number, text) in ProgramText.Lines(file, "#"))
        {
            if (Dependency().Match(text) is { Success: true } dependency)
            {
                Add(dependency.Groups["name"].Value, Cite.At(file, number), isInstalled: true);
            }
            else if (RequiredVersion().Match(text) is { Success: true } required)
            {
                RequiredRuby ??= (required.Groups["range"].Value, Cite.At(file, number));
            }
            else if (file == Gemspec && NameLine().Match(text) is { Success: true } name)
            {
                GemName ??= name.Groups["name"].Value;
            }
        }
    }

    /// <summary>Gems that others bring, the platforms, and the Ruby it was made with.</summary>
    private void ReadLock(SnapshotFile file)
    {
        var section = "";
        var platforms = new List<string>();
        foreach (var (number, text) in file.Lines())
        {
            if (text.Length > 0 && text[0] != ' ')
            {
                section = text;
            }
            else if (section == "PLATFORMS" && text.Trim() is { Length: > 0 } platform)
            {
                platforms.Add(platform);
            }
            else if (section == "RUBY VERSION" && LockedRuby().Match(text) is { Success: true } ruby)
            {
                RubyInLock ??= (ruby.Groups["version"].Value, Cite.At(file, number));
            }
            else if (LockedGem().Match(text) is { Success: true } gem)
            {
                Add(gem.Groups["name"].Value, Cite.At(file, number), isInstalled: true);
            }
        }

        LockKnowsLinux = platforms.Count == 0 || platforms.Exists(platform => platform == "ruby" || platform.StartsWith("x86_64-linux", StringComparison.Ordinal));
    }

    /// <summary>The first place that names a gem decides: the Gemfile before the gemspec before the lock file.</summary>
    private void Add(string name, Evidence place, bool isInstalled)
    {
        if (_gems.Count < 5000)
        {
            _gems.TryAdd(name, new(name, place, isInstalled));
        }
    }

    private static bool IsConditional(string opening) =>
        opening.StartsWith("if ", StringComparison.Ordinal) || opening.StartsWith("unless ", StringComparison.Ordinal) || opening.StartsWith("case ", StringComparison.Ordinal)
        || (opening.StartsWith("group", StringComparison.Ordinal) && Optional().IsMatch(opening));

    [GeneratedRegex("""^\s*gem[\s(]+["'](?<name>[A-Za-z0-9][A-Za-z0-9._-]*)["'](?<rest>.*)$""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex GemLine();

    [GeneratedRegex(@"\s(if|unless)\s", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Modifier();

    [GeneratedRegex(@"optional(:|\s*=>)\s*true", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Optional();

    [GeneratedRegex("""^\s*ruby[\s(]+["'](?<version>[0-9~>=<., ]{1,40})["']""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex RubyLine();

    [GeneratedRegex("""\.add_(development_|runtime_)?dependency[\s(]+(["']|%q<)(?<name>[A-Za-z0-9][A-Za-z0-9._-]*)["'>]""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Dependency();

    [GeneratedRegex("""\.required_ruby_version\s*=[^"']*["'](?<range>[0-9~>=<., ]{1,40})["']""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex RequiredVersion();

    [GeneratedRegex("""(^\s*[a-z_]+\.name\s*=|Gem::Specification\.new[\s(])\s*["'](?<name>[A-Za-z0-9][A-Za-z0-9._-]{0,99})["']""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex NameLine();

    [GeneratedRegex(@"^   ruby (?<version>[0-9]+(\.[0-9]+)+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex LockedRuby();

    [GeneratedRegex(@"^    (?<name>[A-Za-z0-9][A-Za-z0-9._-]*) \([^()]*\)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex LockedGem();
}
