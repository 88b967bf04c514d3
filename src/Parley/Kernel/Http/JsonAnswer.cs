using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Parley.Kernel.Http;

/// <summary>Writes JSON as answers spell it: UTF-8 as it is, nothing escaped that needs no escape (the type is never sniffed).</summary>
internal static class JsonOut
{
    public static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    [ThreadStatic]
    private static Utf8JsonWriter? writer;

    /// <summary>Serialises into the buffer and gives the number of bytes.</summary>
    public static long Write<T>(IBufferWriter<byte> to, T value, JsonTypeInfo<T> type)
    {
        var json = writer ??= new Utf8JsonWriter(to, Options);
        json.Reset(to);
        JsonSerializer.Serialize(json, value, type);
        json.Flush();
        var written = json.BytesCommitted;
        json.Reset(Stream.Null); // holds on to nobody's buffer
        return written;
    }
}

/// <summary>A JSON answer with its length known.</summary>
internal sealed class JsonAnswer<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    : IResult,
        IStatusCodeHttpResult
{
    public int? StatusCode => status;

    public string? ETag { get; init; }

    public string? Location { get; init; }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        if (ETag is not null)
        {
            response.Headers.ETag = ETag;
        }

        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        response.ContentLength = JsonOut.Write(response.BodyWriter, value, type);
        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }
}
