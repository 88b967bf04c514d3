using System.Buffers.Binary;

namespace Parley.Search.Segments;

/// <summary>Bytes that grow at their end. Not thread-safe.</summary>
internal sealed class ByteBuffer
{
    private byte[] _bytes = new byte[256];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Room for the caller to fill; it counts as written.</summary>
    public Span<byte> Take(int count)
    {
        var room = Room(count)[..count];
        Length += count;
        return room;
    }

    /// <summary>Room for at least <paramref name="count"/> bytes, of which <see cref="Filled"/> says how many were written.</summary>
    public Span<byte> Room(int count)
    {
        if (_bytes.Length - Length < count)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        return _bytes.AsSpan(Length);
    }

    /// <summary>Counts the first bytes of the last <see cref="Room"/> as written.</summary>
    public void Filled(int count) => Length += count;

    public void Byte(byte value)
    {
        if (Length < _bytes.Length)
            _bytes[Length++] = value;
        else
            Take(1)[0] = value;
    }

    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    /// <summary>LEB128: seven bits a byte, the least first.</summary>
    public void Varint(ulong value)
    {
        // Nearly all that is written is a small number.
        if (value < 0x80)
        {
            Byte((byte)value);
            return;
        }

        var used = 0;
        Leb128.Write(Room(Leb128.MaxBytes), ref used, value);
        Filled(used);
    }

    /// <summary>Drops the first <paramref name="count"/> bytes.</summary>
    public void Drop(int count)
    {
        _bytes.AsSpan(count, Length - count).CopyTo(_bytes);
        Length -= count;
    }
}
