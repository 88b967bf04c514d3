using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Parley.Identity.Passkeys;

/// <summary>The major types (RFC 8949, 3.1) that authenticators write.</summary>
internal enum CborKind
{
    Unsigned = 0,
    Negative = 1,
    Bytes = 2,
    Text = 3,
    Array = 4,
    Map = 5,
    Simple = 7,
}

/// <summary>
/// Reads CBOR in the one form that authenticators write (CTAP 2 canonical, in RFC 8949 core deterministic): shortest
/// lengths, definite ones only, map keys in order and so never twice, four levels deep; of the simple values false, true
/// and null, no floats, no tags. Whatever is not that is no CBOR here. Lengths are held to what is there before anything
/// is done with them; nothing is allocated but what is read out.
/// </summary>
internal ref struct CborReader
{
    private const int Deepest = 4;
    private const int Truths = 20; // false; true and null follow
    private const int Null = 22;

    private readonly ReadOnlySpan<byte> data;
    private int at;

    private CborReader(ReadOnlySpan<byte> data) => this.data = data;

    /// <summary>A reader of the whole item that <paramref name="data"/> begins with, and how long that is.</summary>
    /// <exception cref="PasskeyException">There is none.</exception>
    public static CborReader Of(ReadOnlySpan<byte> data, out int length)
    {
        var reader = new CborReader(data);
        reader.Skip();
        length = reader.at;
        return new CborReader(data[..length]);
    }

    public readonly bool IsAtEnd => at == data.Length;

    public readonly CborKind Peek()
    {
        if (IsAtEnd)
        {
            throw Wrong("ends early");
        }

        var kind = data[at] >> 5;
        return kind == 6 ? throw Wrong("has tags") : (CborKind)kind;
    }

    /// <exception cref="PasskeyException">It is none, or one beyond 63 bits.</exception>
    public long Integer()
    {
        var kind = Peek();
        if (kind is not (CborKind.Unsigned or CborKind.Negative))
        {
            throw Wrong("has something else in place of a number");
        }

        var value = Argument();
        if (value > long.MaxValue)
        {
            throw Wrong("has a number beyond 63 bits");
        }

        return kind == CborKind.Unsigned ? (long)value : -1 - (long)value;
    }

    public ReadOnlySpan<byte> Bytes() => Content(CborKind.Bytes);

    public string Text() => Encoding.UTF8.GetString(Content(CborKind.Text));

    /// <summary>How many items follow.</summary>
    public int Array() => Count(CborKind.Array, each: 1);

    /// <summary>How many pairs of key and value follow.</summary>
    public int Map() => Count(CborKind.Map, each: 2);

    /// <summary>null for null.</summary>
    public bool? Truth()
    {
        Require(CborKind.Simple);
        return Argument() switch
        {
            Truths => false,
            Truths + 1 => true,
            Null => null,
            _ => throw Wrong("has a simple value that means nothing"),
        };
    }

    /// <summary>Passes over an item with all that is in it, and sees to its form.</summary>
    public void Skip() => Skip(Deepest);

    private void Skip(int depth)
    {
        switch (Peek())
        {
            case CborKind.Unsigned:
            case CborKind.Negative:
                Argument();
                break;
            case CborKind.Bytes:
                Bytes();
                break;
            case CborKind.Text:
                if (!Utf8.IsValid(Content(CborKind.Text)))
                {
                    throw Wrong("has a text that is no UTF-8");
                }

                break;
            case CborKind.Array:
                RequireDepth(depth);
                for (var left = Array(); left > 0; left--)
                {
                    Skip(depth - 1);
                }

                break;
            case CborKind.Map:
                RequireDepth(depth);
                SkipPairs(depth);
                break;
            default:
                Truth();
                break;
        }
    }

    private void SkipPairs(int depth)
    {
        var before = ReadOnlySpan<byte>.Empty;
        for (var left = Map(); left > 0; left--)
        {
            var from = at;
            Skip(depth - 1);
            var key = data[from..at];
            if (before.SequenceCompareTo(key) >= 0)
            {
                throw Wrong("has keys out of order, or one twice");
            }

            before = key;
            Skip(depth - 1);
        }
    }

    private static void RequireDepth(int depth)
    {
        if (depth == 0)
        {
            throw Wrong("is nested too deeply");
        }
    }

    private readonly void Require(CborKind kind)
    {
        if (Peek() != kind)
        {
            throw Wrong($"has something else in place of {kind}");
        }
    }

    private ReadOnlySpan<byte> Content(CborKind kind)
    {
        Require(kind);
        var length = Argument();
        if (length > (ulong)(data.Length - at))
        {
            throw Wrong("ends early");
        }

        var content = data.Slice(at, (int)length);
        at += (int)length;
        return content;
    }

    private int Count(CborKind kind, int each)
    {
        Require(kind);
        var count = Argument();
        return count > (ulong)((data.Length - at) / each) ? throw Wrong("ends early") : (int)count;
    }

    /// <summary>The number in an item's head, in the shortest form that can hold it.</summary>
    private ulong Argument()
    {
        var head = data[at];
        var info = head & 0x1F;
        at++;
        if (info < 24)
        {
            return (ulong)info;
        }

        // A head of two bytes is a simple value of no meaning here; three bytes and more are floats.
        if (info > 27 || head >> 5 == (int)CborKind.Simple)
        {
            throw Wrong("has an item of another form: of no definite length, a float");
        }

        var size = 1 << (info - 24);
        if (size > data.Length - at)
        {
            throw Wrong("ends early");
        }

        var bytes = data.Slice(at, size);
        at += size;
        var (value, least) = size switch
        {
            1 => (bytes[0], 24UL),
            2 => (BinaryPrimitives.ReadUInt16BigEndian(bytes), 1UL << 8),
            4 => (BinaryPrimitives.ReadUInt32BigEndian(bytes), 1UL << 16),
            _ => (BinaryPrimitives.ReadUInt64BigEndian(bytes), 1UL << 32),
        };
        return value < least ? throw Wrong("has a number longer than it need be") : value;
    }

    private static PasskeyException Wrong(string what) => new($"the CBOR {what}");
}
