using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace AutoDevOps.Server.Ui;

/// <summary>The pages' own files: part of the program, so that they are there whatever the working directory is.</summary>
/// <remarks>An address carries the content's hash and is kept by browsers for a year; what can be compressed is, once.</remarks>
public sealed class Assets
{
    private const string Prefix = "wwwroot/";

    private static readonly FrozenDictionary<string, string> MediaTypes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".txt"] = "text/plain; charset=utf-8",
        [".woff2"] = "font/woff2",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, Asset> _byAddress;
    private readonly FrozenDictionary<string, string> _addresses;

    public Assets()
    {
        var assembly = typeof(Assets).Assembly;
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var assets = new Dictionary<string, Asset>(StringComparer.Ordinal);
        var names = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..]);
        // Style sheets name other files, so the addresses of those must be known first.
        foreach (var name in names.OrderBy(name => name.EndsWith(".css", StringComparison.Ordinal)).ThenBy(name => name, StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(Prefix + name)!;
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            var asset = Prepare(name, memory.ToArray(), found);
            found[name] = asset.Address;
            assets[asset.Address] = asset;
        }

        _addresses = found.ToFrozenDictionary(StringComparer.Ordinal);
        _byAddress = assets.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The address of a file, such as <c>app.css</c>.</summary>
    /// <exception cref="KeyNotFoundException">There is no such file.</exception>
    public string this[string name] => _addresses[name];

    internal void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/assets/{name}", [HttpMethods.Get, HttpMethods.Head], ServeAsync).AllowAnonymous().ExcludeFromDescription();

    private async Task ServeAsync(HttpContext http, string name)
    {
        if (!_byAddress.TryGetValue("/assets/" + name, out var asset))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var accepted = http.Request.Headers.AcceptEncoding.ToString();
        var (body, encoding) = asset switch
        {
            { Brotli: { } brotli } when accepted.Contains("br", StringComparison.Ordinal) => (brotli, "br"),
            { Gzip: { } gzip } when accepted.Contains("gzip", StringComparison.Ordinal) => (gzip, "gzip"),
            _ => (asset.Content, null),
        };
        var headers = http.Response.Headers;
        headers.ContentType = asset.MediaType;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.Vary = HeaderNames.AcceptEncoding;
        if (encoding is not null)
        {
            headers.ContentEncoding = encoding;
        }

        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
        }
    }

    private static Asset Prepare(string name, byte[] content, Dictionary<string, string> known)
    {
        var extension = Path.GetExtension(name);
        if (extension == ".css")
        {
            var text = new StringBuilder(Encoding.UTF8.GetString(content));
            foreach (var (other, address) in known)
            {
                text.Replace($"url(\"{other}\")", $"url(\"{address}\")");
            }

            content = Encoding.UTF8.GetBytes(text.ToString());
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(content))[..12];
        var compressible = extension != ".woff2";
        return new Asset(
            $"/assets/{Path.GetFileNameWithoutExtension(name)}.{hash}{extension}",
            MediaTypes[extension],
            content,
            compressible ? Compress(content, stream => new BrotliStream(stream, CompressionLevel.SmallestSize)) : null,
            compressible ? Compress(content, stream => new GZipStream(stream, CompressionLevel.SmallestSize)) : null);
    }

    private static byte[] Compress(byte[] content, Func<Stream, Stream> compressor)
    {
        using var memory = new MemoryStream();
        using (var stream = compressor(memory))
        {
            stream.Write(content);
        }

        return memory.ToArray();
    }

    private sealed record Asset(string Address, string MediaType, byte[] Content, byte[]? Brotli, byte[]? Gzip);
}
