using System.Buffers.Binary;

namespace Parley.Kernel.Archives;

/// <summary>The checksum of zip entries (ISO 3309), eight bytes at a time. The framework keeps its own to itself.</summary>
internal struct Crc32
{
    private static readonly uint[][] Tables = MakeTables();

    private uint inverted;

    public readonly uint Value => inverted;

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = new Crc32();
        crc.Add(bytes);
        return crc.Value;
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        var crc = ~inverted;
        uint[] t0 = Tables[0],
            t1 = Tables[1],
            t2 = Tables[2],
            t3 = Tables[3],
            t4 = Tables[4],
            t5 = Tables[5],
            t6 = Tables[6],
            t7 = Tables[7];
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc =
                t7[(byte)low]
                ^ t6[(byte)(low >> 8)]
                ^ t5[(byte)(low >> 16)]
                ^ t4[low >> 24]
                ^ t3[(byte)high]
                ^ t2[(byte)(high >> 8)]
                ^ t1[(byte)(high >> 16)]
                ^ t0[high >> 24];
        }

        foreach (var b in bytes)
        {
            crc = (crc >> 8) ^ t0[(byte)(crc ^ b)];
        }

        inverted = ~crc;
    }

    private static uint[][] MakeTables()
    {
        const uint Polynomial = 0xEDB88320;
        var tables = new uint[8][];
        for (var k = 0; k < tables.Length; k++)
        {
            tables[k] = new uint[256];
            for (uint i = 0; i < 256; i++)
            {
                var crc = k == 0 ? i : tables[k - 1][i];
                if (k > 0)
                {
                    tables[k][i] = (crc >> 8) ^ tables[0][(byte)crc];
                    continue;
                }

                for (var bit = 0; bit < 8; bit++)
                {
                    crc = (crc >> 1) ^ ((crc & 1) != 0 ? Polynomial : 0);
                }

                tables[0][i] = crc;
            }
        }

        return tables;
    }
}
