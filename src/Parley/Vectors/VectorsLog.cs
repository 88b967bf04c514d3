namespace Parley.Vectors;

/// <summary>Events 3300–3399.</summary>
internal static partial class VectorsLog
{
    [LoggerMessage(
        3300,
        LogLevel.Information,
        "Vectors: {Groups} conversations and documents, {Vectors} vectors of {Model} in {Seconds:0.0} s"
    )]
    public static partial void Embedded(ILogger log, int groups, long vectors, string model, double seconds);

    [LoggerMessage(3301, LogLevel.Warning, "Vectors: background work put off: {Reason}")]
    public static partial void WorkPutOff(ILogger log, string reason);

    [LoggerMessage(3304, LogLevel.Error, "Vectors: background work failed; it is tried again")]
    public static partial void WorkFailed(ILogger log, Exception failure);

    [LoggerMessage(3302, LogLevel.Information, "Vectors: {Model} takes the place of {Old}")]
    public static partial void ModelChanged(ILogger log, string model, string old);

    [LoggerMessage(3303, LogLevel.Debug, "Vectors: {Blocks} blocks of {Sets} owners joined, {Milliseconds:0} ms")]
    public static partial void Merged(ILogger log, int blocks, int sets, double milliseconds);
}
