namespace Parley.Retrieval;

/// <summary>Event ids 1300-1399.</summary>
internal static partial class RetrievalLog
{
    [LoggerMessage(1300, LogLevel.Warning, "the lane {Lane} dropped out: {Reason}")]
    public static partial void LaneFailed(ILogger log, string lane, string reason);
}
