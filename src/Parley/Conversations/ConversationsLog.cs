namespace Parley.Conversations;

/// <summary>Event ids 400-499.</summary>
internal static partial class ConversationsLog
{
    [LoggerMessage(400, LogLevel.Information, "Removed {Count} conversations that had lain in the bin for 30 days")]
    public static partial void Purged(ILogger log, int count);

    [LoggerMessage(401, LogLevel.Information, "Removed {Count} files that no attachment names")]
    public static partial void Swept(ILogger log, int count);
}
