namespace AutoDevOps.Analyzer.Detectors.Services;

/// <summary>Recognises tests that start their services themselves, in containers: beside them a pipeline needs none.</summary>
internal static class TestContainers
{
    /// <summary>Whether a dependency is of the Testcontainers family; if so, that is said.</summary>
    /// <param name="dependencies">Names with their places; of Maven's <c>group:artifact</c>.</param>
    public static bool Start(DetectionContext context, string folder, IEnumerable<(string Name, Evidence Place)> dependencies)
    {
        foreach (var (name, place) in dependencies)
        {
            if (name is "testcontainers" or "testcontainers-modules" || name.StartsWith("org.testcontainers:", StringComparison.Ordinal) || name.StartsWith("com.dimafeng:testcontainers-scala", StringComparison.Ordinal))
            {
                context.Abstain(RepositoryPath.ToModel(folder), "services", $"tests start their own containers ({name} at {place.Path}:{place.Line}), so that none is started beside them");
                return true;
            }
        }

        return false;
    }
}
