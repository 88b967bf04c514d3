using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Metadata;
using Parley.Kernel.Problems;

namespace Parley.Kernel.Http;

/// <summary>
/// The <c>Idempotency-Key</c> of a creating POST (draft-ietf-httpapi-idempotency-key-header): the same key again gives the
/// first answer, and nothing is made twice (R4).
/// </summary>
/// <param name="Key">Null where the client sent none.</param>
internal sealed record IdempotencyKey(string? Key, string Address) : IEndpointParameterMetadataProvider
{
    private const int LongestKey = 255;

    public static ValueTask<IdempotencyKey?> BindAsync(HttpContext http)
    {
        var header = http.Request.Headers["Idempotency-Key"];
        var key = header.Count == 0 ? null : header.ToString();
        if (key is not null && (key.Length is 0 or > LongestKey || key.Any(c => c is < ' ' or > '~')))
        {
            throw new ProblemException(
                ProblemCodes.BadRequest,
                $"Idempotency-Key must have 1 to {LongestKey} visible ASCII characters"
            );
        }

        return ValueTask.FromResult<IdempotencyKey?>(
            new IdempotencyKey(key, $"{http.Request.Method} {http.Request.Path.Value?.TrimEnd('/')}")
        );
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(
            new HeaderParameter("Idempotency-Key", "Repeats of the request give its first answer, for 24 hours")
        );

    /// <summary>What the key stands for: another address or body under it is a mistake of the client.</summary>
    public byte[] Fingerprint(ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(Address + "\n"));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}

/// <summary>An answer that can be given again.</summary>
internal sealed record StoredAnswer(int Status, string? Location, string? ETag, byte[] Json) : IResult
{
    public static StoredAnswer Of<T>(
        T value,
        JsonTypeInfo<T> type,
        int status,
        string? location = null,
        string? etag = null
    )
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(512);
        JsonOut.Write(buffer, value, type);
        return new StoredAnswer(status, location, etag, buffer.WrittenSpan.ToArray());
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = "application/json";
        response.ContentLength = Json.Length;
        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        if (ETag is not null)
        {
            response.Headers.ETag = ETag;
        }

        await response.Body.WriteAsync(Json, httpContext.RequestAborted);
    }
}
