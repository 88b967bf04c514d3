using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Parley.Search.Text;

namespace Parley.Search.Segments;

/// <summary>A document as it goes into a segment.</summary>
/// <param name="Id">Ascending within a segment.</param>
/// <param name="ConversationId">A project document's own id.</param>
/// <param name="Traits">Without the fields, which the builder adds.</param>
internal readonly record struct NewDocument(
    long Id,
    long ConversationId,
    string Provider,
    string? Model,
    DocumentTraits Traits
);

/// <summary>
/// Builds a segment in memory. Tokens are only noted in the order in which they are met; at the end one stable counting
/// sort by term puts each term's occurrences together, which then are in order of documents and places by themselves.
/// Keeps its buffers from segment to segment. Not thread-safe.
/// </summary>
internal sealed class SegmentBuilder
{
    private const int MostKeptTokens = 1 << 22;

    /// <summary>Terms between one that is fetched from memory and the one that is written.</summary>
    private const int Ahead = 8;

    /// <summary>Words that are looked up together.</summary>
    private const int Waiting = 128;

    private readonly TermHash _terms = new();
    private readonly List<Document> _documents = [];
    private readonly Dictionary<long, ushort> _conversations = [];
    private NameTable _providers = new();
    private NameTable _models = new();
    private (int Term, int Position)[] _tokens = new (int, int)[1 << 12];
    private int _count;
    private readonly WaitingToken[] _waiting = new WaitingToken[Waiting];
    private readonly byte[] _scratch = new byte[Waiting * TextTokenizer.MaxTermBytes];
    private int _waitingCount;
    private int _scratchUsed;
    private (int Document, int Position)[] _sorted = [];
    private int[] _starts = [];
    private int[] _next = [];
    private byte[] _firstFields = [];
    private readonly TermOrder _order = new();

    private readonly record struct Document(
        NewDocument About,
        DocumentTraits Traits,
        ushort Model,
        int Length,
        int TokensEnd
    );

    public int Documents => _documents.Count;

    /// <summary>Its buffers hold more than a usual batch needs.</summary>
    public bool IsLarge => _tokens.Length > MostKeptTokens;

    /// <summary>Begins a document; its fields follow in their order.</summary>
    public DocumentScope Begin(in NewDocument document) => new(this, document);

    /// <summary>Writes what was added to <paramref name="sink"/> and forgets it.</summary>
    public SegmentHeader Write(IPageSink sink)
    {
        var writer = new SegmentWriter(sink);
        WriteColumns(writer);
        WriteTerms(writer);
        var header = writer.End();
        Clear();
        return header;
    }

    public void Clear()
    {
        _terms.Clear();
        _documents.Clear();
        _conversations.Clear();
        (_providers, _models) = (new NameTable(), new NameTable());
        _count = 0;
    }

    private void WriteColumns(SegmentWriter writer)
    {
        var ids = _conversations.Keys.ToArray();
        Array.Sort(ids);
        foreach (var id in ids)
            writer.AddConversation(id, _conversations[id]);
        if (_firstFields.Length < _documents.Count)
            _firstFields = new byte[_documents.Count * 2];
        for (var number = 0; number < _documents.Count; number++)
        {
            var document = _documents[number];
            _firstFields[number] = (byte)document.Traits.FirstField;
            writer.Tokens += document.Length;
            writer.AddDocument(
                document.About.Id,
                LengthCode.Encode(document.Length),
                document.Traits,
                Array.BinarySearch(ids, document.About.ConversationId),
                document.Model
            );
        }

        writer.AddNames(_providers.Names, _models.Names);
    }

    private void WriteTerms(SegmentWriter writer)
    {
        var entries = _terms.Entries;
        SortTokens(entries);
        var starts = _starts.AsSpan(0, entries.Length);
        var order = _order.Of(_terms);
        for (var next = 0; next < order.Length; next++)
        {
            // By their bytes they lie anywhere in memory: what is needed soon is fetched meanwhile.
            if (next + Ahead < order.Length)
                Prefetch(entries, starts, order[next + Ahead].Entry);
            if (next + (Ahead / 2) < order.Length)
                PrefetchTokens(starts[order[next + (Ahead / 2)].Entry]);
            var index = order[next].Entry;
            ref readonly var entry = ref entries[index];

            // A joined form that was stemmed is neither a word nor a term.
            if (entry.Words == 0 && entry.Tokens == 0)
                continue;
            writer.Postings.Begin();
            WritePostings(writer, _sorted.AsSpan(starts[index], entry.Tokens));
            writer.Dictionary.Add(
                _terms.Bytes(entry),
                entry.Words,
                entry.Tokens == 0 ? writer.Postings.None() : writer.Postings.End()
            );
        }
    }

