using System.Globalization;

namespace AutoDevOps.Server.Ui.Text;

/// <summary>Numbers as people say them, always with their unit.</summary>
internal static class Words
{
    public static string Ago(TimeSpan age) => age switch
    {
        { TotalSeconds: < -60 } => $"in {Span(-age)}",
        { TotalSeconds: < 45 } => "just now",
        _ => $"{Span(age)} ago",
    };

    public static string Duration(int milliseconds) => milliseconds switch
    {
        < 1000 => F($"{milliseconds} ms"),
        < 60_000 => F($"{milliseconds / 1000.0:0.0} s"),
        _ => F($"{milliseconds / 60_000} min {milliseconds / 1000 % 60} s"),
    };

    public static string Bytes(long bytes) => bytes switch
    {
        < 1024 => F($"{bytes} B"),
        < 1024 * 1024 => F($"{bytes / 1024.0:0.0} KiB"),
        < 1024L * 1024 * 1024 => F($"{bytes / 1024.0 / 1024:0.0} MiB"),
        _ => F($"{bytes / 1024.0 / 1024 / 1024:0.0} GiB"),
    };

    public static string Count(long number, string one, string? many = null) =>
        number == 1 ? $"1 {one}" : F($"{number:#,0} {many ?? one + "s"}");

    public static string Points(double points) => F($"{points:0.#}");

    /// <summary><c>ci_cd</c> and the like as a heading.</summary>
    public static string Category(string category) => category switch
    {
        "ci_cd" => "CI/CD",
        "code_quality" => "Code quality",
        { Length: > 0 } => char.ToUpperInvariant(category[0]) + category[1..].Replace('_', ' '),
        _ => "",
    };

    public static string Platform(string platform) => platform switch
    {
        "github" => "GitHub Actions",
        "gitlab" => "GitLab CI",
        "circleci" => "CircleCI",
        "azure" => "Azure Pipelines",
        "jenkins" => "Jenkins",
        "dependabot" => "Dependabot",
        _ => platform,
    };

    /// <summary>A kind of job, an analysis' kind, or a queue.</summary>
    public static string Kind(string kind) => kind switch
    {
        "ci_cd" => "CI/CD",
        "ci_generation" => "CI generation",
        { Length: > 0 } => char.ToUpperInvariant(kind[0]) + kind[1..].Replace('_', ' '),
        _ => "",
    };

    public static string ShortSha(string? sha) => sha is { Length: > 8 } ? sha[..8] : sha ?? "";

    private static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 90 } => "1 min",
        { TotalMinutes: < 60 } => F($"{span.TotalMinutes:0} min"),
        { TotalHours: < 24 } => F($"{span.TotalHours:0} h"),
        { TotalDays: < 2 } => "1 day",
        { TotalDays: < 45 } => F($"{span.TotalDays:0} days"),
        { TotalDays: < 365 } => F($"{span.TotalDays / 30:0} months"),
        _ => F($"{span.TotalDays / 365:0.#} years"),
    };

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
