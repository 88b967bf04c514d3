using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Parley.Import;
using Parley.Kernel.Archives;

namespace Parley.Tests.Import.Sources;

/// <summary>One entry of a zip made by hand; what it states may be untrue.</summary>
internal sealed class MadeEntry
{
    public required byte[] Name { get; set; }
    public required byte[] Packed { get; set; }
    public ushort Method { get; set; } = 8;
    public ushort Flags { get; set; } = 0x0800;
    public uint Crc { get; set; }
    public long StatedPacked { get; set; }
    public long StatedSize { get; set; }

    /// <summary>Sizes stand behind the data, as a writer that streams does it.</summary>
    public bool Descriptor { get; set; }

    /// <summary>The descriptor begins with its signature.</summary>
    public bool Signed { get; set; } = true;

    /// <summary>Sizes and offset stand in the Zip64 extra field.</summary>
    public bool Zip64 { get; set; }
    public byte Host { get; set; } = 3;
    public uint Attributes { get; set; } = 0x81A40000;
    public byte[] Extra { get; set; } = [];

    /// <summary>Where the directory says the entry stands, if not where it does.</summary>
    public long? StatedOffset { get; set; }
}

/// <summary>Makes zips of any kind, good and evil.</summary>
internal sealed class ZipMaker
{
    private readonly List<MadeEntry> entries = [];

    public static byte[] Of(params (string Name, string Text)[] files)
    {
        var zip = new ZipMaker();
        foreach (var (name, text) in files)
        {
            zip.Add(name, Encoding.UTF8.GetBytes(text));
        }

        return zip.Make();
    }

    public ZipMaker Add(string name, byte[] data, Action<MadeEntry>? edit = null) =>
        Add(
            name,
            Deflate(data),
            data.Length,
            e =>
            {
                e.Crc = Crc32.Of(data);
                edit?.Invoke(e);
            }
        );

    public ZipMaker Add(string name, string text, Action<MadeEntry>? edit = null) =>
        Add(name, Encoding.UTF8.GetBytes(text), edit);

    public ZipMaker Stored(string name, byte[] data)
    {
        Add(name, data, data.Length, e => e.Method = 0);
        return this;
    }

    public ZipMaker Add(string name, byte[] packed, long size, Action<MadeEntry>? edit)
    {
        var entry = new MadeEntry
        {
            Name = Encoding.UTF8.GetBytes(name),
            Packed = packed,
            StatedPacked = packed.Length,
            StatedSize = size,
        };
        edit?.Invoke(entry);
        entries.Add(entry);
        return this;
    }