    private static unsafe void Prefetch(ReadOnlySpan<TermHash.Entry> entries, ReadOnlySpan<int> starts, int index)
    {
        if (!Sse.IsSupported)
            return;
        Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in entries[index])));
        Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in starts[index])));
    }

    private unsafe void PrefetchTokens(int start)
    {
        if (Sse.IsSupported && start < _sorted.Length)
            Sse.Prefetch0(Unsafe.AsPointer(ref _sorted[start]));
    }

    /// <summary>Writes the occurrences of a term, in order of documents and places.</summary>
    private void WritePostings(SegmentWriter writer, ReadOnlySpan<(int Document, int Position)> tokens)
    {
        var postings = writer.Postings;
        var lengths = writer.LengthCodes;
        for (var at = 0; at < tokens.Length; )
        {
            var number = tokens[at].Document;
            var (halves, last) = (0, at);
            do halves += Bm25.HalfWeight(Position.Field(tokens[last++].Position));
            while (last < tokens.Length && tokens[last].Document == number);
            postings.Add(number, Math.Min(halves, Bm25.MaxHalves), lengths[number]);
            var before = _firstFields[number] << Position.FieldShift;
            var room = postings.Positions.Room((last - at) * Leb128.MaxBytes32);
            var used = 0;
            for (; at < last; at++)
            {
                var position = tokens[at].Position;
                Leb128.Write(room, ref used, ((uint)(position - before) << 1) | (at == last - 1 ? 1U : 0));
                before = position;
            }

            postings.Positions.Filled(used);
        }
    }

    /// <summary>Puts the occurrences of each entry together; where they begin is in <see cref="_starts"/>.</summary>
    private void SortTokens(ReadOnlySpan<TermHash.Entry> entries)
    {
        if (_starts.Length < entries.Length)
        {
            _starts = new int[entries.Length + (entries.Length / 2)];
            _next = new int[_starts.Length];
        }

        var sum = 0;
        for (var index = 0; index < entries.Length; index++)
        {
            _starts[index] = _next[index] = sum;
            sum += entries[index].Tokens;
        }

        if (_sorted.Length < _count)
            _sorted = new (int, int)[_tokens.Length];
        var token = 0;
        for (var number = 0; number < _documents.Count; number++)
        {
            for (var end = _documents[number].TokensEnd; token < end; token++)
            {
                var (term, position) = _tokens[token];
                _sorted[_next[term]++] = (number, position);
            }
        }
    }

    /// <summary>The document that is being added. Fields come in their order, each at most once.</summary>
    internal ref struct DocumentScope(SegmentBuilder builder, NewDocument document)
    {
        private DocumentTraits _traits = document.Traits;
        private int _length;

        public void Add(SearchField field, ReadOnlySpan<byte> text)
        {
            if (text.IsEmpty)
                return;
            var sink = new Sink(builder, field);
            TextTokenizer.Run(text, ref sink);
            builder.Settle();
            if (sink.Length == 0)
                return;
            _traits = _traits.With(field);
            _length += sink.Length;
        }

        public readonly void End()
        {
            builder._conversations[document.ConversationId] = builder._providers.Number(document.Provider);
            builder._documents.Add(
                new Document(document, _traits, builder._models.Number(document.Model), _length, builder._count)
            );
        }
    }

    /// <summary>
    /// Looks up the words that wait. A look-up waits for memory several times; done for many words in steps, those waits
    /// overlap.
    /// </summary>
    private void Settle()
    {
        var waiting = _waiting.AsSpan(0, _waitingCount);
        foreach (ref readonly var token in waiting)
            _terms.PrefetchEntry(token.Hash);
        if (_tokens.Length - _count < waiting.Length)
            Array.Resize(ref _tokens, _tokens.Length * 2);
        foreach (ref readonly var token in waiting)
        {
            var number = _terms.Get(_scratch.AsSpan(token.Start, token.Length), token.Hash, token.Stemmed);
            ref var entry = ref _terms.Entries[number];

            // Joined forms are no words: they would be half of the suggestions, and their pieces are there.
            if (token.IsWord && entry.LastDocument != _documents.Count)
            {
                entry.LastDocument = _documents.Count;
                entry.Words++;
            }

            var term = entry.Term;
            _terms.Entries[term].Tokens++;
            _tokens[_count++] = (term, token.Position);
        }

        (_waitingCount, _scratchUsed) = (0, 0);
    }

    private readonly record struct WaitingToken(
        ulong Hash,
        int Start,
        int Length,
        int Position,
        bool Stemmed,
        bool IsWord
    );

    private ref struct Sink(SegmentBuilder builder, SearchField field) : ITokenSink
    {
        public int Length { get; private set; }

        public static bool Stems => false;

        public bool Accept(scoped Token token)
        {
            var surface = token.Surface;
            if (
                builder._waitingCount == builder._waiting.Length
                || builder._scratch.Length - builder._scratchUsed < surface.Length
            )
                builder.Settle();
            var hash = TermHash.HashOf(surface);
            builder._terms.Prefetch(hash);
            if (!token.Colocated)
                Length++;
            surface.CopyTo(builder._scratch.AsSpan(builder._scratchUsed));
            builder._waiting[builder._waitingCount++] = new WaitingToken(
                hash,
                builder._scratchUsed,
                surface.Length,
                Position.Of(field, Math.Max(0, Length - 1)),
                token.Kind is TokenKind.Part or TokenKind.Joined,
                !token.Colocated
            );
            builder._scratchUsed += surface.Length;
            return true;
        }
    }
}
