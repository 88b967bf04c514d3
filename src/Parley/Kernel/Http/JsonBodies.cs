using System.Buffers;
using System.Text.Unicode;
using Microsoft.Net.Http.Headers;
using Parley.Kernel.Problems;

namespace Parley.Kernel.Http;

/// <summary>Reads a JSON body whole, within the route's limit. Memory follows what arrives, never a stated length.</summary>
internal static class JsonBodies
{
    /// <exception cref="ProblemException">It is of another type, empty where it must not be, or not UTF-8.</exception>
    /// <param name="alsoType">A further media type of JSON that the route takes.</param>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpContext http, string? alsoType = null)
    {
        RequireJson(http.Request, alsoType);
        var body = http.Request.BodyReader;
        while (true)
        {
            var read = await body.ReadAsync(http.RequestAborted);
            if (!read.IsCompleted)
            {
                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            var utf8 = read.Buffer.ToArray();
            body.AdvanceTo(read.Buffer.End);
            return Utf8.IsValid(utf8)
                ? Strip(utf8)
                : throw new ProblemException(ProblemCodes.BadRequest, "the body is not valid UTF-8");
        }
    }

    private static void RequireJson(HttpRequest request, string? alsoType)
    {
        if (request.ContentType is null && request.ContentLength is null or 0)
        {
            return; // no body at all: "empty" says more than "wrong type"
        }

        var json =
            MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && (
                type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || type.MediaType.Equals(alsoType, StringComparison.OrdinalIgnoreCase)
            );
        if (!json)
        {
            throw new ProblemException(ProblemCodes.UnsupportedMediaType, "send application/json");
        }

        if (
            type!.Charset is { HasValue: true } charset
            && !HeaderUtilities.RemoveQuotes(charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)
        )
        {
            throw new ProblemException(ProblemCodes.UnsupportedMediaType, "send the JSON as UTF-8");
        }
    }

    /// <summary>A byte order mark is no JSON, but some clients send one.</summary>
    private static ReadOnlyMemory<byte> Strip(byte[] utf8) =>
        utf8.AsSpan().StartsWith("\uFEFF"u8) ? utf8.AsMemory(3) : utf8;
}
