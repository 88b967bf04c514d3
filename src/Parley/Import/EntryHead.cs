using System.Text;
using Parley.Kernel.Archives;

namespace Parley.Import;

/// <summary>
/// The first bytes of an entry and what they show. Sniffing is by content; at most <see cref="MaxBytes"/> are read.
/// </summary>
internal sealed class EntryHead(SourceEntry entry, ReadOnlyMemory<byte> bytes, string? scratchFolder = null)
{
    public const int MaxBytes = 1 << 20;
    private const int FirstRead = 1 << 14;

    private JsonProbe? json;
    private SqliteProbe? sqlite;

    public SourceEntry Entry { get; } = entry;
    public string FileName => Entry.FileName;
    public ReadOnlySpan<byte> Bytes => bytes.Span;

    /// <summary>Why the entry could not be read farther than this; null where it could. What reads it will meet it again.</summary>
    public SourceException? Broken { get; private init; }

    /// <summary>The head without byte order mark and leading white space.</summary>
    public ReadOnlySpan<byte> Text
    {
        get
        {
            var span = bytes.Span;
            if (span.StartsWith(Encoding.UTF8.Preamble))
            {
                span = span[3..];
            }

            return span.TrimStart(" \t\r\n"u8);
        }
    }

    public bool IsZip => Bytes.StartsWith("PK\u0003\u0004"u8) || Bytes.StartsWith("PK\u0005\u0006"u8);
    public bool IsGzip => Bytes.Length > 2 && Bytes[0] == 0x1F && Bytes[1] == 0x8B;
    public bool IsSqlite => Bytes.StartsWith("SQLite format 3\0"u8);
    public bool IsJson => !Text.IsEmpty && Text[0] is (byte)'{' or (byte)'[';
    public bool IsHtml => Text.StartsWith("<"u8);

    /// <summary>The member paths of the JSON seen in the head; empty where it is no JSON.</summary>
    public JsonProbe Json => json ??= IsJson ? JsonProbe.Read(Text) : JsonProbe.Empty;

    /// <summary>Tables and columns; empty where it is no SQLite database or its schema cannot be read.</summary>
    public SqliteProbe Sqlite => sqlite ??= IsSqlite ? SqliteProbe.Read(Entry, scratchFolder) : SqliteProbe.Empty;

    /// <param name="scratchFolder">Where the copy of a database goes; null → the system's temporary folder.</param>
    public static EntryHead Read(SourceEntry entry, string? scratchFolder = null)
    {
        using var stream = entry.Open();
        var room = new byte[FirstRead];
        var read = 0;
        SourceException? broken = null;
        try
        {
            int got;
            while (read < MaxBytes && (got = stream.Read(room.AsSpan(read))) > 0)
            {
                read += got;
                if (read == room.Length && read < MaxBytes)
                {
                    Array.Resize(ref room, room.Length * 4);
                }
            }
        }
        catch (SourceException e)
        {
            broken = e;
        }

        return new EntryHead(entry, room.AsMemory(0, read), scratchFolder) { Broken = broken };
    }
}
