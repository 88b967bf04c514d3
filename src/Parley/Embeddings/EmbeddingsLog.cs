namespace Parley.Embeddings;

/// <summary>Events 3200–3299.</summary>
internal static partial class EmbeddingsLog
{
    [LoggerMessage(3200, LogLevel.Warning, "Embeddings: {Fault}")]
    public static partial void Unusable(ILogger log, string fault);

    [LoggerMessage(3201, LogLevel.Debug, "Embeddings: {File} read, {Words} words, {Milliseconds:0} ms")]
    public static partial void Opened(ILogger log, string file, int words, double milliseconds);
}
