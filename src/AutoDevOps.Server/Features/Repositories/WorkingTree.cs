using LibGit2Sharp;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>What git knows of a folder: its own <c>.git</c>, or that of the folder around it which it is a part of.</summary>
/// <param name="CommitSha">The commit that is checked out; null before the first.</param>
/// <param name="DefaultBranch">That of the server it was cloned from, or the only one there is; null when neither is known.</param>
/// <param name="IsDirty">Files of the folder differ from the commit, or it has files that the commit does not.</param>
/// <param name="Doubt">Why it is not known better, for people; null when it is.</param>
internal sealed record WorkingTree(string? CommitSha, string? DefaultBranch, bool IsDirty, string? Doubt = null)
{
    // A hundred thousand files take half a second, but if their times say nothing, all must be read.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const string OriginHead = "refs/remotes/origin/HEAD";
    private const string Origin = "refs/remotes/origin/";

    // Git refuses the repositories of other users, since it would run programs that those name in their configuration. libgit2 runs
    // none when it only reads; and whoever starts this program for themselves may do so as another user than the files'.
    static WorkingTree() => GlobalSettings.SetOwnerValidation(false);

    /// <summary>Asks libgit2, which reads and never writes.</summary>
    /// <returns>Null for a folder that is part of no repository.</returns>
    public static async Task<WorkingTree?> ReadAsync(string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        if (RootOf(folder) is not { } root)
        {
            return null;
        }

        var prefix = Path.GetRelativePath(root, folder).Replace('\\', '/');
        WorkingTree? tree = new(null, null, IsDirty: false);
        try
        {
            tree = await Task.Run(() => Read(root, prefix), cancellationToken);
            // What libgit2 is asked cannot be interrupted, so it is left alone when it takes too long.
            return tree is null ? null
                : tree with { IsDirty = await Task.Run(() => IsDirtyBelow(root, prefix), cancellationToken).WaitAsync(Patience, time, cancellationToken) };
        }
        catch (TimeoutException)
        {
            return tree! with { IsDirty = true, Doubt = "Git did not say in time whether files differ from the commit." };
        }
        catch (LibGit2SharpException exception)
        {
            return tree! with { Doubt = $"What .git holds cannot be read: {exception.Message}" };
        }
    }

    private static string? RootOf(string folder)
    {
        for (var candidate = folder; candidate is not null; candidate = Path.GetDirectoryName(candidate))
        {
            if (Path.Exists(Path.Combine(candidate, ".git")))
            {
                return candidate;
            }
        }

        return null;
    }

    // libgit2 answers with paths that have no link in them.
    private static string RealPath(string path)
    {
        path = Path.TrimEndingDirectorySeparator(path);
        if (Path.GetDirectoryName(path) is not { } parent)
        {
            return path;
        }

        var real = Path.Combine(RealPath(parent), Path.GetFileName(path));
        return Directory.ResolveLinkTarget(real, returnFinalTarget: true) is { } target ? RealPath(target.FullName) : real;
    }

    private static WorkingTree? Read(string root, string prefix)
    {
        using var repository = new Repository(root);
        // A configuration may name any folder as the working tree, even the whole disk.
        if (repository.Info.WorkingDirectory is not { } working || RealPath(Path.GetFullPath(working)) != RealPath(root))
        {
            return null;
        }

        var commit = repository.Head.Tip;
        return prefix == "." || commit?[prefix]?.TargetType == TreeEntryTargetType.Tree ? new WorkingTree(commit?.Sha, DefaultBranchOf(repository), IsDirty: false) : null;
    }

    private static string? DefaultBranchOf(Repository repository)
    {
        if (repository.Refs[OriginHead] is SymbolicReference { TargetIdentifier: var target } && target.StartsWith(Origin, StringComparison.Ordinal))
        {
            return target[Origin.Length..];
        }

        var branches = repository.Branches.Take(2).ToList();
        return branches is [{ IsRemote: false } only] ? only.FriendlyName : null;
    }

    private static bool IsDirtyBelow(string root, string prefix)
    {
        using var repository = new Repository(root);
        return repository.RetrieveStatus(new StatusOptions
        {
            PathSpec = prefix == "." ? null : [prefix],
            DisablePathSpecMatch = true,
            DetectRenamesInIndex = false,
            ExcludeSubmodules = true,
            IncludeIgnored = false,
            RecurseUntrackedDirs = false,
        }).IsDirty;
    }
}
