using Parley.Search.Text;

namespace Parley.Search.Segments;

/// <summary>A segment to merge, and which of its documents are gone.</summary>
/// <param name="Deleted">One bit a document; <see langword="null"/> for none.</param>
internal readonly record struct MergeInput(SegmentReader Segment, ulong[]? Deleted)
{
    public bool IsDeleted(int document) =>
        Deleted is not null && (Deleted[document >> 6] & (1UL << (document & 63))) != 0;
}

/// <summary>
/// Writes several segments as one, without what was deleted. All is streamed: memory is four bytes a document and one
/// block a segment, whatever a term's postings weigh. Not thread-safe.
/// </summary>
internal sealed class SegmentMerger(IReadOnlyList<MergeInput> inputs, IPageSink sink)
{
    private const int Gone = -1;

    private readonly SegmentWriter _writer = new(sink);
    private readonly int[][] _numbers = new int[inputs.Count][];
    private readonly StemCounts _stems = new();
    private readonly bool _anyDeleted = inputs.Any(input => input.Deleted is not null);

    /// <param name="ct">Looked at often; what was written so far is then of no use.</param>
    /// <returns><see langword="null"/> where every document was deleted.</returns>
    public SegmentHeader? Merge(CancellationToken ct)
    {
        try
        {
            var sources = Number();
            if (sources.Length == 0)
                return null;
            WriteColumns(sources);

            // Columns are as many streams as terms again, each with a page at hand.
            Release();
            WriteTerms(ct);
            return _writer.End();
        }
        finally
        {
            Release();
        }
    }

    private void Release()
    {
        foreach (var input in inputs)
            input.Segment.Release();
    }

    /// <summary>Numbers the documents that stay by ascending id.</summary>
    /// <returns>From which input each of them comes.</returns>
    private byte[] Number()
    {
        var sources = new List<byte>(inputs.Sum(input => input.Segment.Documents));
        var at = new int[inputs.Count];
        var next = new long[inputs.Count];
        for (var index = 0; index < inputs.Count; index++)
        {
            _numbers[index] = new int[inputs[index].Segment.Documents];
            Array.Fill(_numbers[index], Gone);
            at[index] = -1;
            next[index] = Next(index, ref at[index]);
        }

        while (Least(next) is >= 0 and var source)
        {
            _numbers[source][at[source]] = sources.Count;
            sources.Add((byte)source);
            next[source] = Next(source, ref at[source]);
        }

        return [.. sources];
    }

    /// <summary>The id of the next document that stays.</summary>
    private long Next(int index, ref int at)
    {
        var input = inputs[index];
        do at++;
        while (at < input.Segment.Documents && input.IsDeleted(at));
        return at < input.Segment.Documents ? input.Segment.DocumentId(at) : long.MaxValue;
    }

    private static int Least(long[] ids)
    {
        var (least, source) = (long.MaxValue, -1);
        for (var index = 0; index < ids.Length; index++)
        {
            if (ids[index] < least)
                (least, source) = (ids[index], index);
        }

        return source;
    }

    private void WriteColumns(byte[] sources)
    {
        var (conversations, providers) = WriteConversations();
        var models = new NameTable();
        var modelNumbers = inputs
            .Select(input => Array.ConvertAll(input.Segment.Names.Models, models.Number))
            .ToArray();
        var at = new int[inputs.Count];
        foreach (var source in sources)
        {
            ref var document = ref at[source];
            while (_numbers[source][document] == Gone)
                document++;
            var segment = inputs[source].Segment;
            _writer.AddDocument(
                segment.DocumentId(document),
                segment.LengthCode(document),
                segment.Traits(document),
                conversations[source][segment.ConversationNumber(document)],
                modelNumbers[source][segment.ModelNumber(document)]
            );
            document++;
        }

        _writer.AddNames(providers.Names, models.Names);
        _writer.Tokens = inputs.Select((input, index) => Tokens(input.Segment, _numbers[index])).Sum();
    }

