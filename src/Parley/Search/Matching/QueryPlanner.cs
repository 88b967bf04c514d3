using System.Text;
using Parley.Search.Segments;
using Parley.Search.Text;

namespace Parley.Search.Matching;

/// <summary>Turns what was asked into what is matched: words become terms, prefixes and misspelt words become those that are known.</summary>
internal sealed class QueryPlanner(IndexView view)
{
    /// <summary>More words than this are left out, which the answer says.</summary>
    private const int MaxClauses = 64;

    /// <summary>Words a prefix stands for, most frequent first; the answer says where there were more.</summary>
    private const int MaxExpansion = 200;

    /// <summary>Words of all prefixes together.</summary>
    private const int MaxExpansions = 400;

    /// <summary>So many plain words are a question: not all of them must be in the answer.</summary>
    private const int QuestionWords = 4;

    /// <summary>The share of the weight of the words of a short question that an answer must hold.</summary>
    private const float QuestionShare = 0.3f;

    /// <summary>Of a longer one, about the weight of so many usual words: no text holds a third of thirty words.</summary>
    private const float QuestionWordsHeld = 1.2f;

    private const int MaxSpellings = 3;
    private const float MisspeltShare = 0.5f;

    private readonly List<string> _notes = [];
    private readonly List<AtomTerms> _shown = [];
    private int _expansions;

    /// <summary>What to highlight.</summary>
    public IReadOnlyList<AtomTerms> Shown => _shown;

    public IReadOnlyList<string> Notes => _notes;

    /// <summary>What to match, or <see langword="null"/> where nothing was asked for.</summary>
    /// <param name="filter">What the filters of the query mean.</param>
    /// <param name="asQuestion">Few words are a question, too: not all of them must be in the answer.</param>
    public MatchQuery? Plan(SearchQuery query, DocumentFilter filter, bool asQuestion = false)
    {
        _notes.AddRange(query.Notes);
        var wanted = new List<MatchGroup>();
        var unwanted = new List<MatchGroup>();
        foreach (var clause in Searched(query))
        {
            var atoms = clause.AnyOf.Select(AtomTerms.Of).OfType<AtomTerms>().ToList();
            if (atoms.Count == 0)
            {
                _notes.Add($"«{clause.AnyOf[0].Text}» holds nothing that is indexed; it was left out.");
                continue;
            }

            (clause.Negated ? unwanted : wanted).Add(Group(atoms, clause));
            if (!clause.Negated)
                _shown.AddRange(atoms);
        }

        if (query.Clauses.Count > MaxClauses)
            _notes.Add($"Only {MaxClauses} of the words were searched, of a question the rarest.");
        var fields = Fields(query);
        if (wanted.Count + unwanted.Count + query.Filters.Count == 0 || fields == 0)
            return null;
        return new MatchQuery
        {
            Wanted = wanted,
            Unwanted = unwanted,
            Fields = fields,
            Filter = wanted.Count > 0 ? filter : WithoutWords(filter, fields),
            Required = IsQuestion(query, asQuestion ? 2 : QuestionWords)
                ? Math.Min(QuestionShare, QuestionWordsHeld / wanted.Count)
                    * wanted.Where(g => g.Documents > 0).Sum(g => g.Weight)
                : 0,
        };
    }

    /// <summary>The first clauses; of a question that has more, the rarest words that somebody wrote, in their order.</summary>
    private IEnumerable<SearchClause> Searched(SearchQuery query)
    {
        if (query.Clauses.Count <= MaxClauses || !IsQuestion(query))
            return query.Clauses.Take(MaxClauses);
        var order = Enumerable.Range(0, query.Clauses.Count).ToArray();
        Array.Sort(Array.ConvertAll(order, index => Rarity(query.Clauses[index])), order);
        var kept = order.AsSpan(0, MaxClauses).ToArray();
        Array.Sort(kept);
        return kept.Select(index => query.Clauses[index]);
    }

    private long Rarity(SearchClause clause) =>
        clause.Negated ? 0
        : AtomTerms.Of(clause.AnyOf[0]) is { } atom && view.Find(atom.Sequence[^1]).Documents is > 0 and var documents
            ? documents
        : long.MaxValue;

    /// <summary>Filters alone find messages, or the titles that were asked for.</summary>
    private static DocumentFilter WithoutWords(DocumentFilter filter, int fields) =>
        filter with
        {
            Kinds =
                filter.Kinds
                & (fields == 1 << (int)SearchField.Title ? 1 << DocumentTraits.Title : DocumentFilter.Messages),
        };

