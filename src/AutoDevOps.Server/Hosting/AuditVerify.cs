using System.Globalization;
using System.Text.Json;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Ui.Text;

namespace AutoDevOps.Server.Hosting;

/// <summary>The verb <c>audit verify</c>: are the audit logs as they were written?</summary>
/// <remarks>Every entry carries the hash of the one before it, so that a change, a deletion and a reordering show. Entries missing at the
/// end show only to who noted the last one elsewhere: that is what is printed, and what <c>--against</c> reads.</remarks>
internal static class AuditVerify
{
    /// <param name="directory">The folder of <c>up</c>, used when the configuration names no database.</param>
    /// <param name="against">A file with what an earlier run printed, or null.</param>
    /// <param name="output">Gets a line for each organization: its id, the number of its last entry and that entry's hash.</param>
    /// <param name="errors">Gets what is wrong, and the sum.</param>
    /// <returns><see cref="Guard.Found"/> if a log is not as it was written.</returns>
    public static async Task<int> RunAsync(string directory, string? against, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        try
        {
            return await VerifyAsync(directory, against, output, errors, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // No answer is not a good one, and a script sees only the exit code.
            await errors.WriteLineAsync("Interrupted: nothing was verified.");
            return Guard.BadUsage;
        }
    }

    private static async Task<int> VerifyAsync(string directory, string? against, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        var noted = against is null ? [] : await ReadAsync(against, cancellationToken);
        await using var database = await LocalDatabase.OpenAsync(DataDirectory.Open(directory), cancellationToken);
        await using var source = AppDataSource.Create(database.ConnectionString + ";Command Timeout=0");
        var chains = await ChainsAsync(new Db(source), noted, cancellationToken);
        foreach (var chain in chains.Where(chain => chain.LastSeq is not null))
        {
            await output.WriteLineAsync(chain.ToString());
        }

        var wrong = chains.Where(chain => chain.Problem is not null).ToList();
        foreach (var chain in wrong)
        {
            await errors.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"organization {chain.OrganizationId}, entry {chain.WrongSeq}: {chain.Problem}."));
        }

        if (against is not null)
        {
            await errors.WriteLineAsync($"{Words.Count(noted.Count, "noted entry", "noted entries")} compared.");
        }

        var whole = chains.Count == 1 ? "1 audit log is as it was written." : $"{chains.Count} audit logs are as they were written.";
        await errors.WriteLineAsync(wrong.Count == 0 ? whole : $"Not as it was written: {wrong.Count} of {Words.Count(chains.Count, "audit log")}.");
        return wrong.Count == 0 ? Guard.Fine : Guard.Found;
    }

    internal static Task<IReadOnlyList<Chain>> ChainsAsync(Db db, IReadOnlyList<Note> noted, CancellationToken cancellationToken) =>
        db.QueryAsync<Chain>(Caller.Node(Guid.CreateVersion7()), Sql.Verify, new { noted = JsonSerializer.Serialize(noted, JsonSerializerOptions.Web) }, cancellationToken);

    private static async Task<List<Note>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new StartException($"There is no file {path}. --against takes what an earlier `{Product.Program} audit verify` printed.");
        }

        List<Note> notes = [];
        var number = 0;
        foreach (var line in await File.ReadAllLinesAsync(path, cancellationToken))
        {
            number++;
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length == 0)
            {
                continue;
            }

            if (words.Length != 3 || !Guid.TryParse(words[0], out var organization) || !long.TryParse(words[1], CultureInfo.InvariantCulture, out var seq)
                || words[2].Length != 64 || !words[2].All(char.IsAsciiHexDigit))
            {
                throw new StartException($"{path}:{number} is no line of `{Product.Program} audit verify`: an organization's id, the number of an entry, its hash.");
            }

            notes.Add(new Note(organization, seq, words[2]));
        }

        // A shell empties the file that it is about to write before anybody reads it.
        return notes.Count > 0 ? notes : throw new StartException($"{path} holds no noted entry: nothing would be compared. Write the new output to another file.");
    }

    /// <summary>An entry as an earlier run saw it.</summary>
    internal sealed record Note(Guid Organization, long Seq, string Hash);

    /// <summary>How one organization's log stands.</summary>
    /// <param name="LastSeq">Null when the organization has no entry any more.</param>
    /// <param name="WrongSeq">The first entry that is not as it was written.</param>
    internal sealed record Chain(Guid OrganizationId, long? LastSeq, byte[]? LastHash, long? WrongSeq, string? Problem)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{OrganizationId} {LastSeq} {Convert.ToHexStringLower(LastHash ?? [])}");
    }

    private static class Sql
    {
        public const string Verify = """
            SELECT organization_id AS organizationid, last_seq AS lastseq, last_hash AS lasthash, wrong_seq AS wrongseq, problem FROM app.verify_audit(@noted::jsonb)
            """;
    }
}