    private long Tokens(SegmentReader segment, int[] numbers) =>
        _anyDeleted
            ? segment.Header.Tokens * numbers.Count(number => number != Gone) / segment.Documents
            : segment.Header.Tokens;

    /// <summary>Writes the conversations that still have documents.</summary>
    /// <returns>The new numbers of each input's conversations.</returns>
    private (int[][] Numbers, NameTable Providers) WriteConversations()
    {
        var providers = new NameTable();
        var used = new SortedDictionary<long, ushort>();
        for (var index = 0; index < inputs.Count; index++)
        {
            var segment = inputs[index].Segment;
            var names = Array.ConvertAll(segment.Names.Providers, providers.Number);
            foreach (var number in UsedConversations(index))
            {
                var (id, provider) = segment.Conversation(number);
                used[id] = names[provider];
            }
        }

        var numbers = new Dictionary<long, int>(used.Count);
        foreach (var (id, provider) in used)
        {
            numbers[id] = numbers.Count;
            _writer.AddConversation(id, provider);
        }

        var all = inputs.Select(input => new int[input.Segment.Header.Conversations]).ToArray();
        for (var index = 0; index < inputs.Count; index++)
        {
            for (var number = 0; number < all[index].Length; number++)
                all[index][number] = numbers.GetValueOrDefault(inputs[index].Segment.Conversation(number).Id, Gone);
        }

        return (all, providers);
    }

    private IEnumerable<int> UsedConversations(int index)
    {
        var segment = inputs[index].Segment;
        var used = new bool[segment.Header.Conversations];
        for (var document = 0; document < segment.Documents; document++)
        {
            if (_numbers[index][document] != Gone)
                used[segment.ConversationNumber(document)] = true;
        }

        for (var number = 0; number < used.Length; number++)
        {
            if (used[number])
                yield return number;
        }
    }

    private void WriteTerms(CancellationToken ct)
    {
        var cursors = new List<TermStand>();
        for (var index = 0; index < inputs.Count; index++)
        {
            var cursor = inputs[index].Segment.Dictionary.All();
            if (cursor.MoveNext())
                cursors.Add(new TermStand(cursor, index, TermOrder.Head(cursor.Term)));
        }

        var same = new List<int>();
        var all = inputs.Select((input, index) => new Input(input.Segment, _numbers[index])).ToArray();
        var lists = new List<Input>();
        while (cursors.Count > 0)
        {
            ct.ThrowIfCancellationRequested();
            FindLeast(cursors, same);
            var words = 0;
            lists.Clear();
            foreach (var index in same)
            {
                var (cursor, input, _) = cursors[index];
                words += cursor.Words;
                if (cursor.Documents > 0 && all[input].Begin(cursor.Entry.Postings))
                    lists.Add(all[input]);
            }

            WriteTerm(cursors[same[0]].Cursor.Term, words, lists);
            for (var index = same.Count - 1; index >= 0; index--)
            {
                var (cursor, input, _) = cursors[same[index]];
                if (cursor.MoveNext())
                    cursors[same[index]] = new TermStand(cursor, input, TermOrder.Head(cursor.Term));
                else
                    cursors.RemoveAt(same[index]);
            }
        }
    }

    /// <summary>The cursors that stand at the least term. Most terms differ in their heads already.</summary>
    private static void FindLeast(List<TermStand> cursors, List<int> same)
    {
        same.Clear();
        same.Add(0);
        var least = cursors[0];
        for (var index = 1; index < cursors.Count; index++)
        {
            var cursor = cursors[index];
            if (cursor.Head > least.Head)
                continue;
            var order = cursor.Head < least.Head ? -1 : cursor.Cursor.Term.SequenceCompareTo(least.Cursor.Term);
            if (order < 0)
            {
                same.Clear();
                least = cursor;
            }

            if (order <= 0)
                same.Add(index);
        }
    }

