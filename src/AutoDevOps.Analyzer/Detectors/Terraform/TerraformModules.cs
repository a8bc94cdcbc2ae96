namespace AutoDevOps.Analyzer.Detectors.Terraform;

/// <summary>Which modules of a repository are components: those that are applied, and those that no other of them calls.</summary>
/// <remarks>A module that another calls by a path is validated with it. Examples and tests of a module are configurations of their own and no
/// part of what the repository delivers.</remarks>
internal static class TerraformModules
{
    public static IReadOnlyList<TerraformModule> Find(DetectionContext context)
    {
        var modules = context.Snapshot.Files.Where(file => file.Extension == ".tf" && !IsAside(file.Directory))
            .GroupBy(file => file.Directory, StringComparer.Ordinal)
            .Select(folder => TerraformModule.Read(folder.Key, folder))
            .ToDictionary(module => module.Folder, StringComparer.Ordinal);
        var covered = new HashSet<string>(StringComparer.Ordinal);
        foreach (var module in modules.Values)
        {
            Cover(module, modules, covered);
        }

        return [.. modules.Values.Where(module => module.Root is not null || !covered.Contains(module.Folder)).OrderBy(module => module.Folder, StringComparer.Ordinal)];
    }

    private static void Cover(TerraformModule caller, Dictionary<string, TerraformModule> modules, HashSet<string> covered)
    {
        var open = new Stack<string>(caller.Calls.Where(called => called != caller.Folder));
        while (open.TryPop(out var folder))
        {
            // A module that calls itself in a circle covers nobody but the others in it.
            if (folder != caller.Folder && modules.TryGetValue(folder, out var module) && covered.Add(folder))
            {
                module.Calls.ForEach(open.Push);
            }
        }
    }

    private static bool IsAside(string folder) =>
        folder.StartsWith('.') || RepositoryPath.IsSample(folder) || folder.Split('/').Any(part => part is "test" or "tests" or "wrappers" or "docs" || part.StartsWith('.'));
}
