using Parley.Kernel;

namespace Parley.Search.Sqlite;

/// <summary>A request made ready to run: what FTS5 matches, which ids it may walk, what is left to look up.</summary>
internal sealed class SearchPlan
{
    /// <summary>More words than this are left out, which the answer says: each opens a walk of its own.</summary>
    private const int MaxClauses = 64;

    /// <summary>Words a prefix stands for, most frequent first; the answer says where there were more.</summary>
    private const int MaxExpansion = 200;

    /// <summary>Phrases of all prefixes together: FTS5 steps each of them for every match.</summary>
    private const int MaxExpansions = 400;

    private readonly SearchRequest _request;
    private readonly DbSession _session;
    private readonly TermTable _terms;
    private readonly List<string> _notes;
    private readonly List<AtomTerms> _shown = [];
    private readonly long _documents;
    private int _expansions;
    private int _groups;

    private SearchPlan(DbSession session, SearchRequest request)
    {
        _session = session;
        _request = request;
        _terms = new TermTable(session);
        _notes = [.. request.Query.Notes];
        Rows = RowFilter.Of(session, request.OwnerId, request.Query.Filters);
        _documents = request.Sort == SearchSort.Relevance ? CountDocuments(session) : 0;
    }

    public MatchExpression Match { get; } = new();

    /// <summary>The ids to walk, both ends inclusive.</summary>
    public (long First, long Last) Range { get; private set; } = (0, long.MaxValue);

    public RowFilter Rows { get; }

    /// <summary>What to highlight.</summary>
    public IReadOnlyList<AtomTerms> Shown => _shown;

    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Clauses that are ranked.</summary>
    public int Groups => _groups;

    /// <summary>Nothing can match.</summary>
    public bool Empty { get; private set; }

    public static SearchPlan Of(DbSession session, SearchRequest request)
    {
        var plan = new SearchPlan(session, request);
        plan.LimitTime();
        plan.Write();
        plan.Empty |= plan.Rows.Impossible || plan.Range.First > plan.Range.Last;
        return plan;
    }

    private static long CountDocuments(DbSession session)
    {
        using var sum = session.Query("SELECT coalesce(sum(messages), 0) FROM message_stats");
        return sum.Step() ? sum.Int64(0) : 0;
    }

    private void LimitTime()
    {
        var (first, last) = Range;
        foreach (var filter in _request.Query.Filters)
        {
            // A negated date is its complement: -before:2025 is after:2025.
            if (filter.Key == SearchFilterKey.Before)
                (first, last) = filter.Negated
                    ? (Math.Max(first, Ids.Floor(filter.Number)), last)
                    : (first, Math.Min(last, Ids.Floor(filter.Number) - 1));
            else if (filter.Key == SearchFilterKey.After)
                (first, last) = filter.Negated
                    ? (first, Math.Min(last, Ids.Floor(filter.Number) - 1))
                    : (Math.Max(first, Ids.Floor(filter.Number)), last);
        }

        if (_request.Cursor is { } cursor)
        {
            var byTime = _request is { Sort: not SearchSort.Relevance, GroupByConversation: false };
            if (byTime && _request.Sort == SearchSort.Oldest)
                first = Math.Max(first, cursor.Id + 1);
            else
                last = Math.Min(last, byTime ? cursor.Id - 1 : cursor.Id);
        }

        Range = (first, last);
    }

    private void Write()
    {
        var wanted = new List<IReadOnlyList<AtomTerms>>();
        var unwanted = new List<IReadOnlyList<AtomTerms>>();
        foreach (var clause in _request.Query.Clauses.Take(MaxClauses))
        {
            var atoms = clause.AnyOf.Select(AtomTerms.Of).OfType<AtomTerms>().ToList();
            if (atoms.Count == 0)
                _notes.Add($"«{clause.AnyOf[0].Text}» holds nothing that is indexed; it was left out.");
            else
                (clause.Negated ? unwanted : wanted).Add(atoms);
        }

        if (_request.Query.Clauses.Count > MaxClauses)
            _notes.Add($"Only the first {MaxClauses} words were searched.");
        var fields = Fields();
        if (wanted.Count + unwanted.Count + _request.Query.Filters.Count == 0 || fields.Count == 0)
        {
            Empty = true;
            return;
        }

        Match.Open();
        WriteWanted(wanted, fields);
        Match.Close();
        foreach (var atoms in unwanted)
            WriteAnyOf(Match.Not(), atoms, group: -1);
        WriteUnwantedMeta();
    }

    private void WriteWanted(List<IReadOnlyList<AtomTerms>> wanted, List<SearchField> fields)
    {
        var first = true;
        foreach (var atoms in wanted)
        {
            if (!first)
                Match.And();
            first = false;
            if (fields.Count < SearchFields.Count)
                Match.In(fields);
            WriteAnyOf(Match, atoms, _groups++);
            _shown.AddRange(atoms);
        }

        // Without words the walk needs something to walk: all messages, or the titles that were asked for.
        if (wanted.Count == 0)
            Match.Meta(fields is [SearchField.Title] ? SearchMeta.IsTitle : SearchMeta.IsMessage);
        foreach (var words in WantedMeta())
        {
            Match.And().Open();
            for (var index = 0; index < words.Count; index++)
                (index > 0 ? Match.Or() : Match).Meta(words[index]);
            Match.Close();
        }
    }

