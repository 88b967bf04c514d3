namespace Parley.Requirements;

/// <summary>Bytes of UTF-8 before places of a text, asked for in ascending order: one pass in all. Not thread-safe.</summary>
internal sealed class TextPlaces(string text)
{
    private int at;
    private int bytes;

    /// <param name="place">UTF-16 units, not smaller than at the call before.</param>
    public int BytesBefore(int place)
    {
        bytes += System.Text.Encoding.UTF8.GetByteCount(text.AsSpan(at, place - at));
        at = place;
        return bytes;
    }
}
