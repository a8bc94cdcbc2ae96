namespace AutoDevOps.Analyzer.Detectors.Commands;

/// <summary>The wording of abstentions that several detectors share.</summary>
internal static class Abstentions
{
    public static string Word(CommandKind kind) => kind switch
    {
        CommandKind.Install => "install",
        CommandKind.Build => "build",
        CommandKind.Test => "test",
        CommandKind.Lint => "lint",
        CommandKind.Format => "format",
        CommandKind.Typecheck => "typecheck",
        CommandKind.Coverage => "coverage",
        _ => "package",
    };

    /// <summary>That a command runs a file which is not there.</summary>
    public static string Missing(string path) => $"runs {path}, which is not in the repository";

    /// <summary>Says that tasks call each other in a circle.</summary>
    public static string Circle(string what, IReadOnlyList<string> names) => names.Count == 1
        ? $"The {what} '{names[0]}' calls itself, and so never ends. Let it call the tool that does the work."
        : $"Each {what} of these calls the next, and so they never end: {string.Join(" -> ", names.Append(names[0]).Take(10).Select(name => $"'{name}'"))}. Let one of them call the tool that does the work.";

    /// <summary>Says that a task is passed over, if its name would have meant something.</summary>
    public static void Unsafe(DetectionContext context, string folder, string name, Evidence place)
    {
        if (TaskRunners.TaskNames.ClassifyInCi(SafeName.SafeStart(name)) is { } kind)
        {
            Unsafe(context, folder, kind, place);
        }
    }

    /// <summary>Says why a task is passed over, if its name says what it is for.</summary>
    public static void Passed(DetectionContext context, string folder, TaskRunners.TaskTarget target, string why)
    {
        if (TaskRunners.TaskNames.ClassifyInCi(target.Name) is { } kind)
        {
            context.Abstain(RepositoryPath.ToModel(folder), Word(kind), $"'{target.Run}' at {target.Evidence} {why}");
        }
    }

    /// <summary>A task was passed over for its name, which is not repeated: it was made to be misread.</summary>
    private static void Unsafe(DetectionContext context, string folder, CommandKind kind, Evidence place) =>
        context.Abstain(RepositoryPath.ToModel(folder), Word(kind), $"a task at {place} is passed over: {SafeName.Reason}");
}
