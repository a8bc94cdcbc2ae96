using System.ComponentModel.DataAnnotations;
using System.Reflection;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Server.Features.Repositories;

namespace AutoDevOps.Server.Hosting;

/// <summary>Every class of options, with its section below <c>AutoDevOps</c>.</summary>
internal static class OptionsCatalog
{
    public const string Root = "AutoDevOps";

    public static IReadOnlyList<OptionsEntry> All { get; } =
    [
        OptionsEntry.Of<HttpOptions>("Http"),
        OptionsEntry.Of<Jobs.JobOptions>("Jobs"),
        OptionsEntry.Of<Jobs.AnalysisQueueOptions>("AnalysisQueue"),
        OptionsEntry.Of<Jobs.SyncQueueOptions>("SyncQueue"),
        OptionsEntry.Of<Jobs.CiGenerationQueueOptions>("CiGenerationQueue"),
        OptionsEntry.Of<RateLimitOptions>("RateLimits"),
        OptionsEntry.Of<RepositoryOptions>("Repositories"),
        OptionsEntry.Of<GitHub.GitHubOptions>("GitHub"),
        OptionsEntry.Of<Security.SessionOptions>("Session"),
    ];

    /// <summary>Binds all of them, after everything in the configuration was found good.</summary>
    /// <exception cref="StartException">Something is wrong; the message has every mistake, not just the first.</exception>
    public static void AddCheckedOptions(this IServiceCollection services, IConfiguration configuration)
    {
        var root = configuration.GetSection(Root);
        var errors = Check(root);
        if (errors.Count > 0)
        {
            throw new StartException($"The configuration has {errors.Count} mistake{(errors.Count == 1 ? "" : "s")}:\n  {string.Join("\n  ", errors)}");
        }

        foreach (var entry in All)
        {
            entry.Bind(services, root.GetSection(entry.Section));
        }
    }

    internal static List<string> Check(IConfigurationSection root)
    {
        List<string> errors = [];
        foreach (var section in root.GetChildren())
        {
            if (All.FirstOrDefault(entry => Same(entry.Section, section.Key)) is { } entry)
            {
                errors.AddRange(Check(entry, section));
            }
            else
            {
                errors.Add(Unknown(section.Path, section.Key, All.Select(known => known.Section)));
            }
        }

        return errors;
    }

    private static IEnumerable<string> Check(OptionsEntry entry, IConfigurationSection section)
    {
        var options = Activator.CreateInstance(entry.Type)!;
        var properties = entry.Properties;
        foreach (var value in section.GetChildren())
        {
            var property = properties.FirstOrDefault(candidate => Same(candidate.Name, value.Key));
            if (property is null)
            {
                yield return Unknown(value.Path, value.Key, properties.Select(known => known.Name));
            }
            else if (Assign(options, property, value) is { } error)
            {
                yield return error;
            }
        }

        List<ValidationResult> results = [];
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        foreach (var result in results)
        {
            var name = result.MemberNames.FirstOrDefault() ?? "";
            var given = section[name] is { } text ? $" ({text})" : "";
            var range = properties.FirstOrDefault(property => property.Name == name)?.GetCustomAttribute<RangeAttribute>();
            yield return range is null
                ? $"{section.Path}:{name}{given}: {result.ErrorMessage}"
                : $"{section.Path}:{name}{given} must be between {range.Minimum} and {range.Maximum}.";
        }
    }

    private static string? Assign(object options, PropertyInfo property, IConfigurationSection value)
    {
        try
        {
            property.SetValue(options, value.Get(property.PropertyType));
            return null;
        }
        catch (InvalidOperationException)
        {
            return $"{value.Path} ({value.Value}) is not {Describe(property.PropertyType)}.";
        }
    }

    private static string Describe(Type type) =>
        type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(bool) ? "true or false"
        : type == typeof(TimeSpan) ? "a time such as 00:05:00"
        : type == typeof(Uri) ? "an address"
        : "a value of the right kind";

    private static string Unknown(string path, string key, IEnumerable<string> known) =>
        NearestName.Of(key, known) is { } nearest ? $"{path} does not exist; {nearest} does." : $"{path} does not exist.";

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}

/// <param name="Section">Below <see cref="OptionsCatalog.Root"/>.</param>
internal sealed record OptionsEntry(string Section, Type Type, Action<IServiceCollection, IConfigurationSection> Bind)
{
    public IReadOnlyList<PropertyInfo> Properties { get; } =
        [.. Type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite)];

    public static OptionsEntry Of<T>(string section)
        where T : class =>
        new(section, typeof(T), (services, configuration) => services.AddOptions<T>().Bind(configuration));
}
