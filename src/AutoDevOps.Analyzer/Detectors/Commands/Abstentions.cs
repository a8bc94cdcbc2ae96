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

    /// <summary>Says that a task is passed over, if its name would have meant something.</summary>
    public static void Unsafe(DetectionContext context, string folder, string name, Evidence place)
    {
        if (TaskRunners.TaskNames.ClassifyInCi(SafeName.SafeStart(name)) is { } kind)
        {
            Unsafe(context, folder, kind, place);
        }
    }

    /// <summary>A task was passed over for its name, which is not repeated: it was made to be misread.</summary>
    private static void Unsafe(DetectionContext context, string folder, CommandKind kind, Evidence place) =>
        context.Abstain(RepositoryPath.ToModel(folder), Word(kind), $"a task at {place} is passed over: {SafeName.Reason}");
}
