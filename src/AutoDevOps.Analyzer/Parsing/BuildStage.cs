namespace AutoDevOps.Analyzer.Parsing;

/// <summary>A stage of a Dockerfile with what it has from the stages and the image it builds on.</summary>
internal sealed class BuildStage
{
    /// <summary>Stages of stages of stages: nobody goes deeper, and what is below counts as unknown.</summary>
    private const int MaxDepth = 20;

    private BuildStage(DockerStage stage, int index, BuildStage? parent, string? image)
    {
        (Stage, Index, Parent) = (stage, index, parent);
        Base = parent is not null ? parent.Base : image is null or "" ? null : ImageReference.Parse(image);
        IsWindows = parent?.IsWindows == true || IsWindowsImage(stage.Image + " " + image) || stage.From.Arguments.Contains("--platform=windows", StringComparison.OrdinalIgnoreCase)
            || stage.Instructions.Any(instruction => instruction.Keyword == "SHELL" && IsWindowsShell(instruction.Arguments));
    }

    public DockerStage Stage { get; }

    public int Index { get; }

    /// <summary>The stage that <c>FROM</c> names, or null.</summary>
    public BuildStage? Parent { get; }

    /// <summary>The image at the bottom, or null when its name is not known.</summary>
    public ImageReference? Base { get; }

    public bool IsWindows { get; }

    /// <summary>Whether its layers are in the image that is built when no stage is asked for by name.</summary>
    public bool IsShipped { get; private set; }

    public IReadOnlyList<DockerInstruction> Instructions => Stage.Instructions;

    /// <summary>Its name, or its number as <c>--from</c> takes it.</summary>
    public string Name => Stage.Name ?? Index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The stage and those it builds on, the nearest first.</summary>
    public IEnumerable<BuildStage> Chain()
    {
        var stage = this;
        for (var depth = 0; stage is not null && depth < MaxDepth; depth++)
        {
            yield return stage;
            stage = stage.Parent;
        }
    }

    public static List<BuildStage> Read(Dockerfile dockerfile)
    {
        List<BuildStage> stages = [];
        var byName = new Dictionary<string, BuildStage>(StringComparer.OrdinalIgnoreCase);
        var arguments = dockerfile.GlobalArguments();
        foreach (var (index, stage) in dockerfile.Stages.Index())
        {
            var image = Dockerfile.Substitute(stage.Image, arguments);
            var built = new BuildStage(stage, index, byName.GetValueOrDefault(image ?? stage.Image), image);
            stages.Add(built);
            byName[built.Name] = built;
        }

        for (var shipped = stages.LastOrDefault(); shipped is not null; shipped = shipped.Parent)
        {
            shipped.IsShipped = true;
        }

        return stages;
    }

    private static bool IsWindowsImage(string image) =>
        image.Contains("windows", StringComparison.OrdinalIgnoreCase) || image.Contains("nanoserver", StringComparison.OrdinalIgnoreCase);

    private static bool IsWindowsShell(string shell) =>
        shell.Contains("powershell", StringComparison.OrdinalIgnoreCase) || shell.Contains("pwsh", StringComparison.OrdinalIgnoreCase)
        || shell.Contains("\"cmd", StringComparison.OrdinalIgnoreCase) || shell.Contains("cmd.exe", StringComparison.OrdinalIgnoreCase);
}
