using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Parley.Providers.Wire;

/// <summary>
/// Text that comes as a row of JSON strings, given on as UTF-8 of whole characters. A character that is cut between two
/// strings, as bytes or as surrogates, waits for its rest; what can never become one is shown as U+FFFD.
/// </summary>
internal sealed class Utf8Pieces
{
    private readonly byte[] carry = new byte[4];
    private byte[] room = [];
    private int carried;
    private char high;

    /// <summary>The string the reader stands on. Where nothing is escaped or cut, it is a slice of the line itself.</summary>
    /// <param name="json">On a string of <paramref name="line"/>.</param>
    public ReadOnlyMemory<byte> Take(ref Utf8JsonReader json, ReadOnlyMemory<byte> line)
    {
        var value = json.ValueSpan;
        if (!json.ValueIsEscaped && carried == 0 && high == 0 && Utf8.IsValid(value))
        {
            return line.Slice((int)json.TokenStartIndex + 1, value.Length);
        }

        // No escape grows, but a broken byte becomes three.
        Reserve(((value.Length + carried) * 3) + 3);
        var raw = room.AsSpan(room.Length - value.Length - carried);
        carry.AsSpan(0, carried).CopyTo(raw);
        value.CopyTo(raw[carried..]);
        carried = 0;
        return room.AsMemory(0, Mend(raw, json.ValueIsEscaped));
    }

    /// <summary>What still waits when nothing more comes.</summary>
    public ReadOnlyMemory<byte> Rest()
    {
        var waits = carried > 0 || high != 0;
        (carried, high) = (0, '\0');
        return waits ? "\uFFFD"u8.ToArray() : default;
    }

    private void Reserve(int bytes)
    {
        if (room.Length < bytes)
        {
            room = new byte[Math.Max(256, bytes * 2)];
        }
    }

    /// <summary>Writes to the front of the room what stands at its back; the front never reaches it, see Take.</summary>
    private int Mend(ReadOnlySpan<byte> raw, bool escaped)
    {
        var written = 0;
        while (!raw.IsEmpty)
        {
            if (escaped && raw[0] == (byte)'\\' && raw.Length > 1)
            {
                written += Escape(raw, written, out var used);
                raw = raw[used..];
                continue;
            }

            written += Lone(written);
            var status = Rune.DecodeFromUtf8(raw, out var rune, out var count);
            if (status == System.Buffers.OperationStatus.NeedMoreData)
            {
                raw.CopyTo(carry);
                carried = raw.Length;
                break;
            }

            written += rune.EncodeToUtf8(room.AsSpan(written));
            raw = raw[count..];
        }

        return written;
    }

    private int Escape(ReadOnlySpan<byte> raw, int at, out int used)
    {
        if (raw[1] == (byte)'u' && raw.Length >= 6 && Utf8Parser.TryParse(raw[2..6], out ushort unit, out _, 'x'))
        {
            used = 6;
            return Unit((char)unit, at);
        }

        used = 2;
        var lone = Lone(at);
        room[at + lone] = raw[1] switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            var same => same,
        };
        return lone + 1;
    }

    private int Unit(char unit, int at)
    {
        if (char.IsLowSurrogate(unit) && high != 0)
        {
            var rune = new Rune(high, unit);
            high = '\0';
            return rune.EncodeToUtf8(room.AsSpan(at));
        }

        var lone = Lone(at);
        if (char.IsHighSurrogate(unit))
        {
            high = unit;
            return lone;
        }

        var one = Rune.TryCreate(unit, out var made) ? made : Rune.ReplacementChar;
        return lone + one.EncodeToUtf8(room.AsSpan(at + lone));
    }

    /// <summary>A first surrogate whose second did not come.</summary>
    private int Lone(int at)
    {
        if (high == 0)
        {
            return 0;
        }

        high = '\0';
        return Rune.ReplacementChar.EncodeToUtf8(room.AsSpan(at));
    }
}
