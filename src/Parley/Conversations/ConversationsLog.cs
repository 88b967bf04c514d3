namespace Parley.Conversations;

/// <summary>Event ids 400-499.</summary>
internal static partial class ConversationsLog
{
    [LoggerMessage(400, LogLevel.Information, "Removed {Count} conversations that had lain in the bin for 30 days")]
    public static partial void Purged(ILogger log, int count);

    [LoggerMessage(401, LogLevel.Warning, "Emptying the bin failed; it is tried again in an hour")]
    public static partial void PurgeFailed(ILogger log, Exception failure);
}
