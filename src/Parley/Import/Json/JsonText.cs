using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Parley.Conversations;

namespace Parley.Import;

/// <summary>JSON string bodies (between the quotes) to UTF-8. Never throws: what is no text becomes U+FFFD.</summary>
internal static class JsonText
{
    private static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    public static ReadOnlyMemory<byte> Unescape(ReadOnlySpan<byte> body, Utf8Arena arena)
    {
        if (body.IsEmpty)
        {
            return default;
        }

        var escape = body.IndexOf((byte)'\\');
        if (escape < 0)
        {
            return Valid(body, arena);
        }

        // Unescaping only ever shrinks: the longest unit, \uXXXX (6 bytes), gives at most 3.
        var room = arena.Reserve(body.Length).Span;
        var written = Unescape(body, escape, room);
        if (Utf8.IsValid(room[..written]))
        {
            return arena.Commit(written);
        }

        return Repair(room[..written].ToArray(), arena);
    }

    public static string ToString(ReadOnlySpan<byte> body)
    {
        var escape = body.IndexOf((byte)'\\');
        if (escape < 0)
        {
            return Encoding.UTF8.GetString(body);
        }

        var rented = ArrayPool<byte>.Shared.Rent(body.Length);
        var text = Encoding.UTF8.GetString(rented.AsSpan(0, Unescape(body, escape, rented)));
        ArrayPool<byte>.Shared.Return(rented);
        return text;
    }

    /// <summary>The bytes in the arena, broken UTF-8 replaced.</summary>
    public static ReadOnlyMemory<byte> Valid(ReadOnlySpan<byte> text, Utf8Arena arena) =>
        Utf8.IsValid(text) ? arena.Add(text) : Repair(text, arena);

    /// <summary>
    /// JSON that says the same with characters instead of <c>\uXXXX</c>: exports escape to ASCII, and an escaped word is
    /// not found. What must stay escaped (controls, quotes, backslashes) stays.
    /// </summary>
    public static ReadOnlyMemory<byte> Readable(ReadOnlySpan<byte> json, Utf8Arena arena)
    {
        var escape = json.IndexOf((byte)'\\');
        if (escape < 0 || json.IndexOf("\\u"u8) < 0)
        {
            return Valid(json, arena);
        }

        var room = arena.Reserve(json.Length).Span;
        var (read, written) = (0, 0);
        for (; escape >= 0; escape = json[read..].IndexOf((byte)'\\'))
        {
            json.Slice(read, escape).CopyTo(room[written..]);
            (read, written) = (read + escape, written + escape);
            var length = One(json[read..], room[written..], out var count);
            if (json[read + 1] != 'u' || (count == 1 && room[written] is < 0x20 or (byte)'"' or (byte)'\\'))
            {
                json.Slice(read, length).CopyTo(room[written..]);
                count = length;
            }

            (read, written) = (read + length, written + count);
        }

        json[read..].CopyTo(room[written..]);
        written += json.Length - read;
        return Utf8.IsValid(room[..written]) ? arena.Commit(written) : Repair(room[..written].ToArray(), arena);
    }

    private static ReadOnlyMemory<byte> Repair(ReadOnlySpan<byte> text, Utf8Arena arena) =>
        arena.Add(Encoding.UTF8.GetString(text));

    private static int Unescape(ReadOnlySpan<byte> body, int escape, Span<byte> to)
    {
        var read = 0;
        var written = 0;
        while (escape >= 0)
        {
            body.Slice(read, escape).CopyTo(to[written..]);
            read += escape;
            written += escape;
            // Text in other scripts, written as ASCII, is one escape after the other.
            do
            {
                read += One(body[read..], to[written..], out var count);
                written += count;
            } while (read < body.Length && body[read] == '\\');

            escape = body[read..].IndexOf((byte)'\\');
        }

        body[read..].CopyTo(to[written..]);
        return written + body.Length - read;
    }

    /// <summary>Reads one escape (a surrogate pair counts as one); gives the bytes read.</summary>
    private static int One(ReadOnlySpan<byte> from, Span<byte> to, out int written)
    {
        written = 1;
        var kind = from.Length > 1 ? from[1] : (byte)0;
        switch (kind)
        {
            case (byte)'n':
                to[0] = (byte)'\n';
                return 2;
            case (byte)'t':
                to[0] = (byte)'\t';
                return 2;
            case (byte)'r':
                to[0] = (byte)'\r';
                return 2;
            case (byte)'b':
                to[0] = (byte)'\b';
                return 2;
            case (byte)'f':
                to[0] = (byte)'\f';
                return 2;
            case (byte)'u':
                return CodeUnit(from, to, out written);
            case 0:
                to[0] = (byte)'\\';
                return 1;
            default:
                to[0] = kind;
                return 2;
        }
    }

    private static int CodeUnit(ReadOnlySpan<byte> from, Span<byte> to, out int written)
    {
        if (!TryHex(from, out var unit))
        {
            // No escape at all: it stays as it stands.
            from[..2].CopyTo(to);
            written = 2;
            return 2;
        }

        if (char.IsHighSurrogate((char)unit) && TryHex(from[6..], out var low) && char.IsLowSurrogate((char)low))
        {
            written = new Rune((char)unit, (char)low).EncodeToUtf8(to);
            return 12;
        }

        if (char.IsSurrogate((char)unit))
        {
            Replacement.CopyTo(to);
            written = Replacement.Length;
            return 6;
        }

        written = new Rune((char)unit).EncodeToUtf8(to);
        return 6;
    }

    private static bool TryHex(ReadOnlySpan<byte> from, out int unit)
    {
        unit = 0;
        if (from.Length < 6 || from[0] != '\\' || from[1] != 'u')
        {
            return false;
        }

        foreach (var digit in from.Slice(2, 4))
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return false;
            }

            unit = (unit << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return true;
    }
}
