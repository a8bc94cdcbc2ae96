namespace AutoDevOps.Server.Hosting;

/// <summary>How whoever started this program can call it again: a command that works as it is printed, also from a build folder.</summary>
internal static class Invocation
{
    /// <summary>The command that prints another sign-in link for an installation that <c>up</c> runs.</summary>
    /// <param name="data">Its data directory; named unless it is where data goes by itself.</param>
    /// <param name="port">Its port; named unless it is the one that holds by itself.</param>
    public static string Link(string data, int port) =>
        $"{Program()} link{(data == DataDirectory.Default() ? "" : $" --data {Quoted(data)}")}{(port == Up.PortOf(null) ? "" : $" --port {port}")}";

    /// <summary>The same for a page. The folder is named only where the server answers nobody but its own machine.</summary>
    public static string Link(ServerRole role, HttpOptions http) =>
        role.IsLocal ? Link(role.Data.Path, http.Port) : $"{Product.Program} link";

    private static string Program()
    {
        if (Environment.ProcessPath is not { } path)
        {
            return Product.Program;
        }

        if (Path.GetFileNameWithoutExtension(path) != Product.Program)
        {
            return $"{Quoted(path)} {Quoted(Path.Combine(AppContext.BaseDirectory, $"{Product.Program}.dll"))}";
        }

        var searched = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        return searched.Contains(Path.GetDirectoryName(path), StringComparer.Ordinal) ? Product.Program : Quoted(path);
    }

    // A person copies it into a shell.
    private static string Quoted(string text) =>
        text.All(character => char.IsLetterOrDigit(character) || character is '/' or '\\' or ':' or '.' or '-' or '_')
            ? text
            : OperatingSystem.IsWindows() ? $"\"{text}\"" : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
