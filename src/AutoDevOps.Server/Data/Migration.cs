using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace AutoDevOps.Server.Data;

/// <summary>One numbered SQL file.</summary>
/// <param name="Name">The rest of the file's name.</param>
public sealed record Migration(int Version, string Name, string Text)
{
    private const string Prefix = "Migrations.";

    /// <summary>SHA-256 of the text, whatever its line ends were.</summary>
    public byte[] Checksum { get; } = SHA256.HashData(Encoding.UTF8.GetBytes(Text));

    /// <summary>The files this program has, by version.</summary>
    public static IReadOnlyList<Migration> Known { get; } = [.. Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(name =>
        {
            var file = name[Prefix.Length..^".sql".Length];
            return new Migration(int.Parse(file[..4], CultureInfo.InvariantCulture), file[5..], Resource(name));
        })];

    internal static string Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is not in the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}

/// <summary>The database cannot be migrated by this program; the message says what to do.</summary>
public sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);
