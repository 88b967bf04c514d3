namespace Parley.Kernel.Archives;

/// <summary>
/// One entry of a source cannot be read on: it is damaged, encrypted, or larger than it may be. The entry is reported
/// as failed with this message; the others are read.
/// </summary>
/// <param name="code">For the report: <c>entry-limit</c>, <c>damaged-entry</c>, <c>encrypted-entry</c>.</param>
internal sealed class SourceException(string code, string entry, string message, Exception? inner = null)
    : IOException(message, inner)
{
    public string Code { get; } = code;
    public string Entry { get; } = entry;
}
