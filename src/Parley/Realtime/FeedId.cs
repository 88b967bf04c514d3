using System.Globalization;

namespace Parley.Realtime;

/// <summary>An event's id on the wire: the feed's epoch and the event's sequence in it, <c>9f2c01ab77-42</c>.</summary>
internal readonly record struct FeedId(string Epoch, long Sequence)
{
    private const int LongestEpoch = 32;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}-{Sequence}");

    public static FeedId? Parse(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return
            dash is > 0 and <= LongestEpoch
            && long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? new FeedId(text[..dash], sequence)
            : null;
    }
}
