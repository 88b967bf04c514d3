using System.Globalization;
using System.Text.Json;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;
using Parley.Providers;

namespace Parley.Gateway;

/// <summary>In whose words a client speaks.</summary>
internal enum Dialect : byte
{
    Ollama = 1,
    OpenAi,
}

/// <summary>Route metadata: what is refused before a call is looked at (no key, too many calls) is told in the client's words too.</summary>
internal sealed class GatewayShape(Dialect dialect) : IProblemShape
{
    public Task WriteAsync(HttpContext http, int status, string? detail) =>
        GatewayProblem.WriteAsync(http, dialect, ProblemCodes.Of(status), detail ?? ProblemCodes.Of(status).Title);
}

/// <summary>
/// A failure of ours as the client's library understands it, and a problem (RFC 9457) at the same time: <c>error</c> is
/// a further member, an object for OpenAI's clients and a string for Ollama's.
/// </summary>
internal static class GatewayProblem
{
    public static Task NoModelAsync(HttpContext http, Dialect dialect, string model) =>
        WriteAsync(http, dialect, ProblemCodes.NotFound, $"there is no model {Shown(model)}");

    public static Task BadAsync(HttpContext http, Dialect dialect, string why) =>
        WriteAsync(http, dialect, ProblemCodes.BadRequest, why);

    /// <summary>An upstream failed before anything was answered.</summary>
    public static Task FailedAsync(HttpContext http, Dialect dialect, UpstreamException failure)
    {
        if (failure.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return WriteAsync(http, dialect, CodeOf(failure), failure.Message, failure.Status is 429 or 503);
    }

    /// <summary>Parley itself refuses: a quota is used up.</summary>
    public static Task RefusedAsync(HttpContext http, Dialect dialect, ProblemException refusal)
    {
        foreach (var (name, value) in refusal.Headers)
        {
            http.Response.Headers[name] = value;
        }

        if (refusal.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return WriteAsync(http, dialect, refusal.Code, refusal.Message);
    }

    /// <summary>Busy upstreams keep their status, so that clients wait as they would for the upstream itself.</summary>
    public static ProblemCode CodeOf(UpstreamException failure) =>
        failure.Status switch
        {
            429 => ProblemCodes.TooManyRequests,
            503 => ProblemCodes.Busy,
            400 or 422 => ProblemCodes.BadRequest,
            404 => ProblemCodes.NotFound,
            413 => ProblemCodes.TooLarge,
            _ => ProblemCodes.UpstreamFailed,
        };

    public static async Task WriteAsync(
        HttpContext http,
        Dialect dialect,
        ProblemCode code,
        string detail,
        bool retry = false
    )
    {
        var response = http.Response;
        response.StatusCode = code.Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        if (retry && response.Headers.RetryAfter.Count == 0)
        {
            response.Headers.RetryAfter = "1";
        }

        using (var json = new Utf8JsonWriter(response.BodyWriter, JsonOut.Options))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "/docs/problems#" + code.Code);
            json.WriteString("title"u8, code.Title);
            json.WriteNumber("status"u8, code.Status);
            json.WriteString("detail"u8, detail);
            json.WriteString("code"u8, code.Code);
            json.WriteString("trace_id"u8, TraceId.Of(http));
            Error(json, dialect, code, detail);
            json.WriteEndObject();
        }

        await response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    private static void Error(Utf8JsonWriter json, Dialect dialect, ProblemCode code, string detail)
    {
        if (dialect == Dialect.Ollama)
        {
            json.WriteString("error"u8, detail);
            return;
        }

        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, detail);
        var usedUp = code == ProblemCodes.QuotaUsedUp;
        json.WriteString(
            "type"u8,
            usedUp ? "insufficient_quota"u8
                : code.Status >= 500 ? "server_error"u8
                : "invalid_request_error"u8
        );
        json.WriteNull("param"u8);
        json.WriteString(
            "code"u8,
            usedUp ? "insufficient_quota"
                : code == ProblemCodes.NotFound ? "model_not_found"
                : code.Code
        );
        json.WriteEndObject();
    }

    private static string Shown(string model) =>
        model.Length > 100 ? model[..100] + "…" : new string([.. model.Select(c => char.IsControl(c) ? ' ' : c)]);
}
