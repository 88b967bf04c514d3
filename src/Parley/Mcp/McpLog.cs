namespace Parley.Mcp;

/// <summary>Event ids 1400-1499.</summary>
internal static partial class McpLog
{
    [LoggerMessage(1400, LogLevel.Error, "MCP {Method} failed")]
    public static partial void Failed(ILogger log, string method, Exception failure);
}
