namespace Parley.Documents;

/// <summary>A document cannot be read. The message is a sentence for its owner: what is wrong, and what helps.</summary>
internal sealed class ExtractionException(string message, Exception? inner = null) : Exception(message, inner);