    /// <summary>Where the dictionary of an input stands.</summary>
    private readonly record struct TermStand(TermCursor Cursor, int Input, ulong Head);

    private void WriteTerm(ReadOnlySpan<byte> term, int words, List<Input> lists)
    {
        var postings = _writer.Postings;
        postings.Begin();
        var documents = 0;
        while (lists.Count > 0)
        {
            var (least, limit) = Least(lists);
            documents += lists[least].Write(postings, _writer.LengthCodes, limit);
            if (lists[least].Next == int.MaxValue)
                lists.RemoveAt(least);
        }

        if (_anyDeleted)
            words = Math.Min(words, Staying(term, documents));
        if (documents > 0 || words > 0)
            _writer.Dictionary.Add(term, words, documents > 0 ? postings.End() : postings.None());
    }

    /// <returns>Which list goes on with the least number, and the number with which another one does.</returns>
    private static (int Index, int Limit) Least(List<Input> lists)
    {
        var (least, limit) = (0, int.MaxValue);
        for (var index = 1; index < lists.Count; index++)
        {
            if (lists[index].Next < lists[least].Next)
                (least, limit) = (index, lists[least].Next);
            else
                limit = Math.Min(limit, lists[index].Next);
        }

        return (least, limit);
    }

    /// <summary>
    /// At most so many documents still hold a word: those that stay and hold its stem. A word that left with its last text
    /// is not suggested.
    /// </summary>
    /// <param name="documents">That stay and hold the term of the same bytes.</param>
    private int Staying(ReadOnlySpan<byte> word, int documents)
    {
        Span<byte> buffer = stackalloc byte[TextTokenizer.MaxTermBytes + 1];
        var stem = EnglishStemmer.Stem(word, buffer);
        var staying = stem.SequenceEqual(word) ? documents : _stems.Find(stem);
        if (documents > 0)
            _stems.Add(word, documents);
        return staying;
    }

    /// <summary>The postings of one term after the other in one input, by their new numbers.</summary>
    private sealed class Input(SegmentReader segment, int[] numbers)
    {
        private PostingsReader? _postings;
        private int _block;
        private int _index;

        /// <summary>The new number; the largest there is at the end.</summary>
        public int Next { get; private set; }

        /// <returns>Whether any of its documents stays.</returns>
        public bool Begin(in TermPostings term)
        {
            if (_postings is null)
                _postings = new PostingsReader(segment, term);
            else
                _postings.MoveTo(term);
            (_block, _index) = (0, 0);
            Settle(_postings);
            return Next != int.MaxValue;
        }

        /// <summary>
        /// Writes what is below the limit. Inputs are mostly of one time each, one behind the other, so that this is a
        /// whole list, and its positions are copied as they lie.
        /// </summary>
        /// <returns>How many documents.</returns>
        public int Write(PostingsWriter to, ReadOnlySpan<byte> lengths, int limit)
        {
            var postings = _postings!;
            var written = 0;
            while (Next < limit)
            {
                var documents = postings.Documents(_block)[_index..];
                var halves = postings.Halves(_block)[_index..];
                var most = Math.Min(documents.Length, to.Room);
                var count = 0;
                for (var number = Next; number < limit && number != Gone; number = numbers[documents[count]])
                {
                    to.Add(number, (int)halves[count], lengths[number]);
                    if (++count == most)
                        break;
                }

                postings.CopyPositions(_block, _index, count, to.Positions);
                _index += count;
                written += count;
                Settle(postings);
            }

            return written;
        }

        /// <summary>Goes on to the next one that stays, if it does not stand at one.</summary>
        private void Settle(PostingsReader postings)
        {
            for (; _block < postings.Blocks; (_block, _index) = (_block + 1, 0))
            {
                foreach (var document in postings.Documents(_block)[_index..])
                {
                    Next = numbers[document];
                    if (Next != Gone)
                        return;
                    _index++;
                }
            }

            Next = int.MaxValue;
        }
    }
}
