namespace Parley.Tools;

/// <summary>Event ids 1000-1099.</summary>
internal static partial class ToolLog
{
    [LoggerMessage(1000, LogLevel.Error, "tool {Tool} failed")]
    public static partial void Failed(ILogger log, string tool, Exception failure);

    [LoggerMessage(1001, LogLevel.Warning, "tools of {Server} cannot be listed: {Reason}")]
    public static partial void NotListed(ILogger log, string server, string reason);

    [LoggerMessage(1002, LogLevel.Error, "the list of tools of {Server} broke")]
    public static partial void ListBroke(ILogger log, string server, Exception failure);

    [LoggerMessage(1003, LogLevel.Information, "tool server {Server} runs as process {Process}, MCP {Version}")]
    public static partial void Began(ILogger log, string server, int process, string version);

    [LoggerMessage(1004, LogLevel.Warning, "tool server {Server} ended unexpectedly: {Reason}")]
    public static partial void Ended(ILogger log, string server, string reason);
}
