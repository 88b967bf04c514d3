using Parley.Kernel.Http;

namespace Parley.Kernel.Problems;

/// <summary>A problem as a handler's answer.</summary>
internal sealed class ProblemResult(ProblemCode code, string? detail = null, params FieldError[] errors)
    : IResult,
        IStatusCodeHttpResult
{
    private const string ContentType = "application/problem+json";

    public int? StatusCode => code.Status;

    public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, code, detail, errors);

    public static ProblemResult NotFound(string what) => new(ProblemCodes.NotFound, $"there is no such {what}");

    public static ProblemResult Invalid(string field, string message) =>
        new(ProblemCodes.Validation, $"{field}: {message}", new FieldError(field, message));

    public static async Task WriteAsync(
        HttpContext http,
        ProblemCode code,
        string? detail,
        IReadOnlyList<FieldError> errors
    )
    {
        var traceId = TraceId.Of(http);
        var problem = new Problem(
            "/docs/problems#" + code.Code,
            code.Title,
            code.Status,
            detail,
            code.Code,
            traceId,
            errors.Count > 0 ? errors : null
        );
        http.Response.StatusCode = code.Status;
        http.Response.ContentType = ContentType;
        http.Response.Headers.CacheControl = "no-store";
        if (code.Status is 429 or 503 && http.Response.Headers.RetryAfter.Count == 0)
        {
            http.Response.Headers.RetryAfter = "1";
        }

        if (code.Status is 401)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        if (http.GetEndpoint()?.Metadata.GetMetadata<IProblemShape>() is { } shape)
        {
            await shape.WriteAsync(http, code.Status, detail ?? code.Title);
            return;
        }

        if (!HttpMethods.IsHead(http.Request.Method))
        {
            http.Response.ContentLength = JsonOut.Write(http.Response.BodyWriter, problem, ProblemJson.Default.Problem);
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        }
    }
}
