namespace Parley.Import;

/// <summary>
/// Finds where the next record begins after one whose brackets or quotes do not close. Records of an array begin alike:
/// with the same two names in the same places; within strings those would stand escaped, so they cannot be mistaken.
/// Records that stand one a line begin behind a line break.
/// </summary>
internal sealed class JsonResync
{
    /// <summary>Farther than this the second name is not looked for.</summary>
    private const int LookAhead = 4096;

    /// <summary>A candidate this near the end of what has been read may still be incomplete.</summary>
    public const int Overlap = 2 * LookAhead;

    private byte[]? first;
    private byte[]? second;

    /// <summary>Whether the records stand one a line; otherwise they are elements of an array.</summary>
    public bool Lines { get; set; }

    /// <summary>Takes the beginning of a record as the pattern of all.</summary>
    public void Learn(ReadOnlySpan<byte> record)
    {
        if (first is null && Names(record, out var one, out var two))
        {
            first = one.ToArray();
            second = two.ToArray();
        }
    }

    /// <summary>Where a record begins, at <paramref name="from"/> or later; -1 where none is seen.</summary>
    public int Find(ReadOnlySpan<byte> bytes, int from)
    {
        if (Lines)
        {
            var line = from < bytes.Length ? bytes[from..].IndexOf("\n{"u8) : -1;
            return line < 0 ? -1 : from + line + 1;
        }

        while (first is not null && from < bytes.Length)
        {
            var name = bytes[from..].IndexOf(first);
            if (name < 0)
            {
                return -1;
            }

            from += name;
            var brace = bytes[..from].TrimEnd(" \t\r\n"u8).Length - 1;
            if (brace > 0 && bytes[brace] == '{' && IsElement(bytes[..brace]) && Matches(bytes[brace..]))
            {
                return brace;
            }

            from += first.Length;
        }

        return -1;
    }

    /// <summary>Not the value of a member.</summary>
    private static bool IsElement(ReadOnlySpan<byte> before)
    {
        before = before.TrimEnd(" \t\r\n"u8);
        return !before.IsEmpty && before[^1] != ':';
    }

    private bool Matches(ReadOnlySpan<byte> record) =>
        Names(record, out var one, out var two)
        && one.SequenceEqual(first)
        && (two.IsEmpty || second!.Length == 0 || two.SequenceEqual(second));

    /// <summary>The first two member names, in their quotes; the second is empty where a container stands before it or it is far away.</summary>
    private static bool Names(ReadOnlySpan<byte> record, out ReadOnlySpan<byte> one, out ReadOnlySpan<byte> two)
    {
        two = default;
        record = record[..Math.Min(record.Length, LookAhead)];
        var at = Blank(record, 1);
        if (!String(record, ref at, out one))
        {
            return false;
        }

        at = Blank(record, at);
        if (at >= record.Length || record[at] != ':')
        {
            return false;
        }

        at = Blank(record, at + 1);
        if (!String(record, ref at, out _) && !Scalar(record, ref at))
        {
            return true;
        }

        at = Blank(record, at);
        if (at < record.Length && record[at] == ',')
        {
            at = Blank(record, at + 1);
            String(record, ref at, out two);
        }

        return true;
    }

    private static int Blank(ReadOnlySpan<byte> bytes, int at)
    {
        while (at < bytes.Length && bytes[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            at++;
        }

        return at;
    }

    private static bool String(ReadOnlySpan<byte> bytes, scoped ref int at, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (at >= bytes.Length || bytes[at] != '"')
        {
            return false;
        }

        for (var end = at + 1; end < bytes.Length; end++)
        {
            if (bytes[end] == '"')
            {
                text = bytes[at..(end + 1)];
                at = end + 1;
                return true;
            }

            end += bytes[end] == '\\' ? 1 : 0;
        }

        return false;
    }

    private static bool Scalar(ReadOnlySpan<byte> bytes, scoped ref int at)
    {
        var before = at;
        while (
            at < bytes.Length
            && (char.IsAsciiLetterOrDigit((char)bytes[at]) || bytes[at] is (byte)'-' or (byte)'+' or (byte)'.')
        )
        {
            at++;
        }

        return at > before;
    }
}
