using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>What rules about package caches have in common: when what a <c>RUN</c> leaves behind becomes part of the image.</summary>
internal static class LayerCache
{
    /// <summary>Whether the layer of a <c>RUN</c> is part of the image that is built in the end.</summary>
    public static bool IsKept(SnapshotFile file, DockerRun run) => run.Stage.IsShipped && !run.HasCacheMount && !DevelopmentImage.Is(file);

    /// <summary>Whether a command removes something whose path has this in it, or a script by the name of one that cleans is started.</summary>
    public static bool IsRemoved(DockerRun run, params ReadOnlySpan<string> paths)
    {
        foreach (var command in run.Commands)
        {
            if (command.Program.Contains("clean", StringComparison.OrdinalIgnoreCase) || command.Program.EndsWith(".sh", StringComparison.Ordinal))
            {
                return true;
            }

            if (command.Is("rm", "find", "truncate", "mv"))
            {
                foreach (var word in command.Arguments)
                {
                    if (word.Text.StartsWith('$') || paths.ContainsAny(word.Text))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private static bool ContainsAny(this ReadOnlySpan<string> paths, string text)
    {
        foreach (var path in paths)
        {
            if (text.Contains(path, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
