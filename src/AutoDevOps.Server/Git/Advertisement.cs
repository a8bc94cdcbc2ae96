namespace AutoDevOps.Server.Git;

/// <summary>Reads the list of all refs that a server of version 0 begins with.</summary>
internal static class Advertisement
{
    private const string PeeledMark = "^{}";
    private const string Nothing = "capabilities" + PeeledMark;

    /// <param name="reader">At the first line.</param>
    /// <exception cref="GitException">It is no such list, or an empty one.</exception>
    public static async Task<RemoteRefs> ReadAsync(Uri address, PktReader reader, CancellationToken cancellationToken)
    {
        List<RemoteRef> refs = [];
        string[] capabilities = [];
        var kind = PktKind.Data;
        for (var isFirst = true; kind == PktKind.Data; isFirst = false, kind = await reader.ReadAsync(cancellationToken))
        {
            var line = reader.Text;
            if (isFirst)
            {
                var zero = line.IndexOf('\0', StringComparison.Ordinal);
                capabilities = zero < 0 ? throw new GitException(GitFailure.NotGit) : line[(zero + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                line = line[..zero];
            }

            Add(refs, line);
        }

        var head = capabilities.FirstOrDefault(capability => capability.StartsWith("symref=HEAD:", StringComparison.Ordinal))?["symref=HEAD:".Length..];
        return kind == PktKind.Flush ? new RemoteRefs(address, 0, capabilities, refs, head) : throw new GitException(GitFailure.Interrupted);
    }

    private static void Add(List<RemoteRef> refs, string line)
    {
        if (line.StartsWith("shallow ", StringComparison.Ordinal))
        {
            return;
        }

        if (line.Split(' ', 2) is not [var digits, var name] || !ObjectId.TryParse(digits, out var id))
        {
            throw new GitException(GitFailure.NotGit);
        }

        if (name == Nothing)
        {
            return;
        }

        if (name.EndsWith(PeeledMark, StringComparison.Ordinal) && refs.Count > 0 && refs[^1].Name == name[..^PeeledMark.Length])
        {
            refs[^1] = refs[^1] with { Peeled = id };
        }
        else
        {
            refs.Add(new RemoteRef(name, id, null));
        }
    }
}
