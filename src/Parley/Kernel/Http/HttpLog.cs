namespace Parley.Kernel.Http;

/// <summary>Event ids 300-399. Paths are percent-encoded, without their query string (S45).</summary>
internal static partial class HttpLog
{
    [LoggerMessage(300, LogLevel.Debug, "{Method} {Path} {Status} in {Milliseconds} ms")]
    public static partial void Answered(ILogger log, string method, string path, int status, double milliseconds);

    [LoggerMessage(301, LogLevel.Error, "{Method} {Path} failed, trace {TraceId}")]
    public static partial void Failed(ILogger log, string method, string path, string traceId, Exception failure);

    [LoggerMessage(302, LogLevel.Warning, "{Method} {Path} answered {Status} ({Code}): {Reason}")]
    public static partial void Refused(ILogger log, string method, string path, int status, string code, string reason);

    [LoggerMessage(303, LogLevel.Debug, "{Method} {Path}: the client left")]
    public static partial void ClientLeft(ILogger log, string method, string path);

    [LoggerMessage(304, LogLevel.Information, "Stopping: {Count} answers still running")]
    public static partial void Draining(ILogger log, int count);

    [LoggerMessage(305, LogLevel.Warning, "Stopping with {Count} answers unfinished")]
    public static partial void DrainCut(ILogger log, int count);

    [LoggerMessage(306, LogLevel.Information, "Listening on {Address}")]
    public static partial void Listening(ILogger log, string address);
}
