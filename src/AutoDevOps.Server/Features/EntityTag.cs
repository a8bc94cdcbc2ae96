using System.Net.Mime;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace AutoDevOps.Server.Features;

/// <summary>Tells a caller who asks again that nothing changed: a tag with each answer, and 304 for whoever shows it.</summary>
/// <remarks>RFC 9110, sections 8.8.3 and 13.1.2. The answer is made all the same, so that who may see it is decided each time; what is
/// saved is sending it. The tag is weak, because compression changes the bytes and not what they say.</remarks>
internal static class EntityTag
{
    /// <summary>Longer answers are sent as they are made, without a tag, so that no answer is held in memory whole.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>May be kept by the one who asked, who asks again before using it.</summary>
    public const string CacheControl = "private, no-cache";

    /// <summary>Tags what these endpoints answer with status 200.</summary>
    /// <exception cref="InvalidOperationException">At start: an endpoint answers with server-sent events, which have no end to tag.</exception>
    public static TBuilder WithEntityTag<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.AddEndpointFilter(async (context, next) =>
        {
            var answer = await next(context);
            // A group may have other methods too, and what has begun cannot be tagged any more.
            return answer is IResult result && HttpMethods.IsGet(context.HttpContext.Request.Method) && !context.HttpContext.Response.HasStarted
                ? new Tagged(result)
                : answer;
        });
        builder.Finally(endpoint =>
        {
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status304NotModified, typeof(void)));
            if (endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Any(answer => answer.ContentTypes.Contains(MediaTypeNames.Text.EventStream)))
            {
                throw new InvalidOperationException($"{endpoint.DisplayName} answers with a stream of events: it must not hold them back for an entity tag.");
            }
        });
        return builder;
    }

    /// <summary>The tag of an answer with these bytes.</summary>
    public static EntityTagHeaderValue Of(ReadOnlySpan<byte> content) => new($"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16))}\"", isWeak: true);

    /// <summary>Adds the tag to the answer.</summary>
    /// <returns>Whether the caller has this already: then the answer is 304, and must have no body.</returns>
    public static bool IsCurrent(HttpContext http, EntityTagHeaderValue tag)
    {
        http.Response.Headers.ETag = tag.ToString();
        http.Response.Headers.CacheControl = CacheControl;
        return http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false));
    }

    private sealed class Tagged(IResult answer) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var direct = httpContext.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
            await using var body = new HeldBody(direct.Stream, httpContext.Response);
            var held = new StreamResponseBodyFeature(body, direct);
            httpContext.Features.Set<IHttpResponseBodyFeature>(held);
            try
            {
                await answer.ExecuteAsync(httpContext);
                await held.CompleteAsync();
            }
            finally
            {
                httpContext.Features.Set(direct);
            }

            if (!body.IsLetThrough)
            {
                await SendAsync(httpContext, body.Content);
            }
        }

        private static async Task SendAsync(HttpContext http, ReadOnlyMemory<byte> content)
        {
            if (http.Response.StatusCode == StatusCodes.Status200OK && IsCurrent(http, Of(content.Span)))
            {
                http.Response.StatusCode = StatusCodes.Status304NotModified;
                http.Response.ContentType = null;
                http.Response.ContentLength = null;
            }
            else if (!content.IsEmpty)
            {
                await http.Response.Body.WriteAsync(content, http.RequestAborted);
            }
        }
    }

    /// <summary>Keeps what is written, up to <see cref="MaxBytes"/>; then lets everything through.</summary>
    private sealed class HeldBody(Stream direct, HttpResponse response) : Stream
    {
        private readonly MemoryStream _held = new();

        public bool IsLetThrough { get; private set; }

        public ReadOnlyMemory<byte> Content => _held.GetBuffer().AsMemory(0, (int)_held.Length);

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (response.ContentType?.StartsWith(MediaTypeNames.Text.EventStream, StringComparison.OrdinalIgnoreCase) == true)
            {
                throw new InvalidOperationException("A stream of events must not be held back for an entity tag.");
            }

            if (!IsLetThrough && _held.Length + buffer.Length <= MaxBytes)
            {
                _held.Write(buffer.Span);
                return;
            }

            if (!IsLetThrough)
            {
                IsLetThrough = true;
                await direct.WriteAsync(Content, cancellationToken);
                _held.SetLength(0);
            }

            await direct.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task FlushAsync(CancellationToken cancellationToken) => IsLetThrough ? direct.FlushAsync(cancellationToken) : Task.CompletedTask;

        public override void Flush()
        {
        }

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write asynchronously: the network may be slow.");

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
