using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.TaskRunners;
using AutoDevOps.Analyzer.Detectors.Terraform;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds Terraform (and OpenTofu) configurations.</summary>
internal sealed class TerraformDetector : IDetector
{
    private const string LockFile = ".terraform.lock.hcl";

    public string Ecosystem => Ecosystems.Terraform;

    public IEnumerable<Component> Detect(DetectionContext context)
    {
        var files = context.Files;
        var modules = TerraformModules.Find(context);
        var program = IsOpenTofu(context, files) ? "tofu" : "terraform";
        foreach (var module in modules)
        {
            var lockFile = files.Exists(module.Folder, LockFile) ? RepositoryPath.File(module.Folder, LockFile) : null;
            var isWithinAnother = modules.Any(other => other != module && RepositoryPath.IsWithin(module.Folder, other.Folder));
            var version = Version(context, module);
            var commands = new TerraformCommands(context, module, lockFile, program, version?.Versions[0], isWithinAnother);
            var tasks = new TaskCommands(context, module.Folder, Ecosystems.Terraform, name => name == "terraform");
            var candidates = CiCommands.For(context, module.Folder, command => commands.Resolve(command) ?? tasks.Resolve(command))
                .Concat(tasks.Candidates())
                .Concat(commands.Candidates());
            yield return new Component(RepositoryPath.ToModel(module.Folder), module.Name, Ecosystems.Terraform)
            {
                PackageManager = new(program == "tofu" ? "opentofu" : "terraform", null, lockFile, 0.97, [Cite.File(module.Files[0])]),
                Runtimes = version is null ? [] : [version],
                Commands = CommandChoice.Choose(context, candidates),
            };
        }
    }

    private static bool IsOpenTofu(DetectionContext context, FileIndex files) =>
        files.Exists("", ".opentofu-version") || context.Snapshot.Files.Any(file => file.Extension == ".tofu")
        || context.Ci.Any(ci => ci.Steps.Any(step => step.Uses?.StartsWith("opentofu/setup-opentofu", StringComparison.Ordinal) == true));

    /// <summary>As tfenv and other version managers look for it, then existing CI, then the lowest version that the module promises to work with.</summary>
    private static RuntimeVersion? Version(DetectionContext context, TerraformModule module)
    {
        var ci = CiRuntimes.Find(context, "terraform", ("hashicorp/setup-terraform", "terraform_version"));
        if (ci is { Versions.Count: > 1 })
        {
            return ci;
        }

        var pinned = RepositoryPath.Upwards(module.Folder)
            .Select(folder => VersionFiles.Single(context, folder, ".terraform-version", "terraform") ?? VersionFiles.Tool(context, folder, "terraform", "terraform"))
            .FirstOrDefault(found => found is not null);
        if (pinned is not null || ci is not null || module.RequiredVersion is not { } required)
        {
            return pinned ?? ci;
        }

        var exact = VersionRange.IsExact(required.Range);
        var bounds = VersionRange.LowerBounds(required.Range, 3);
        return bounds.Count == 0 ? null : new("terraform", [bounds[0]], required.Place.Path, exact ? 0.9 : 0.6, [required.Place]);
    }
}