    private List<SearchField> Fields()
    {
        var places = _request.Query.Filters.Where(filter => filter.Key == SearchFilterKey.In).ToList();
        var wanted = places
            .Where(filter => !filter.Negated)
            .Select(filter => SearchFields.Get(filter.Value))
            .ToHashSet();
        var unwanted = places
            .Where(filter => filter.Negated)
            .Select(filter => SearchFields.Get(filter.Value))
            .ToHashSet();
        return
        [
            .. Enum.GetValues<SearchField>()
                .Where(field => (wanted.Count == 0 || wanted.Contains(field)) && !unwanted.Contains(field)),
        ];
    }

    private void WriteAnyOf(MatchExpression match, IReadOnlyList<AtomTerms> atoms, int group)
    {
        match.Open();
        for (var index = 0; index < atoms.Count; index++)
        {
            if (index > 0)
                match.Or();
            WriteAtom(atoms[index], group);
        }

        match.Close();
    }

    private void WriteAtom(AtomTerms atom, int group)
    {
        // As pieces, an identifier is a phrase of common words, tens of milliseconds to walk where it is rare; whole it
        // is one rare term. So the pieces are for what nobody wrote whole.
        if (atom.Joined is { } joined && IsIndexed(joined))
        {
            Match.Phrase([joined], Ranked(group, 0));
            return;
        }

        var head = atom.Sequence.Take(atom.Sequence.Count - 1).ToArray();
        var tails = atom.Prefix is null ? [atom.Sequence[^1]] : Expand(atom.Prefix);
        var rarest = head.Length == 0 ? long.MaxValue : head.Min(Documents);
        for (var index = 0; index < tails.Count; index++)
        {
            if (index > 0)
                Match.Or();
            Match.Phrase([.. head, tails[index]], Ranked(group, Math.Min(rarest, Documents(tails[index]))));
        }
    }

    private bool IsIndexed(byte[] term)
    {
        using var find = _session.Query("SELECT 1 FROM search_index WHERE search_index MATCH ?1 LIMIT 1");
        find.BindText(1, new MatchExpression().Phrase([term], Ranked(-1, 0)).Utf8);
        return find.Step();
    }

    /// <summary>The terms of the most frequent words that begin so; at least one, which may be nobody's.</summary>
    private List<byte[]> Expand(byte[] prefix)
    {
        var limit = Math.Max(1, Math.Min(MaxExpansion, MaxExpansions - _expansions));
        var words = _terms.BeginningWith(prefix, limit, out var cut);
        if (cut)
            _notes.Add(
                $"«{System.Text.Encoding.UTF8.GetString(prefix)}*» was searched as its {limit} most frequent words."
            );
        Span<byte> buffer = stackalloc byte[Text.TextTokenizer.MaxTermBytes + 1];
        var terms = new List<byte[]>();
        foreach (var word in words)
        {
            var term = Text.EnglishStemmer.Stem(word.Term, buffer);
            var known = false;
            foreach (var other in terms)
                known |= term.SequenceEqual(other);
            if (!known)
                terms.Add(term.ToArray());
        }

        _expansions += terms.Count;
        return terms.Count == 0 ? [prefix] : terms;
    }

    private long Documents(byte[] term) => _request.Sort == SearchSort.Relevance ? _terms.DocumentsOfStem(term) : 0;

    /// <summary>Weighed by the inverse document frequency of BM25.</summary>
    private RankedPhrase Ranked(int group, long documents) =>
        new(group, (float)Math.Log(1 + ((Math.Max(_documents, documents) - documents + 0.5) / (documents + 0.5))));

    /// <summary>Alternatives of one filter key each, all of which must hold.</summary>
    private IEnumerable<IReadOnlyList<byte[]>> WantedMeta()
    {
        foreach (var same in _request.Query.Filters.Where(filter => !filter.Negated).GroupBy(filter => filter.Key))
        {
            var words = same.Select(MetaWords).Where(w => w.Count > 0).ToList();
            if (same.Key is SearchFilterKey.Has or SearchFilterKey.Is)
            {
                foreach (var word in words)
                    yield return word;
            }
            else if (words.Count > 0)
            {
                yield return [.. words.SelectMany(w => w)];
            }
        }
    }

    private void WriteUnwantedMeta()
    {
        foreach (var filter in _request.Query.Filters.Where(filter => filter.Negated))
        {
            foreach (var word in MetaWords(filter))
                Match.Not().Meta(word);
        }
    }

    private IReadOnlyList<byte[]> MetaWords(SearchFilter filter) =>
        filter.Key switch
        {
            SearchFilterKey.Provider => [SearchMeta.Provider(filter.Value)],
            SearchFilterKey.Role => [SearchMeta.Role(filter.Value)],
            SearchFilterKey.Model => Models(filter.Value),
            SearchFilterKey.Has => [SearchMeta.Has(filter.Value)],
            SearchFilterKey.Conversation => [SearchMeta.Conversation(filter.Number)],
            SearchFilterKey.Is when filter.Value == "hidden" => [SearchMeta.IsHidden],
            _ => [],
        };

    /// <summary>The model of that name; where there is none, those whose names begin so (<c>model:claude</c>, <c>model:gpt-4*</c>).</summary>
    private List<byte[]> Models(string value)
    {
        var start = value.TrimEnd('*');
        var exact = start.Length == value.Length;
        var known = new List<string>();
        using (var all = _session.Query("SELECT name FROM models"))
        {
            while (all.Step())
                known.Add(all.Text(0)!.ToLowerInvariant());
        }

        if (exact && known.Contains(value, StringComparer.Ordinal))
            return [SearchMeta.Model(value)];
        var names = known
            .Where(name => name.StartsWith(start, StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal)
            .Take(MaxExpansion)
            .ToList();
        return names.Count == 0 ? [SearchMeta.Model(value)] : [.. names.Select(SearchMeta.Model)];
    }
}
