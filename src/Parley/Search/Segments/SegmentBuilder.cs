using System.Buffers.Binary;
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
        writer.Tokens = _documents.Sum(document => (long)document.Length);
        foreach (var document in _documents)
            writer.AddDocument(
                document.About.Id,
                LengthCode.Encode(document.Length),
                document.Traits,
                Array.BinarySearch(ids, document.About.ConversationId),
                document.Model
            );
        writer.AddNames(_providers.Names, _models.Names);
    }

    private void WriteTerms(SegmentWriter writer)
    {
        var entries = _terms.Entries;
        var starts = SortTokens(entries);
        var lengths = writer.LengthCodes;
        var order = InOrder(entries);
        for (var next = 0; next < order.Length; next++)
        {
            // By their bytes they lie anywhere in memory: what is needed soon is fetched meanwhile.
            if (next + Ahead < order.Length)
                Prefetch(entries, starts, order[next + Ahead]);
            if (next + (Ahead / 2) < order.Length)
                PrefetchTokens(starts[order[next + (Ahead / 2)]]);
            var index = order[next];
            ref readonly var entry = ref entries[index];

            // A joined form that was stemmed is neither a word nor a term.
            if (entry.Words == 0 && entry.Tokens == 0)
                continue;
            writer.Postings.Begin();
            for (var at = starts[index]; at < starts[index] + entry.Tokens; )
                at = WritePosting(writer.Postings, at, starts[index] + entry.Tokens, lengths);
            writer.Dictionary.Add(
                _terms.Bytes(entry),
                entry.Words,
                entry.Tokens == 0 ? writer.Postings.None() : writer.Postings.End()
            );
        }
    }

    private static unsafe void Prefetch(ReadOnlySpan<TermHash.Entry> entries, int[] starts, int index)
    {
        if (!Sse.IsSupported)
            return;
        Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in entries[index])));
        Sse.Prefetch0(Unsafe.AsPointer(ref starts[index]));
    }

    private unsafe void PrefetchTokens(int start)
    {
        if (Sse.IsSupported && start < _sorted.Length)
            Sse.Prefetch0(Unsafe.AsPointer(ref _sorted[start]));
    }

    /// <summary>Writes the occurrences of a term in one document.</summary>
    /// <returns>Where the next document's begin.</returns>
    private int WritePosting(PostingsWriter postings, int at, int end, ReadOnlySpan<byte> lengths)
    {
        var number = _sorted[at].Document;
        var (halves, last) = (0, at);
        for (; last < end && _sorted[last].Document == number; last++)
            halves += Bm25.HalfWeight(Position.Field(_sorted[last].Position));
        postings.Add(number, Math.Min(halves, Bm25.MaxHalves), lengths[number]);
        var before = _documents[number].Traits.FirstField << Position.FieldShift;
        for (; at < last; at++)
        {
            var position = _sorted[at].Position;
            postings.Positions.Varint(((ulong)(position - before) << 1) | (at == last - 1 ? 1UL : 0));
            before = position;
        }

        return last;
    }

    /// <returns>Where the occurrences of each entry begin among the sorted ones.</returns>
    private int[] SortTokens(ReadOnlySpan<TermHash.Entry> entries)
    {
        var starts = new int[entries.Length];
        var next = new int[entries.Length];
        var sum = 0;
        for (var index = 0; index < entries.Length; index++)
        {
            starts[index] = next[index] = sum;
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
                _sorted[next[term]++] = (number, position);
            }
        }

        return starts;
    }

    /// <summary>Entries by their bytes: sorted by the first eight as a number, then equal heads by the rest.</summary>
    private int[] InOrder(ReadOnlySpan<TermHash.Entry> entries)
    {
        var heads = new ulong[entries.Length];
        var order = new int[entries.Length];
        Span<byte> head = stackalloc byte[sizeof(ulong)];
        for (var index = 0; index < entries.Length; index++)
        {
            var bytes = _terms.Bytes(entries[index]);
            head.Clear();
            bytes[..Math.Min(head.Length, bytes.Length)].CopyTo(head);
            heads[index] = BinaryPrimitives.ReadUInt64BigEndian(head);
            order[index] = index;
        }

        Array.Sort(heads, order);
        for (var start = 0; start < heads.Length; )
        {
            var end = start + 1;
            while (end < heads.Length && heads[end] == heads[start])
                end++;
            if (end - start > 1)
                SortEqualHeads(order.AsSpan(start, end - start));
            start = end;
        }

        return order;
    }

    private void SortEqualHeads(Span<int> order) =>
        order.Sort((a, b) => _terms.Bytes(_terms.Entries[a]).SequenceCompareTo(_terms.Bytes(_terms.Entries[b])));

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
