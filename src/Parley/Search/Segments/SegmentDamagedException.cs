namespace Parley.Search.Segments;

/// <summary>A segment of the index says what cannot be: its bytes were changed. The index is built anew from the messages.</summary>
internal sealed class SegmentDamagedException(string message) : Exception(message);
