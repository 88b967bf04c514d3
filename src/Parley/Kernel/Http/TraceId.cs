using System.Diagnostics;

namespace Parley.Kernel.Http;

/// <summary>What a problem and the log's line on it have in common.</summary>
internal static class TraceId
{
    /// <summary>The caller's own trace (W3C Trace Context, <c>traceparent</c>) where the request is part of one, else the request's number.</summary>
    public static string Of(HttpContext http) =>
        ActivityContext.TryParse(http.Request.Headers.TraceParent, traceState: null, out var trace)
            ? trace.TraceId.ToHexString()
            : http.TraceIdentifier;
}
