using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.Shell;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds repositories that are mainly shell scripts.</summary>
internal sealed class ShellDetector : IDetector
{
    public string Ecosystem => Ecosystems.Shell;

    public IEnumerable<Component> Detect(DetectionContext context)
    {
        if (ShellProject.Find(context.Snapshot) is not { } project)
        {
            yield break;
        }

        var commands = new ShellCommands(context, project);
        var tasks = new TaskCommands(context, "", Ecosystems.Shell);
        var candidates = CiCommands.For(context, "", command => commands.Resolve(command) ?? tasks.Resolve(command))
            .Concat(tasks.Candidates())
            .Concat(commands.Candidates());
        yield return new Component(".", "root", Ecosystems.Shell) { Commands = CommandChoice.Choose(context, candidates) };
    }
}