    public static byte[] Deflate(byte[] data)
    {
        using var to = new MemoryStream();
        using (var deflate = new DeflateStream(to, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(data);
        }

        return to.ToArray();
    }

    /// <summary>Deflated blanks in a JSON array, without ever holding them.</summary>
    public static byte[] DeflatedBlanks(long count)
    {
        using var to = new MemoryStream();
        using (var deflate = new DeflateStream(to, CompressionLevel.Fastest, leaveOpen: true))
        {
            var blanks = Enumerable.Repeat((byte)' ', 1 << 20).ToArray();
            deflate.Write("["u8);
            for (; count > 0; count -= blanks.Length)
            {
                deflate.Write(blanks, 0, (int)Math.Min(count, blanks.Length));
            }

            deflate.Write("]"u8);
        }

        return to.ToArray();
    }

    public byte[] Make(
        bool directory = true,
        byte[]? before = null,
        bool zip64End = false,
        string comment = "",
        int? statedCount = null
    )
    {
        using var zip = new MemoryStream();
        zip.Write(before ?? []);
        var shift = zip.Position;
        var offsets = new List<long>();
        foreach (var entry in entries)
        {
            offsets.Add(zip.Position - shift);
            Local(zip, entry);
        }

        var start = zip.Position;
        if (!directory)
        {
            return zip.ToArray();
        }

        foreach (var (entry, offset) in entries.Zip(offsets))
        {
            Record(zip, entry, entry.StatedOffset ?? offset);
        }

        End(zip, start, shift, statedCount ?? entries.Count, zip64End, comment);
        return zip.ToArray();
    }

    private static void Local(MemoryStream zip, MadeEntry entry)
    {
        var later = entry.Descriptor;
        var flags = (ushort)(entry.Flags | (later ? 8 : 0));
        Write(zip, 0x04034b50u, (ushort)20, flags, entry.Method, (ushort)0x6000, (ushort)0x5B21, later ? 0 : entry.Crc);
        Write(zip, later ? 0u : Small(entry, entry.StatedPacked), later ? 0u : Small(entry, entry.StatedSize));
        var extra = entry.Zip64 && !later ? Zip64Extra(entry, null) : [];
        Write(zip, (ushort)entry.Name.Length, (ushort)extra.Length);
        zip.Write(entry.Name);
        zip.Write(extra);
        zip.Write(entry.Packed);
        if (later)
        {
            if (entry.Signed)
            {
                Write(zip, 0x08074b50u);
            }

            Write(zip, entry.Crc);
            if (entry.Zip64)
            {
                Write(zip, (ulong)entry.StatedPacked, (ulong)entry.StatedSize);
            }
            else
            {
                Write(zip, (uint)entry.StatedPacked, (uint)entry.StatedSize);
            }
        }
    }

    private static void Record(MemoryStream zip, MadeEntry entry, long offset)
    {
        byte[] extra = [.. entry.Zip64 ? Zip64Extra(entry, offset) : [], .. entry.Extra];
        Write(
            zip,
            0x02014b50u,
            (ushort)(20 | (entry.Host << 8)),
            (ushort)45,
            (ushort)(entry.Flags | (entry.Descriptor ? 8 : 0)),
            entry.Method
        );
        Write(
            zip,
            (ushort)0x6000,
            (ushort)0x5B21,
            entry.Crc,
            Small(entry, entry.StatedPacked),
            Small(entry, entry.StatedSize)
        );
        Write(
            zip,
            (ushort)entry.Name.Length,
            (ushort)extra.Length,
            (ushort)0,
            (ushort)0,
            (ushort)0,
            entry.Attributes,
            Small(entry, offset)
        );
        zip.Write(entry.Name);
        zip.Write(extra);
    }

    private static void End(MemoryStream zip, long start, long shift, int count, bool zip64, string comment)
    {
        var size = zip.Position - start;
        if (zip64)
        {
            var end = zip.Position - shift;
            Write(
                zip,
                0x06064b50u,
                44UL,
                (ushort)45,
                (ushort)45,
                0u,
                0u,
                (ulong)count,
                (ulong)count,
                (ulong)size,
                (ulong)(start - shift)
            );
            Write(zip, 0x07064b50u, 0u, (ulong)end, 1u);
        }

        Write(
            zip,
            0x06054b50u,
            (ushort)0,
            (ushort)0,
            zip64 ? ushort.MaxValue : (ushort)count,
            zip64 ? ushort.MaxValue : (ushort)count
        );
        Write(
            zip,
            zip64 ? uint.MaxValue : (uint)size,
            zip64 ? uint.MaxValue : (uint)(start - shift),
            (ushort)comment.Length
        );
        zip.Write(Encoding.ASCII.GetBytes(comment));
    }

    private static uint Small(MadeEntry entry, long value) => entry.Zip64 ? uint.MaxValue : (uint)value;

    private static byte[] Zip64Extra(MadeEntry entry, long? offset)
    {
        using var extra = new MemoryStream();
        Write(extra, (ushort)1, (ushort)(offset is null ? 16 : 24), (ulong)entry.StatedSize, (ulong)entry.StatedPacked);
        if (offset is { } at)
        {
            Write(extra, (ulong)at);
        }

        return extra.ToArray();
    }

    private static void Write(MemoryStream to, params object[] values)
    {
        Span<byte> bytes = stackalloc byte[8];
        foreach (var value in values)
        {
            var length =
                value is ushort ? 2
                : value is uint ? 4
                : 8;
            BinaryPrimitives.WriteUInt64LittleEndian(
                bytes,
                value is ushort s ? s
                    : value is uint i ? i
                    : (ulong)value
            );
            to.Write(bytes[..length]);
        }
    }
}