    private static bool IsQuestion(SearchQuery query, int words = QuestionWords)
    {
        var wanted = query.Clauses.Where(clause => !clause.Negated).ToList();
        return wanted.Count >= words && wanted.TrueForAll(clause => clause.AnyOf is [{ Quoted: false, Prefix: false }]);
    }

    /// <summary>The fields in which words must stand, one bit each.</summary>
    private static int Fields(SearchQuery query)
    {
        var (wanted, unwanted) = (0, 0);
        foreach (var filter in query.Filters.Where(filter => filter.Key == SearchFilterKey.In))
        {
            var bit = 1 << (int)SearchFields.Get(filter.Value);
            (wanted, unwanted) = filter.Negated ? (wanted, unwanted | bit) : (wanted | bit, unwanted);
        }

        return (wanted == 0 ? MatchQuery.AllFields : wanted) & ~unwanted;
    }

    private MatchGroup Group(List<AtomTerms> atoms, SearchClause clause)
    {
        var matched = new List<MatchAtom>();
        foreach (var atom in atoms)
            Add(atom, clause is { Negated: false, AnyOf: [{ Quoted: false, Prefix: false }] }, matched);
        return new MatchGroup(matched);
    }

    private void Add(AtomTerms atom, bool maySpell, List<MatchAtom> to)
    {
        // As pieces, an identifier is a phrase of common words; whole it is one rare term. So the pieces are for what
        // nobody wrote whole.
        if (atom.Joined is { } joined && view.Find(joined) is { Documents: > 0 } whole)
        {
            to.Add(new MatchAtom([], [whole], view.Idf(whole)));
            return;
        }

        ViewedTerm[] head = [.. atom.Sequence.Take(atom.Sequence.Count - 1).Select(view.Find)];
        var last = view.Find(atom.Sequence[^1]);
        if (atom.Prefix is null)
        {
            if (head.Length == 0 && last.Documents == 0 && maySpell)
                AddSpellings(atom, to);
            else
                to.Add(Atom(head, [last]));
            return;
        }

        // The word itself, where it is one, weighs as a word; what goes on from it weighs together.
        if (head.Length == 0 && last.Documents > 0)
            to.Add(Atom(head, [last]));
        to.Add(Atom(head, Expand(atom.Prefix)) with { Flat = true });
    }

    private MatchAtom Atom(ViewedTerm[] head, IReadOnlyList<ViewedTerm> tails)
    {
        var rarest = Math.Min(view.Documents, tails.Sum(term => term.Documents));
        foreach (var term in head)
            rarest = Math.Min(rarest, term.Documents);
        return new MatchAtom(head, tails, Bm25.Idf(view.Documents, rarest));
    }

    private void AddSpellings(AtomTerms atom, List<MatchAtom> to)
    {
        var near = Spelling.Near(view, atom.Surface, MaxSpellings);
        if (near.Count == 0)
        {
            to.Add(Atom([], [view.Find(atom.Sequence[^1])]));
            return;
        }

        _notes.Add(
            $"«{Encoding.UTF8.GetString(atom.Surface)}» stands nowhere; searched for {string.Join(", ", near.Select(word => $"«{Encoding.UTF8.GetString(word.Word)}»"))}."
        );
        foreach (var word in near)
        {
            var term = Stem(word.Word);
            to.Add(new MatchAtom([], [view.Find(term)], MisspeltShare * view.Idf(view.Find(term))));
            _shown.Add(new AtomTerms([term], word.Word, null, null));
        }
    }

    /// <summary>The terms of the most frequent words that begin so.</summary>
    private List<ViewedTerm> Expand(byte[] prefix)
    {
        var limit = Math.Max(1, Math.Min(MaxExpansion, MaxExpansions - _expansions));
        var words = KnownWords.BeginningWith(view, prefix, limit, out var cut);
        if (cut)
            _notes.Add($"«{Encoding.UTF8.GetString(prefix)}*» was searched as its {limit} most frequent words.");
        var terms = new List<ViewedTerm>();
        foreach (var word in words)
        {
            var term = view.Find(Stem(word.Word));
            if (!terms.Contains(term))
                terms.Add(term);
        }

        _expansions += terms.Count;
        return terms;
    }

    private static byte[] Stem(byte[] word)
    {
        Span<byte> buffer = stackalloc byte[TextTokenizer.MaxTermBytes + 1];
        return EnglishStemmer.Stem(word, buffer).ToArray();
    }
}
