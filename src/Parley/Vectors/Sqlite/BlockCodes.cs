using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Parley.Vectors.Sqlite;

/// <summary>
/// What a search needs of every slot of a block: its signs, how well they fit, which group it is of; 35 bytes for 256
/// numbers. Never changes; thread-safe.
/// <para>codes: the words of all slots, then a byte of fit each. members: how many groups, their ids ascending, then for each slot the number of its group, 16 bits.</para>
/// </summary>
internal sealed class BlockCodes
{
    private BlockCodes(int size, ulong[] codes, byte[] fits, long[] groups, ushort[] groupOf)
    {
        (Size, Codes, Fits, Groups, GroupOf) = (size, codes, fits, groups, groupOf);
    }

    public int Size { get; }

    public ulong[] Codes { get; }

    /// <summary>The cosine between a vector and its signs, of 255, rounded down.</summary>
    public byte[] Fits { get; }

    public long[] Groups { get; }

    /// <summary>Of each slot the place of its group in <see cref="Groups"/>.</summary>
    public ushort[] GroupOf { get; }

    public long Bytes => (8L * Codes.Length) + Fits.Length + (8L * Groups.Length) + (2L * GroupOf.Length);

    public static byte Fit(float cosine) => (byte)Math.Clamp((int)(cosine * 255), 0, 255);

    /// <exception cref="InvalidDataException">They are not of that many slots.</exception>
    public static BlockCodes Read(int size, int words, ReadOnlySpan<byte> codes, ReadOnlySpan<byte> members)
    {
        var count = members.Length >= 4 ? BinaryPrimitives.ReadInt32LittleEndian(members) : -1;
        if (codes.Length != size * ((8 * words) + 1) || count < 0 || members.Length != 4 + (8L * count) + (2L * size))
        {
            throw new InvalidDataException($"a block of {size} vectors has {codes.Length} and {members.Length} bytes");
        }

        var signs = MemoryMarshal.Cast<byte, ulong>(codes[..(8 * words * size)]).ToArray();
        var groups = MemoryMarshal.Cast<byte, long>(members.Slice(4, 8 * count)).ToArray();
        var groupOf = MemoryMarshal.Cast<byte, ushort>(members[(4 + (8 * count))..]).ToArray();
        foreach (var group in groupOf)
        {
            if (group >= count)
            {
                throw new InvalidDataException($"a block of {count} groups names number {group}");
            }
        }

        return new BlockCodes(size, signs, codes[(8 * words * size)..].ToArray(), groups, groupOf);
    }

    /// <summary>Which group each slot is of, as it is stored.</summary>
    public static byte[] WriteMembers(ReadOnlySpan<long> groupOfSlot)
    {
        var groups = new SortedSet<long>();
        foreach (var group in groupOfSlot)
        {
            groups.Add(group);
        }

        var number = new Dictionary<long, ushort>(groups.Count);
        var bytes = new byte[4 + (8 * groups.Count) + (2 * groupOfSlot.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, groups.Count);
        var at = 4;
        foreach (var group in groups)
        {
            number[group] = (ushort)number.Count;
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), group);
            at += 8;
        }

        foreach (var group in groupOfSlot)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), number[group]);
            at += 2;
        }

        return bytes;
    }
}
