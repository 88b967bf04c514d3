using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Parley.Search.Segments;

/// <summary>Reads one segment within one snapshot. Not thread-safe.</summary>
internal sealed class SegmentReader
{
    private readonly StreamReader?[] _streams = new StreamReader?[SegmentLayout.Streams];
    private readonly IPageSource _pages;
    private readonly bool _walks;
    private (string[] Providers, string[] Models)? _names;

    /// <param name="walks">Whether each stream is read from front to back.</param>
    public SegmentReader(long id, SegmentHeader header, IPageSource pages, bool walks = false)
    {
        (Id, Header, _pages, _walks) = (id, header, pages, walks);
        Dictionary = new TermDictionary(this[SegmentStream.Terms], this[SegmentStream.TermBlocks], header);
    }

    public long Id { get; }

    public SegmentHeader Header { get; }

    public int Documents => Header.Documents;

    public TermDictionary Dictionary { get; }

    public StreamReader this[SegmentStream stream] =>
        _streams[(int)stream] ??= new StreamReader(Id, stream, Header.Lengths[(int)stream], _pages, _walks);

    /// <summary>Lets go of the pages it holds.</summary>
    public void Release()
    {
        foreach (var stream in _streams)
            stream?.Release();
    }

    public long DocumentId(int document) =>
        BinaryPrimitives.ReadInt64LittleEndian(
            this[SegmentStream.Ids].Read((long)document * SegmentLayout.IdSize, SegmentLayout.IdSize)
        );

    public byte LengthCode(int document) => this[SegmentStream.Lengths].Read(document, 1)[0];

    public DocumentTraits Traits(int document) =>
        new(
            BinaryPrimitives.ReadUInt16LittleEndian(
                this[SegmentStream.Traits].Read((long)document * DocumentTraits.Size, DocumentTraits.Size)
            )
        );

    public int ConversationNumber(int document)
    {
        var number = BinaryPrimitives.ReadUInt32LittleEndian(
            this[SegmentStream.ConversationNumbers]
                .Read((long)document * SegmentLayout.ConversationNumberSize, SegmentLayout.ConversationNumberSize)
        );
        return number < Header.Conversations ? (int)number : throw NoSuch("conversation");
    }

    public int ModelNumber(int document)
    {
        var number = BinaryPrimitives.ReadUInt16LittleEndian(
            this[SegmentStream.ModelNumbers]
                .Read((long)document * SegmentLayout.ModelNumberSize, SegmentLayout.ModelNumberSize)
        );
        return number < Names.Models.Length ? number : throw NoSuch("model");
    }

    /// <summary>The ids of the first and the last document of a window.</summary>
    public (long First, long Last) WindowIds(int window)
    {
        var entry = this[SegmentStream.Windows].Read((long)window * SegmentLayout.WindowSize, SegmentLayout.WindowSize);
        return (
            BinaryPrimitives.ReadInt64LittleEndian(entry),
            BinaryPrimitives.ReadInt64LittleEndian(entry[SegmentLayout.IdSize..])
        );
    }

    /// <summary>A conversation and the number of its provider's name.</summary>
    public (long Id, int Provider) Conversation(int number)
    {
        var entry = this[SegmentStream.Conversations]
            .Read((long)number * SegmentLayout.ConversationSize, SegmentLayout.ConversationSize);
        var provider = BinaryPrimitives.ReadUInt16LittleEndian(entry[SegmentLayout.IdSize..]);
        if (provider >= Names.Providers.Length)
            throw NoSuch("provider");
        return (BinaryPrimitives.ReadInt64LittleEndian(entry), provider);
    }

    /// <summary>Names by their numbers; 0 is none.</summary>
    public (string[] Providers, string[] Models) Names => _names ??= ReadNames();

    /// <summary>The first document whose id is at least <paramref name="id"/>; <see cref="Documents"/> where there is none.</summary>
    public int LowerBound(long id)
    {
        if (id <= Header.FirstId)
            return 0;
        if (id > Header.LastId)
            return Documents;
        var (low, high) = (0, Header.Windows - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (WindowIds(middle).Last < id)
                low = middle + 1;
            else
                high = middle;
        }

        var first = low << SegmentLayout.WindowShift;
        var ids = Ids(low);
        var at = ids.BinarySearch(id);
        return first + (at < 0 ? ~at : at);
    }

    /// <summary>The document of that id, or -1.</summary>
    public int Find(long id)
    {
        var document = LowerBound(id);
        return document < Documents && DocumentId(document) == id ? document : -1;
    }

    /// <summary>The ids of a window's documents. As all columns, valid until two other pages of the stream have been read.</summary>
    public ReadOnlySpan<long> Ids(int window) => Column<long>(SegmentStream.Ids, window);

    public ReadOnlySpan<byte> LengthCodes(int window) => Column<byte>(SegmentStream.Lengths, window);

    public ReadOnlySpan<ushort> Traits16(int window) => Column<ushort>(SegmentStream.Traits, window);

    /// <summary>Each of them is a conversation's.</summary>
    public ReadOnlySpan<int> ConversationNumbers(int window)
    {
        var numbers = Column<int>(SegmentStream.ConversationNumbers, window);
        return numbers.ContainsAnyExceptInRange(0, Header.Conversations - 1) ? throw NoSuch("conversation") : numbers;
    }

    /// <summary>Each of them is a name's.</summary>
    public ReadOnlySpan<ushort> ModelNumbers(int window)
    {
        var numbers = Column<ushort>(SegmentStream.ModelNumbers, window);
        return numbers.ContainsAnyExceptInRange((ushort)0, (ushort)(Names.Models.Length - 1))
            ? throw NoSuch("model")
            : numbers;
    }

    /// <summary>Documents in a window: all but the last are full.</summary>
    public int DocumentsIn(int window) =>
        Math.Min(SegmentLayout.Window, Documents - (window << SegmentLayout.WindowShift));

    /// <summary>Columns are little-endian as every platform that .NET runs on here; a reader of another order would swap.</summary>
    private ReadOnlySpan<T> Column<T>(SegmentStream stream, int window)
        where T : unmanaged
    {
        var size = System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        var count = DocumentsIn(window);
        var bytes = this[stream].Read((long)window * SegmentLayout.Window * size, count * size);
        return MemoryMarshal.Cast<byte, T>(bytes[..(count * size)]);
    }

    private SegmentDamagedException NoSuch(string what) => new($"segment {Id} names a {what} that is not there");

    private (string[], string[]) ReadNames()
    {
        var stream = this[SegmentStream.Names];
        if (stream.Length > Array.MaxLength - BitPack.Slack)
            throw new SegmentDamagedException("the names do not fit in memory");
        var bytes = stream.Read(0, (int)stream.Length)[..^BitPack.Slack];
        var at = 0;
        return (ReadNames(bytes, ref at), ReadNames(bytes, ref at));
    }

    private static string[] ReadNames(ReadOnlySpan<byte> bytes, ref int at)
    {
        var count = Leb128.ReadInt32(bytes, ref at);
        if (count > ushort.MaxValue)
            throw new SegmentDamagedException("there are more names than numbers");
        var names = new string[count + 1];
        names[0] = "";
        for (var number = 1; number < names.Length; number++)
        {
            var length = Leb128.ReadInt32(bytes, ref at);
            if (length > bytes.Length - at)
                throw new SegmentDamagedException("a name is cut off");
            names[number] = Encoding.UTF8.GetString(bytes.Slice(at, length));
            at += length;
        }

        return names;
    }
}
