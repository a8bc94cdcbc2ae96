using AutoDevOps.Server.Hosting;

namespace AutoDevOps.Server.Git;

/// <summary>The requests to <c>git-upload-pack</c>, and what it answers.</summary>
internal static class UploadPack
{
    private const int DataBand = 1;
    private const int ErrorBand = 3;

    private static readonly string Agent = $"agent={Product.Name}/{Product.Version}";

    /// <summary>Asks for the refs that the reference may stand for.</summary>
    public static byte[] RequestList(RemoteRefs server, string? reference)
    {
        RequireSha1(server.Capabilities);
        var writer = new PktWriter().Line("command=ls-refs").Line(Agent).Line("object-format=sha1").Delimiter().Line("peel").Line("symrefs");
        if (server.Capabilities.Any(capability => capability.StartsWith("ls-refs=", StringComparison.Ordinal) && capability.Contains("unborn", StringComparison.Ordinal)))
        {
            writer.Line("unborn");
        }

        writer.Line("ref-prefix HEAD");
        return writer.Lines((reference is null ? [] : RemoteRefs.Names(reference)).Select(name => $"ref-prefix {name}")).Flush().ToArray();
    }

    /// <exception cref="GitException">What comes is no list of refs.</exception>
    public static async Task<RemoteRefs> ReadListAsync(RemoteRefs server, PktReader reader, CancellationToken cancellationToken)
    {
        List<RemoteRef> refs = [];
        string? head = null;
        PktKind kind;
        while ((kind = await reader.ReadAsync(cancellationToken)) == PktKind.Data)
        {
            var words = reader.Text.Split(' ');
            string? Attribute(string name) => words.Skip(2).FirstOrDefault(word => word.StartsWith(name, StringComparison.Ordinal))?[name.Length..];
            if (words is [_, "HEAD", ..])
            {
                head = Attribute("symref-target:");
            }

            if (words.Length >= 2 && ObjectId.TryParse(words[0], out var id))
            {
                refs.Add(new RemoteRef(words[1], id, ObjectId.TryParse(Attribute("peeled:"), out var peeled) ? peeled : null));
            }
            else if (words[0] != "unborn")
            {
                throw new GitException(GitFailure.NotGit);
            }
        }

        return kind == PktKind.Flush ? server with { Refs = refs, Head = head } : throw new GitException(GitFailure.Interrupted);
    }

    /// <summary>Asks for one commit without its history, in one go: nothing is negotiated.</summary>
    public static byte[] RequestVersion2(RemoteRefs server, ObjectId want, IReadOnlyCollection<ObjectId> have)
    {
        RequireSha1(server.Capabilities);
        if (!server.Capabilities.Any(capability => capability.StartsWith("fetch=", StringComparison.Ordinal) && capability[6..].Split(' ').Contains("shallow")))
        {
            throw new GitException(GitFailure.Unsupported, "it does not give single commits");
        }

        return new PktWriter().Line("command=fetch").Line(Agent).Line("object-format=sha1").Delimiter()
            .Line("thin-pack").Line("no-progress").Line("ofs-delta").Line($"want {want}")
            .Lines(have.Select(id => $"shallow {id}")).Line("deepen 1").Lines(have.Select(id => $"have {id}"))
            .Line("done").Flush().ToArray();
    }

    /// <inheritdoc cref="RequestVersion2"/>
    public static byte[] RequestVersion0(RemoteRefs server, ObjectId want, IReadOnlyCollection<ObjectId> have)
    {
        RequireSha1(server.Capabilities);
        if (!server.Can("shallow") || !server.Can("side-band-64k"))
        {
            throw new GitException(GitFailure.Unsupported, "it does not give single commits");
        }

        string[] wishes = ["side-band-64k", .. new[] { "thin-pack", "ofs-delta", "no-progress" }.Where(server.Can)];
        return new PktWriter().Line($"want {want} {string.Join(' ', wishes)} {Agent}")
            .Lines(have.Select(id => $"shallow {id}")).Line("deepen 1").Flush().Lines(have.Select(id => $"have {id}"))
            .Line("done").ToArray();
    }

    /// <summary>Reads the answer to either: whatever stands before the pack, then the pack in the first of three bands.</summary>
    /// <exception cref="GitException">It is no such answer, or breaks off.</exception>
    public static async Task ReadAsync(PktReader reader, Stream pack, CancellationToken cancellationToken)
    {
        var isPack = false;
        while (true)
        {
            var kind = await reader.ReadAsync(cancellationToken);
            if (isPack && kind is PktKind.Flush or PktKind.End)
            {
                // Whether the pack is whole, its checksum tells.
                return;
            }

            if (kind == PktKind.End)
            {
                throw new GitException(GitFailure.Interrupted);
            }

            var data = reader.Data;
            if (kind != PktKind.Data || data.Length == 0 || IsPreface(reader))
            {
                continue;
            }

            switch (data.Span[0])
            {
                case DataBand:
                    isPack = true;
                    await pack.WriteAsync(data[1..], cancellationToken);
                    break;
                case ErrorBand:
                    throw new GitException(GitFailure.ServerError, reader.Text[1..Math.Min(reader.Text.Length, 200)]);
            }
        }
    }

    // "shallow …", "unshallow …", "ACK …", "NAK", and the names of the sections of version 2: all begin with a letter, and no band does.
    private static bool IsPreface(PktReader reader) => char.IsAsciiLetter((char)reader.Data.Span[0]);

    private static void RequireSha1(IReadOnlyList<string> capabilities)
    {
        if (capabilities.FirstOrDefault(capability => capability.StartsWith("object-format=", StringComparison.Ordinal)) is { } format && format != "object-format=sha1")
        {
            throw new GitException(GitFailure.Unsupported, "its objects are named by SHA-256");
        }
    }
}
