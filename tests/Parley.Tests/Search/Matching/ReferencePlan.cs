using System.Text;
using Parley.Search;
using Parley.Search.Text;

namespace Parley.Tests.Search.Matching;

/// <summary>One way in which a clause matches: the head at successive positions, then one of the tails.</summary>
internal sealed record ReferenceAtom(
    IReadOnlyList<string> Head,
    HashSet<string> Tails,
    float Weight,
    bool Known,
    bool Flat = false
);

/// <summary>A clause: any of its atoms.</summary>
internal sealed record ReferenceGroup(IReadOnlyList<ReferenceAtom> Atoms)
{
    public float Weight => Atoms.Count == 0 ? 0 : Atoms.Max(atom => atom.Weight);

    public bool Known => Atoms.Any(atom => atom.Known);
}

/// <summary>What a query means for a collection, by the rules and without any index: every word is looked at.</summary>
internal sealed class ReferencePlan
{
    private const int MostWords = 200;
    private const int MostWordsOfAll = 400;

    private readonly ReferenceStatistics _statistics;
    private int _expanded;

    public ReferencePlan(SearchQuery query, ReferenceStatistics statistics)
    {
        _statistics = statistics;
        foreach (var clause in query.Clauses.Take(64))
        {
            var atoms = clause.AnyOf.Select(AtomTerms.Of).OfType<AtomTerms>().ToList();
            if (atoms.Count == 0)
                continue;
            var plain = clause is { Negated: false, AnyOf: [{ Quoted: false, Prefix: false }] };
            var group = new ReferenceGroup([.. atoms.SelectMany(atom => Atoms(atom, plain))]);
            (clause.Negated ? Unwanted : Wanted).Add(group);
        }

        var (only, not) = (0, 0);
        foreach (var filter in query.Filters.Where(filter => filter.Key == SearchFilterKey.In))
        {
            var bit = 1 << (int)SearchFields.Get(filter.Value);
            (only, not) = filter.Negated ? (only, not | bit) : (only | bit, not);
        }

        Fields = (only == 0 ? 63 : only) & ~not;
        Asks = Wanted.Count + Unwanted.Count + query.Filters.Count > 0 && Fields != 0;
        var positive = query.Clauses.Where(clause => !clause.Negated).ToList();
        if (positive.Count >= 4 && positive.All(clause => clause.AnyOf is [{ Quoted: false, Prefix: false }]))
            Required =
                Math.Min(0.3f, 1.2f / Wanted.Count) * Wanted.Where(group => group.Known).Sum(group => group.Weight);
    }

    public List<ReferenceGroup> Wanted { get; } = [];

    public List<ReferenceGroup> Unwanted { get; } = [];

    /// <summary>One bit a field in which words must stand.</summary>
    public int Fields { get; }

    /// <summary>Whether anything was asked for.</summary>
    public bool Asks { get; }

    /// <summary>So much weight a match must have; 0: all groups.</summary>
    public float Required { get; }

    private IEnumerable<ReferenceAtom> Atoms(AtomTerms atom, bool plain)
    {
        if (atom.Joined is { } joined && _statistics.Holding(Text(joined)) > 0)
        {
            yield return Atom([], [Text(joined)]);
            yield break;
        }

        string[] head = [.. atom.Sequence.Take(atom.Sequence.Count - 1).Select(Text)];
        var last = Text(atom.Sequence[^1]);
        if (atom.Prefix is { } prefix)
        {
            if (head.Length == 0 && _statistics.Holding(last) > 0)
                yield return Atom([], [last]);
            yield return Atom(head, GoOn(Text(prefix))) with
            {
                Flat = true,
            };
            yield break;
        }

        List<string> near = head.Length == 0 && _statistics.Holding(last) == 0 && plain ? Near(atom.Surface) : [];
        if (near.Count == 0)
            yield return Atom(head, [last]);
        foreach (var word in near)
        {
            var other = Atom([], [Stem(word)]);
            yield return other with
            {
                Weight = other.Weight / 2,
            };
        }
    }

    private ReferenceAtom Atom(IReadOnlyList<string> head, HashSet<string> tails)
    {
        var anyTail = tails.Sum(_statistics.Holding);
        var rarest = head.Select(_statistics.Holding).Append(anyTail).Append(_statistics.Documents).Min();
        return new ReferenceAtom(
            head,
            tails,
            _statistics.Idf(rarest),
            anyTail > 0 && head.All(term => _statistics.Holding(term) > 0)
        );
    }

    private HashSet<string> GoOn(string prefix)
    {
        var most = Math.Max(1, Math.Min(MostWords, MostWordsOfAll - _expanded));
        var terms = _statistics
            .Words.Where(word => word.Key.StartsWith(prefix, StringComparison.Ordinal))
            .OrderByDescending(word => word.Value)
            .ThenBy(word => word.Key, StringComparer.Ordinal)
            .Take(most)
            .Select(word => Stem(word.Key))
            .ToHashSet(StringComparer.Ordinal);
        _expanded += terms.Count;
        return terms;
    }

    /// <summary>The three best words near one that nobody wrote.</summary>
    private List<string> Near(byte[] surface)
    {
        var word = Encoding.UTF8.GetString(surface);
        if (word.Length is < 4 or > 24)
            return [];
        var edits = word.Length >= 7 ? 2 : 1;
        return
        [
            .. _statistics
                .Words.Select(other => (Bytes: other.Key, Documents: other.Value, Text: Utf8(other.Key)))
                .Select(other => (Word: other, Distance: Distance(word, other.Text)))
                .Where(other => other.Distance > 0 && other.Distance <= (other.Word.Text[0] == word[0] ? edits : 1))
                .OrderBy(other => other.Distance)
                .ThenByDescending(other => other.Word.Documents)
                .ThenBy(other => other.Word.Text, StringComparer.Ordinal)
                .Take(3)
                .Select(other => other.Word.Bytes),
        ];
    }

    /// <summary>Optimal string alignment, the whole table.</summary>
    private static int Distance(string one, string other)
    {
        var table = new int[one.Length + 1, other.Length + 1];
        for (var row = 0; row <= one.Length; row++)
        {
            for (var column = 0; column <= other.Length; column++)
            {
                if (row == 0 || column == 0)
                {
                    table[row, column] = row + column;
                    continue;
                }

                var change = one[row - 1] == other[column - 1] ? 0 : 1;
                var least = Math.Min(table[row - 1, column], table[row, column - 1]) + 1;
                least = Math.Min(least, table[row - 1, column - 1] + change);
                if (row > 1 && column > 1 && one[row - 1] == other[column - 2] && one[row - 2] == other[column - 1])
                    least = Math.Min(least, table[row - 2, column - 2] + 1);
                table[row, column] = least;
            }
        }

        return table[one.Length, other.Length];
    }

    private static string Stem(string word)
    {
        Span<byte> buffer = stackalloc byte[TextTokenizer.MaxTermBytes + 1];
        return Text(EnglishStemmer.Stem(Encoding.Latin1.GetBytes(word), buffer));
    }

    private static string Text(byte[] term) => Encoding.Latin1.GetString(term);

    private static string Text(ReadOnlySpan<byte> term) => Encoding.Latin1.GetString(term);

    private static string Utf8(string latin1) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(latin1));
}
