namespace Parley.Providers;

/// <summary>Event ids 600-699.</summary>
internal static partial class ProvidersLog
{
    [LoggerMessage(
        600,
        LogLevel.Debug,
        "{Upstream} answered as {Model}: first event after {First:0} ms, {Pieces} events in {Total:0} ms"
    )]
    public static partial void Answered(
        ILogger log,
        string upstream,
        string model,
        double first,
        double total,
        int pieces
    );

    [LoggerMessage(601, LogLevel.Information, "{Failure}; asked again in {Wait:0} ms")]
    public static partial void AsksAgain(ILogger log, string failure, double wait);

    [LoggerMessage(602, LogLevel.Warning, "{Failure}; {Next} is asked instead")]
    public static partial void FellBack(ILogger log, string failure, string next);

    [LoggerMessage(603, LogLevel.Warning, "The models of {Upstream} could not be listed: {Failure}")]
    public static partial void NotListed(ILogger log, string upstream, string failure);

    [LoggerMessage(604, LogLevel.Error, "Listing the models of {Upstream} broke")]
    public static partial void ListBroke(ILogger log, string upstream, Exception failure);

    [LoggerMessage(605, LogLevel.Warning, "{Count} calls of models were not booked: {Reason}")]
    public static partial void NotBooked(ILogger log, int count, string reason);
}
