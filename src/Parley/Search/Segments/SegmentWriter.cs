using System.Buffers.Binary;
using System.Text;

namespace Parley.Search.Segments;

/// <summary>Names that a segment holds once; 0 is none. Not thread-safe.</summary>
internal sealed class NameTable
{
    /// <summary>Further names are taken for none, which filters by name then do not find.</summary>
    private const int MaxNames = ushort.MaxValue;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    public IReadOnlyList<string> Names => _names;

    public ushort Number(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return 0;
        if (_numbers.TryGetValue(name, out var known))
            return (ushort)known;
        if (_names.Count == MaxNames)
            return 0;
        _names.Add(name);
        _numbers[name] = _names.Count;
        return (ushort)_names.Count;
    }
}

/// <summary>Writes one segment: columns, conversations, names, then the dictionary with its postings. Not thread-safe.</summary>
internal sealed class SegmentWriter
{
    private readonly StreamWriter[] _streams;
    private readonly ByteBuffer _lengths = new();
    private int _documents;
    private int _conversations;
    private long _firstId;
    private long _lastId;

    public SegmentWriter(IPageSink sink)
    {
        _streams = new StreamWriter[SegmentLayout.Streams];
        for (var stream = 0; stream < _streams.Length; stream++)
            _streams[stream] = new StreamWriter((SegmentStream)stream, sink);
        Postings = new PostingsWriter(this[SegmentStream.Postings], this[SegmentStream.Positions]);
        Dictionary = new DictionaryWriter(this[SegmentStream.Terms], this[SegmentStream.TermBlocks]);
    }

    public PostingsWriter Postings { get; }

    public DictionaryWriter Dictionary { get; }

    /// <summary>The <see cref="LengthCode"/> of each document that was added.</summary>
    public ReadOnlySpan<byte> LengthCodes => _lengths.Written;

    private StreamWriter this[SegmentStream stream] => _streams[(int)stream];

    /// <summary>Tokens of all documents.</summary>
    public long Tokens { get; set; }

    /// <summary>Adds a document; ids ascend.</summary>
    public void AddDocument(long id, byte lengthCode, DocumentTraits traits, int conversation, ushort model)
    {
        if (_documents == 0)
            _firstId = id;
        if (_documents % SegmentLayout.Window == 0)
        {
            EndWindow();
            this[SegmentStream.Windows].Buffer.Int64(id);
        }

        this[SegmentStream.Ids].Buffer.Int64(id);
        this[SegmentStream.Lengths].Buffer.Byte(lengthCode);
        BinaryPrimitives.WriteUInt16LittleEndian(
            this[SegmentStream.Traits].Buffer.Take(DocumentTraits.Size),
            traits.Bits
        );
        this[SegmentStream.ConversationNumbers].Buffer.UInt32((uint)conversation);
        BinaryPrimitives.WriteUInt16LittleEndian(
            this[SegmentStream.ModelNumbers].Buffer.Take(SegmentLayout.ModelNumberSize),
            model
        );
        _lengths.Byte(lengthCode);
        _lastId = id;
        _documents++;
        if (_documents % SegmentLayout.Window == 0)
        {
            foreach (var stream in _streams)
                stream.Flush();
        }
    }

    /// <summary>Adds a conversation; ids ascend.</summary>
    public void AddConversation(long id, ushort provider)
    {
        var to = this[SegmentStream.Conversations].Buffer;
        to.Int64(id);
        BinaryPrimitives.WriteUInt16LittleEndian(to.Take(2), provider);
        _conversations++;
    }

    public void AddNames(IReadOnlyList<string> providers, IReadOnlyList<string> models)
    {
        foreach (var names in (ReadOnlySpan<IReadOnlyList<string>>)[providers, models])
        {
            var to = this[SegmentStream.Names].Buffer;
            to.Varint((ulong)names.Count);
            foreach (var name in names)
            {
                var bytes = Encoding.UTF8.GetBytes(name);
                to.Varint((ulong)bytes.Length);
                to.Bytes(bytes);
            }
        }
    }

    public SegmentHeader End()
    {
        EndWindow();
        var header = new SegmentHeader
        {
            Documents = _documents,
            Tokens = Tokens,
            Terms = Dictionary.Count,
            Conversations = _conversations,
            FirstId = _firstId,
            LastId = _lastId,
            Fences = [.. Dictionary.Fences],
        };
        for (var stream = 0; stream < _streams.Length; stream++)
            header.Lengths[stream] = _streams[stream].End();
        return header;
    }

    private void EndWindow()
    {
        var windows = this[SegmentStream.Windows];
        if (windows.Length % SegmentLayout.WindowSize != 0)
            windows.Buffer.Int64(_lastId);
    }
}
