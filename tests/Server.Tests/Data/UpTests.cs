using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AutoDevOps.Server.Data.Embedded;
using AutoDevOps.Server.Tests.Support;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Data;

/// <summary>The real program with its own database: started, stopped, killed, as root and as an ordinary user.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class UpTests(PostgresFixture postgres) : IDisposable
{
    private const string OrdinaryUser = "nobody";

    private readonly string _root = Directory.CreateDirectory($"/var/tmp/autodevops-up-{Guid.CreateVersion7():N}").FullName;
    private readonly string _port = FreePort();

    private string Data => Path.Combine(_root, "data");

    private PostmasterFile Postmaster => new(Path.Combine(Data, "postgres", "postgres"));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task It_starts_stops_on_ctrl_c_and_attaches_beside_a_running_one()
    {
        await using (var up = Up())
        {
            await up.WaitForAsync("Listening");
            await using var link = ServerProgram.Start(["link", "--data", Data, "--port", _port]);
            Assert.Equal(0, await link.EndAsync());
            Assert.Contains($"http://localhost:{_port}/auth/link/", link.Said, StringComparison.Ordinal);
            Assert.True(Postmaster.IsServerAlive);
            Assert.Equal(0, await up.InterruptAsync());
        }

        Assert.Null(Postmaster.ProcessId);
        Assert.Contains("database system is shut down", await File.ReadAllTextAsync(Path.Combine(Data, "postgres", "postgres", "log", "postgres.log")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_it_prints_for_another_link_works_as_it_is_printed()
    {
        await using var up = Up();
        await up.WaitForAsync("another:");
        var command = (await up.WaitForAsync(" link")).Trim();

        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var said = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith($"http://localhost:{_port}/auth/link/", said, StringComparison.Ordinal);
        Assert.Equal(0, await up.InterruptAsync());
    }

    [Fact]
    public async Task Killed_it_loses_no_row_and_the_next_one_takes_its_database_over_and_stops_it()
    {
        await using (var up = Up())
        {
            await up.WaitForAsync("Listening");
            await WriteRowsAsync();
            await up.KillAsync();
        }

        Assert.True(Postmaster.IsServerAlive);
        await using (var second = Up())
        {
            await second.WaitForAsync("Listening");
            Assert.Equal(1000, await CountRowsAsync());
            Assert.Equal(0, await second.InterruptAsync());
        }

        Assert.False(Postmaster.IsAnythingAlive);
    }

    [Fact]
    public async Task Killed_together_with_its_database_it_recovers_every_row()
    {
        await using (var up = Up())
        {
            await up.WaitForAsync("Listening");
            await WriteRowsAsync();
            var server = Postmaster.ProcessId!.Value;
            await up.KillAsync();
            using var process = Process.GetProcessById(server);
            process.Kill();
            await process.WaitForExitAsync();
        }

        await using var second = Up();
        await second.WaitForAsync("Listening");
        Assert.Equal(1000, await CountRowsAsync());
        await second.InterruptAsync();
    }

    [Fact]
    public async Task Killed_while_its_database_was_starting_it_starts_again()
    {
        await using (var up = Up())
        {
            while (Postmaster.ProcessId is null)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            }

            await up.KillAsync();
        }

        await using var second = Up();
        await second.WaitForAsync("Listening");
        await second.InterruptAsync();
    }

    [Fact]
    public async Task An_ordinary_user_runs_it_and_a_reused_process_number_does_not_stop_them()
    {
        SkipUnlessRoot();
        var program = ServerProgram.CopyTo(Path.Combine(_root, "program"));
        Directory.CreateDirectory(Data);
        Assert.Equal(0, await RunAsync("chown", OrdinaryUser, Data));
        string content;
        await using (var up = Up(OrdinaryUser, program))
        {
            await up.WaitForAsync("Listening");
            content = await File.ReadAllTextAsync(Path.Combine(Data, "postgres", "postgres", "postmaster.pid"));
            await WriteRowsAsync();
            Assert.Equal(0, await up.InterruptAsync());
        }

        // A process of the same user: PostgreSQL would take it for the server.
        using var other = Process.Start(new ProcessStartInfo("setpriv", [$"--reuid={OrdinaryUser}", "--clear-groups", "--regid=nogroup", "sleep", "600"]))!;
        try
        {
            var file = Path.Combine(Data, "postgres", "postgres", "postmaster.pid");
            await File.WriteAllTextAsync(file, content.Replace(content.Split('\n')[0], other.Id.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
            Assert.Equal(0, await RunAsync("chown", OrdinaryUser, file));
            await using var second = Up(OrdinaryUser, program);
            await second.WaitForAsync("Listening");
            Assert.Equal(1000, await CountRowsAsync());
            await second.InterruptAsync();
        }
        finally
        {
            other.Kill();
        }
    }

    [Fact]
    public async Task A_directory_that_an_ordinary_user_may_not_write_is_named()
    {
        SkipUnlessRoot();
        Directory.CreateDirectory(Data);
        await using var up = Up(OrdinaryUser, ServerProgram.CopyTo(Path.Combine(_root, "program")));
        Assert.Equal(2, await up.EndAsync());
        Assert.Contains($"The data directory {Data} cannot be written", up.Said, StringComparison.Ordinal);
        Assert.Contains("--data", up.Said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("size=20m", "an empty PostgreSQL takes about 60 MiB. Make room")]
    [InlineData("size=4k", "The disk of the data directory")]
    public async Task A_full_disk_is_called_full_and_nothing_is_left_on_it(string size, string message)
    {
        SkipUnlessRoot();
        Directory.CreateDirectory(Data);
        var script = $"mount -t tmpfs -o {size},mode=755 none {Data}; [ {size} = size=4k ] && head -c 4096 /dev/zero > {Data}/other; \"$@\"; code=$?; ls -A {Data}; exit $code";
        await using var up = ServerProgram.Start(["up", "--no-analysis", "--data", Data, "--port", _port], before: ["/usr/bin/unshare", "-m", "/bin/sh", "-c", script, "sh"]);

        Assert.Equal(2, await up.EndAsync());
        Assert.Contains(message, up.Said, StringComparison.Ordinal);
        Assert.Contains(Data, up.Said, StringComparison.Ordinal);
        Assert.DoesNotContain(".write-", up.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_its_database_ends_by_itself_it_says_why_and_stops()
    {
        await using var up = Up();
        await up.WaitForAsync("Stop");

        Server.Data.Embedded.Posix.Signal(Postmaster.ProcessId!.Value, Server.Data.Embedded.Posix.Quit);

        Assert.Equal(2, await up.EndAsync());
        Assert.Contains("The database ended by itself.", up.Said, StringComparison.Ordinal);
        Assert.Contains("postgres.log", up.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("Stopping: running jobs", up.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beside_another_one_it_stops_when_that_one_stops_the_database()
    {
        await using var owner = Up();
        await owner.WaitForAsync("Stop");
        await using var beside = ServerProgram.Start(["up", "--no-analysis", "--data", Data, "--port", FreePort()]);
        await beside.WaitForAsync("Stop");

        Assert.Equal(0, await owner.InterruptAsync());

        Assert.Equal(2, await beside.EndAsync());
        Assert.Contains("The process that had started it has ended", beside.Said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("99999")]
    public async Task What_is_no_port_is_named_with_what_would_be_one(string port)
    {
        await using var up = ServerProgram.Start(["up", "--no-analysis", "--data", Data], [("AutoDevOps__Http__Port", port)]);
        Assert.Equal(2, await up.EndAsync());
        Assert.Contains($"AutoDevOps:Http:Port ({port}) is no port: give a number from 1 to 65535.", up.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_data_do_not_lie_in_what_it_analyses_however_they_are_called()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, "shop")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "README.md"), "# shop\n");
        var link = Directory.CreateSymbolicLink(Path.Combine(_root, "link"), folder).FullName;
        await using var up = ServerProgram.Start(["up", link, "--data", Path.Combine(link, "data"), "--port", _port]);
        Assert.Equal(2, await up.EndAsync());
        Assert.Contains("which is to be analysed", up.Said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder, "data")));
    }

    [Fact]
    public async Task What_is_no_connection_string_is_no_mistake_of_ours()
    {
        await using var migrate = ServerProgram.Start(["migrate"], [("ConnectionStrings__Administrator", "postgres on db")]);
        Assert.Equal(2, await migrate.EndAsync());
        Assert.Contains("ConnectionStrings:Administrator is no connection string", migrate.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_folder_with_nothing_to_build_it_does_not_say_that_a_pipeline_is_ready()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, "notes")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "notes.txt"), "Nothing to build.\n");
        await using var up = ServerProgram.Start(["up", folder, "--data", Data, "--port", _port]);

        Assert.Contains("no pipeline is offered: Nothing in the repository says", await up.WaitForAsync("pipeline is "), StringComparison.Ordinal);
        Assert.Equal(0, await up.InterruptAsync());
    }

    [Fact]
    public async Task As_root_with_a_strict_umask_the_account_of_the_database_still_gets_through()
    {
        SkipUnlessRoot();
        await using var up = ServerProgram.Start(
            ["up", "--no-analysis", "--data", Path.Combine(_root, "deep", "data"), "--port", _port], before: ["/bin/sh", "-c", "umask 077; exec \"$@\"", "sh"]);
        await up.WaitForAsync("Listening");
        Assert.Equal(0, await up.InterruptAsync());
    }

    [Fact]
    public async Task Where_there_is_no_PostgreSQL_at_all_it_says_what_it_tried_and_what_to_do()
    {
        SkipUnlessRoot();
        var program = ServerProgram.CopyTo(Path.Combine(_root, "program"));
        Directory.CreateDirectory(Data);
        await RunAsync("chown", OrdinaryUser, Data);
        // A view of the machine without its PostgreSQL, without npm, for a user who may install nothing.
        await using var up = ServerProgram.Start(
            ["up", "--no-analysis", "--data", Data, "--port", _port],
            [("PATH", _root)],
            OrdinaryUser,
            program,
            ["/usr/bin/unshare", "-m", "/bin/sh", "-c", "for folder in /usr/lib/postgresql /usr/pgsql-*; do [ -d \"$folder\" ] && /usr/bin/mount -t tmpfs none \"$folder\"; done; exec \"$@\"", "sh"]);
        Assert.Equal(2, await up.EndAsync());
        Assert.Contains("PostgreSQL 15 or newer was not found", up.Said, StringComparison.Ordinal);
        Assert.Contains("AUTODEVOPS_PG_BIN names: it is not set", up.Said, StringComparison.Ordinal);
        Assert.Contains("npm could not fetch it", up.Said, StringComparison.Ordinal);
        Assert.Contains("we are not root", up.Said, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__Database", up.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_in_AUTODEVOPS_PG_BIN_without_PostgreSQL_is_an_error_and_not_passed_over()
    {
        await using var up = ServerProgram.Start(["up", "--no-analysis", "--data", Data, "--port", _port], [("AUTODEVOPS_PG_BIN", _root)]);
        Assert.Equal(2, await up.EndAsync());
        Assert.Contains($"AUTODEVOPS_PG_BIN is '{_root}'", up.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_the_configuration_names_is_used_instead_of_its_own()
    {
        var database = await postgres.CreateEmptyAsync();
        try
        {
            (string, string) given = ("ConnectionStrings__Database", postgres.Server.ConnectionStringFor(database, "autodevops_app"));
            string[] arguments = ["up", "--no-analysis", "--data", Data, "--port", _port];
            await using (var unmigrated = ServerProgram.Start(arguments, [given]))
            {
                Assert.Equal(2, await unmigrated.EndAsync());
                Assert.Contains("ConnectionStrings__Administrator", unmigrated.Said, StringComparison.Ordinal);
            }

            await using (var unbound = ServerProgram.Start(arguments, [("ConnectionStrings__Database", postgres.Server.ConnectionStringFor(database, "postgres"))]))
            {
                Assert.Equal(2, await unbound.EndAsync());
                Assert.Contains("bypasses row-level security", unbound.Said, StringComparison.Ordinal);
            }

            await using var up = ServerProgram.Start(arguments, [given, ("ConnectionStrings__Administrator", postgres.Server.ConnectionStringFor(database, "postgres"))]);
            await up.WaitForAsync("Listening");
            Assert.Equal(0, await up.InterruptAsync());
            Assert.False(Directory.Exists(Path.Combine(Data, "postgres")));
        }
        finally
        {
            await postgres.DropAsync(database);
        }
    }

    private static void SkipUnlessRoot() =>
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "Only root can act as other users.");

    private ServerProgram Up(string? user = null, string? program = null) =>
        ServerProgram.Start(["up", "--no-analysis", "--data", Data, "--port", _port], user: user, folder: program);

    private async Task WriteRowsAsync()
    {
        await using var connection = await ConnectAsync();
        await connection.ExecuteAsync("CREATE TABLE kept (n int); INSERT INTO kept SELECT generate_series(1, 1000)");
    }

    private async Task<long> CountRowsAsync()
    {
        await using var connection = await ConnectAsync();
        return await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM kept");
    }

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection($"Host={Path.Combine(Data, "postgres", "socket")};Database=autodevops;Username=postgres;Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
