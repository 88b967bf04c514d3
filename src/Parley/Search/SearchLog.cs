namespace Parley.Search;

/// <summary>Events 3000–3099.</summary>
internal static partial class SearchLog
{
    [LoggerMessage(3000, LogLevel.Debug, "Search index merged in {Steps} steps, {Milliseconds:0} ms")]
    public static partial void Merged(ILogger log, int steps, double milliseconds);

    [LoggerMessage(3001, LogLevel.Warning, "Search index: background work put off: {Reason}")]
    public static partial void WorkPutOff(ILogger log, string reason);

    [LoggerMessage(3002, LogLevel.Information, "Search index: building anew ({Reason})")]
    public static partial void RebuildBegan(ILogger log, string reason);

    [LoggerMessage(3003, LogLevel.Information, "Search index: built anew, {Documents} documents in {Seconds:0.0} s")]
    public static partial void RebuildEnded(ILogger log, long documents, double seconds);

    [LoggerMessage(3005, LogLevel.Error, "Search index: damaged, it is built anew: {Damage}")]
    public static partial void Damaged(ILogger log, string damage);

    [LoggerMessage(3004, LogLevel.Warning, "Search index: {Fault}")]
    public static partial void Fault(ILogger log, string fault);

    [LoggerMessage(3006, LogLevel.Warning, "A submitted query was not kept: {Reason}")]
    public static partial void QueryNotKept(ILogger log, string reason);
}
