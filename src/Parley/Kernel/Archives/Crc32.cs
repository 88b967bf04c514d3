using System.Runtime.InteropServices;

namespace Parley.Kernel.Archives;

/// <summary>
/// The checksum of zip entries (ISO 3309), by the zlib that the framework inflates with. System.IO.Hashing has it too, but at
/// a quarter of the speed of a table where the executable is built for processors without carry-less multiplication; zlib asks
/// the one it runs on.
/// </summary>
internal partial struct Crc32
{
    public uint Value { get; private set; }

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = new Crc32();
        crc.Add(bytes);
        return crc.Value;
    }

    public unsafe void Add(ReadOnlySpan<byte> bytes)
    {
        // zlib takes a null pointer for the wish to begin anew.
        if (bytes.IsEmpty)
        {
            return;
        }

        fixed (byte* start = bytes)
        {
            Value = NativeMethods.Crc32(Value, start, bytes.Length);
        }
    }

    private static unsafe partial class NativeMethods
    {
        [LibraryImport("libSystem.IO.Compression.Native", EntryPoint = "CompressionNative_Crc32")]
        internal static partial uint Crc32(uint crc, byte* bytes, int length);
    }
}
