using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Node;

/// <summary>Installs dependencies at the workspace root, strictly where a lock file exists.</summary>
internal sealed class NodeInstall(NodePackage root, PackageManager manager, NodeRunner runner)
{
    public CommandCandidate Candidate() =>
        new(CommandKind.Install, "install", runner.Install(manager.LockFile is not null), root.Folder, CommandSource.ToolConfiguration,
            Math.Min(manager.Confidence, 0.97), manager.LockFile is { } path ? [new(path, 0), .. manager.Evidence] : [Cite.File(root.File), .. manager.Evidence]);

    /// <summary>CI's own install is taken over when it is the same manager's, and strict wherever there is something to be strict about:
    /// its flags are there for a reason.</summary>
    public ResolvedCommand? Resolve(ShellCommand command)
    {
        var family = manager.Name == "yarn-berry" ? "yarn" : manager.Name;
        var installs = command.Words[0] == family
            && (command.Words is ["yarn"] or [_, "install" or "i" or "ci", ..] || command.Words is ["yarn", "--frozen-lockfile" or "--immutable", ..])
            && command.Words.Skip(2).All(word => word.StartsWith('-') && word is not ("-g" or "--global"));
        if (!installs || (manager.LockFile is not null && !runner.IsStrict(command.Words)) || (manager.LockFile is null && command.Words is ["npm", "ci", ..]))
        {
            return null;
        }

        return new(CommandKind.Install, "install", manager.LockFile is { } path ? [new(path, 0)] : [Cite.File(root.File)]);
    }
}
