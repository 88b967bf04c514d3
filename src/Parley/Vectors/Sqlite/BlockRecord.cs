using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Parley.Vectors.Sqlite;

/// <summary>
/// One vector as it lies in a page: id of its text (8 bytes), part (4), what its numbers are multiplied with (a float of 4),
/// then the numbers, int8, a multiple of 16 of them.
/// </summary>
internal readonly record struct BlockRecord(int Dims)
{
    private const int Head = 16;

    /// <summary>What one row of a table may hold within one page of 4,096 bytes.</summary>
    private const int PageRoom = 4_000;

    /// <summary>Numbers of a model's vectors, filled up with zeros to a multiple of 16.</summary>
    public static int Padded(int dims) => (dims + 15) & ~15;

    public int Bytes => Head + Dims;

    public int PerPage => Math.Max(1, PageRoom / Bytes);

    public static long Id(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt64LittleEndian(record);

    public static int Part(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt32LittleEndian(record[8..]);

    public static float Scale(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadSingleLittleEndian(record[12..]);

    public static ReadOnlySpan<sbyte> Numbers(ReadOnlySpan<byte> record) =>
        MemoryMarshal.Cast<byte, sbyte>(record[Head..]);

    /// <summary>False where rounding leaves nothing of it.</summary>
    public static bool TryWrite(long id, int part, ReadOnlySpan<float> vector, Span<byte> to)
    {
        var scale = VectorMath.Quantise(vector, MemoryMarshal.Cast<byte, sbyte>(to[Head..]));
        BinaryPrimitives.WriteInt64LittleEndian(to, id);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], part);
        BinaryPrimitives.WriteSingleLittleEndian(to[12..], scale);
        return scale > 0;
    }
}
