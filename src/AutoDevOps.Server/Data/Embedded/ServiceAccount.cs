using System.ComponentModel;
using System.Diagnostics;

namespace AutoDevOps.Server.Data.Embedded;

/// <summary>The operating-system account that runs PostgreSQL: ourselves, or, as PostgreSQL refuses root, another when we are root.</summary>
public sealed class ServiceAccount
{
    private ServiceAccount(string? userName) => UserName = userName;

    /// <summary>Null: ourselves.</summary>
    public string? UserName { get; }

    public string Describe => UserName ?? Environment.UserName;

    /// <summary>Chooses; when there is data already, its owner, as PostgreSQL runs as nobody else.</summary>
    /// <param name="dataFolder">Where the data is, or will be.</param>
    public static async Task<ServiceAccount> ChooseAsync(string dataFolder, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess || OperatingSystem.IsWindows())
        {
            return new(null);
        }

        var accounts = File.Exists("/etc/passwd") ? File.ReadLines("/etc/passwd").Select(line => line.Split(':')[0]).ToHashSet(StringComparer.Ordinal) : [];
        if (Directory.Exists(dataFolder))
        {
            var told = await RunAsync(Redirected("stat", OperatingSystem.IsMacOS() ? "-f%Su" : "-c%U", dataFolder), cancellationToken);
            if (told.ExitCode == 0 && told.Output.Trim() is var owner && owner != "root" && accounts.Contains(owner))
            {
                return new(owner);
            }
        }

        return new(accounts.Contains("postgres") ? "postgres" : "nobody");
    }

    /// <summary>How to start a program as this account, in a folder that it may enter.</summary>
    public ProcessStartInfo Prepare(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = "/",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (UserName is not null)
        {
            start.UserName = UserName;
        }

        // What a shell has set for another server must not reach this one.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["LC_ALL"] = "C";
        return start;
    }

    /// <summary>Runs a program to its end; ends it when cancelled. A program that cannot be started answers as a shell would, with exit
    /// code 126.</summary>
    public Task<ProgramResult> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        RunAsync(Prepare(program, arguments), cancellationToken);

    internal static async Task<ProgramResult> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception problem)
        {
            return new(126, "", problem.Message);
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            try
            {
                await process.WaitForExitAsync(cancellationToken);
                return new(process.ExitCode, await output, await error);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
    }

    /// <summary>Hands a folder over to the account. Nothing to do when that is ourselves.</summary>
    public async Task OwnAsync(string folder, CancellationToken cancellationToken)
    {
        if (UserName is null)
        {
            return;
        }

        var changed = await RunAsync(Redirected("chown", UserName, folder), cancellationToken);
        if (changed.ExitCode != 0)
        {
            throw new EmbeddedPostgresException($"The folder {folder} cannot be given to the account '{UserName}', which runs PostgreSQL: {changed.Error.Trim()}");
        }
    }

    /// <summary>How to start a program as ourselves, heard and not seen.</summary>
    internal static ProcessStartInfo Redirected(string program, params IEnumerable<string> arguments) =>
        new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };

    /// <summary>The first folder on the way that the account may not enter, or null.</summary>
    public string? FirstClosedParent(string folder)
    {
        if (UserName is null || OperatingSystem.IsWindows())
        {
            return null;
        }

        for (var parent = Directory.GetParent(folder); parent is not null; parent = parent.Parent)
        {
            if (parent.Exists && !File.GetUnixFileMode(parent.FullName).HasFlag(UnixFileMode.OtherExecute))
            {
                return parent.FullName;
            }
        }

        return null;
    }
}

/// <summary>How a program that was run to its end ended.</summary>
public sealed record ProgramResult(int ExitCode, string Output, string Error);
