using System.Globalization;
using System.Runtime.Versioning;

namespace AutoDevOps.Server.Data.Embedded;

/// <summary>PostgreSQL's own lock file <c>postmaster.pid</c>: it names the process that serves a data directory, or that did when it was
/// killed.</summary>
/// <remarks>PostgreSQL takes any living process of this number for the server. After the restart of a container the number is often
/// one of our own threads, and PostgreSQL would refuse to start for ever. So it is looked up who has the number; where there is no
/// <c>/proc</c>, or it does not tell, PostgreSQL's word holds.</remarks>
[UnsupportedOSPlatform("windows")]
internal sealed class PostmasterFile(string dataFolder)
{
    private readonly string _path = Path.Combine(dataFolder, "postmaster.pid");

    /// <summary>The process that the file names, dead or alive; null without a file.</summary>
    public int? ProcessId =>
        File.Exists(_path) && int.TryParse(File.ReadLines(_path).FirstOrDefault(), CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>Whether the server that wrote the file lives, as far as can be told. It may be busy with recovery and not answer yet.</summary>
    public bool IsServerAlive => ProcessId is { } id && WorksHere(id) != false;

    /// <summary>Whether the server or a process that it left behind certainly lives: these end by themselves soon, and hold its memory
    /// until then.</summary>
    public bool IsAnythingAlive => ProcessId is not null && Processes().Any(id => WorksHere(id) == true);

    /// <summary>Removes the file if somebody else certainly has the number now.</summary>
    /// <returns>Whether it did.</returns>
    public bool RemoveIfReused()
    {
        if (ProcessId is not { } id || !Directory.Exists($"/proc/{id}") || WorksHere(id) != false || Processes().Any(other => WorksHere(other) != false))
        {
            return false;
        }

        File.Delete(_path);
        return true;
    }

    private static IEnumerable<int> Processes() => Directory.Exists("/proc")
        ? Directory.EnumerateDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 0)
        : [];

    // Every process of a server works in its data directory. That it is this one shows in the file itself, whatever links lead there.
    private bool? WorksHere(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/comm").Trim() == "postgres"
                && File.ReadAllText($"/proc/{processId}/cwd/postmaster.pid") == File.ReadAllText(_path);
        }
        catch (IOException)
        {
            // It has just ended, or works where there is no such file.
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            // Somebody else's: an ordinary user's server has no such processes. Root in a container may not be allowed to look.
            return Environment.IsPrivilegedProcess ? null : false;
        }
    }
}
