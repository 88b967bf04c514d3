namespace Parley.Chat;

/// <summary>Event ids 900-999; of 900 and 901 see <see cref="TurnRunner"/>.</summary>
internal static partial class ChatLog
{
    [LoggerMessage(910, LogLevel.Warning, "the end of turn {Turn} is put off: {Reason}")]
    public static partial void EndPutOff(ILogger log, long turn, string reason);

    [LoggerMessage(911, LogLevel.Error, "the end of turn {Turn} could not be stored")]
    public static partial void EndLost(ILogger log, long turn, Exception failure);

    [LoggerMessage(912, LogLevel.Information, "{Count} answers that were being written are kept as interrupted")]
    public static partial void Recovered(ILogger log, int count);

    [LoggerMessage(913, LogLevel.Warning, "pieces of answers could not be saved; tried again: {Reason}")]
    public static partial void SavePutOff(ILogger log, string reason);

    [LoggerMessage(914, LogLevel.Warning, "turn {Turn} has no summary of what does not fit: it is dropped")]
    public static partial void NoSummary(ILogger log, long turn);

    [LoggerMessage(915, LogLevel.Warning, "turn {Turn} is answered without passages: {Reason}")]
    public static partial void NoSources(ILogger log, long turn, string reason);
}
