using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace AutoDevOps.Server.Data.Embedded;

/// <summary>Signals, without a program named <c>kill</c>, which small containers do not have.</summary>
[UnsupportedOSPlatform("windows")]
internal static class Posix
{
    public const int Interrupt = 2;

    public const int Quit = 3;

    /// <returns>False: there is no such process, or it is not ours.</returns>
    public static bool Signal(int processId, int signal) => Kill(processId, signal) == 0;

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
