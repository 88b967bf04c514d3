using System.Buffers;

namespace Parley.Import;

/// <summary>Measures the JSON value a window begins with, by its brackets and quotes.</summary>
/// <param name="max">More bytes than this are not read for one value.</param>
internal readonly struct JsonCut(JsonWindow window, int max)
{
    private static readonly SearchValues<byte> StringEnd = SearchValues.Create("\"\\"u8);
    private static readonly SearchValues<byte> ScalarEnd = SearchValues.Create(",]} \t\r\n:\"{["u8);

    /// <summary>
    /// Length of the value the window begins with, reading on until all of it is there; -1 where it does not end
    /// within <paramref name="limit"/> bytes, 0 where it is no value.
    /// </summary>
    public int OfValue(int limit) =>
        window.Span[0] switch
        {
            (byte)'{' or (byte)'[' => OfContainer(limit),
            (byte)'"' => OfString(limit),
            (byte)'-' or (>= (byte)'0' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'z') or (byte)'N' or (byte)'I' =>
                OfScalar(limit),
            _ => 0,
        };

    private int OfContainer(int limit)
    {
        var scan = new JsonScan();
        var at = 0;
        while (true)
        {
            var bytes = window.Span[at..Math.Min(window.Length, limit)];
            var end = scan.Blocks(bytes, out var scanned);
            at += end < 0 ? scanned : end;
            if (end < 0 && !More(limit))
            {
                end = scan.Rest(window.Span[at..Math.Min(window.Length, limit)]);
                if (end < 0)
                {
                    return -1;
                }

                at += end;
            }

            if (end >= 0)
            {
                // { is 2 before }, [ is 2 before ].
                return window.Span[at - 1] - window.Span[0] == 2 ? at : -1;
            }
        }
    }

    public int OfString(int limit)
    {
        var at = 1;
        while (true)
        {
            var bytes = window.Span[..Math.Min(window.Length, limit)];
            while (at < bytes.Length)
            {
                var stop = bytes[at..].IndexOfAny(StringEnd);
                at = stop < 0 ? bytes.Length : at + stop;
                if (stop >= 0 && bytes[at] == '"')
                {
                    return at + 1;
                }

                at += stop < 0 ? 0 : 2;
            }

            if (!More(limit))
            {
                return -1;
            }
        }
    }

    private int OfScalar(int limit)
    {
        var at = 1;
        while (true)
        {
            var bytes = window.Span[..Math.Min(window.Length, limit)];
            var stop = at < bytes.Length ? bytes[at..].IndexOfAny(ScalarEnd) : -1;
            if (stop >= 0)
            {
                return at + stop;
            }

            at = bytes.Length;
            if (!More(limit))
            {
                return at;
            }
        }
    }

    private bool More(int limit) => window.Length < Math.Min(limit, max) && window.Fill();
}
