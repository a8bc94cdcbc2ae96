namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Every detector there is.</summary>
public static class DetectorCatalog
{
    public static IReadOnlyList<IDetector> All { get; } =
    [
        new NodeDetector(),
        new PythonDetector(),
        new GoDetector(),
        new RustDetector(),
        new JavaDetector(),
        new ScalaDetector(),
        new DotNetDetector(),
        new RubyDetector(),
        new PhpDetector(),
        new ElixirDetector(),
        new DartDetector(),
        new SwiftDetector(),
        new HaskellDetector(),
        new ZigDetector(),
        new DenoDetector(),
        new CppDetector(),
        new TerraformDetector(),
        new DockerDetector(),
        new ShellDetector(),
    ];
}
