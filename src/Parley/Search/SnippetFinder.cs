using System.Runtime.InteropServices;
using System.Text;
using Parley.Search.Text;

namespace Parley.Search;

/// <summary>
/// Finds where a query stands in a stored text, by reading the text with the index's own tokenizer, and cuts the piece
/// that shows the most of it. Not thread-safe; one serves one answer.
/// </summary>
internal sealed class SnippetFinder(IReadOnlyList<AtomTerms> atoms)
{
    /// <summary>Bytes of text a snippet shows, about.</summary>
    private const int Window = 240;

    /// <summary>Places after which a text is not read further: the best window is among them or nearly so.</summary>
    private const int MaxPlaces = 1_000;

    private readonly Slot[] _slots = [.. atoms.SelectMany(SlotsOf)];
    private readonly List<Place> _places = [];
    private readonly List<Match> _found = [];

    /// <summary>The best piece over all fields of a message, and the field it is from.</summary>
    public (SearchField Field, Snippet Snippet) Find(MessageFields fields)
    {
        var (bestField, bestFrom, bestScore) = (SearchField.Title, -1, 0);
        for (var field = SearchField.Title; field <= SearchField.Thinking; field++)
        {
            if (fields[field].IsEmpty)
                continue;
            Locate(fields[field]);
            var (from, score) = BestWindow(Window);
            if (bestFrom < 0 || score > bestScore)
                (bestField, bestFrom, bestScore) = (field, from, score);
        }

        if (bestFrom < 0)
            return (SearchField.Title, Snippet.Empty);
        Locate(fields[bestField]);
        return (bestField, SnippetCut.Cut(fields[bestField], CollectionsMarshal.AsSpan(_found), bestFrom, Window));
    }

    /// <summary>Where the stretch of so many bytes begins that shows most of the query; 0 where nothing of it stands there.</summary>
    public int FindWindow(ReadOnlySpan<byte> text, int bytes)
    {
        Locate(text);
        return _found.Count == 0 ? 0 : _found[BestWindow(bytes).From].Start;
    }

    public bool Finds(ReadOnlySpan<byte> text)
    {
        Locate(text);
        return _found.Count > 0;
    }

    /// <summary>A piece of a text that matched, by bytes.</summary>
    internal readonly record struct Match(int Start, int End, int Atom);

    private readonly record struct Place(int Slot, int Position, int Start, int End);

    /// <summary>One term of one atom: the <paramref name="Index"/>-th of its sequence, or its joined form at -1.</summary>
    private sealed record Slot(int Atom, int Index, byte[] Term, byte[]? Prefix);

    private static IEnumerable<Slot> SlotsOf(AtomTerms atom, int number)
    {
        for (var index = 0; index < atom.Sequence.Count; index++)
            yield return new Slot(
                number,
                index,
                atom.Sequence[index],
                index == atom.Sequence.Count - 1 ? atom.Prefix : null
            );
        if (atom.Joined is not null)
            yield return new Slot(number, -1, atom.Joined, null);
    }

    /// <summary>Fills the places of a text with what matches whole atoms, in order.</summary>
    private void Locate(ReadOnlySpan<byte> text)
    {
        _places.Clear();
        _found.Clear();
        var reader = new Reader(_slots, _places);
        TextTokenizer.Run(text, ref reader);
        var at = new Dictionary<(int Slot, int Position), Place>(_places.Count);
        foreach (var place in _places)
            at.TryAdd((place.Slot, place.Position), place);
        foreach (var place in _places)
        {
            var slot = _slots[place.Slot];
            if (slot.Index > 0)
                continue;
            var length = slot.Index < 0 ? 1 : atoms[slot.Atom].Sequence.Count;
            var last = place;
            var whole = true;
            for (var index = 1; index < length && whole; index++)
                whole = at.TryGetValue((place.Slot + index, place.Position + index), out last);
            if (whole)
                _found.Add(new Match(place.Start, last.End, slot.Atom));
        }

        _found.Sort(static (a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : b.End.CompareTo(a.End));
    }

    /// <summary>The index of the first match of the window that shows most atoms, then most matches; the earliest of equals.</summary>
    private (int From, int Score) BestWindow(int window)
    {
        var (best, bestScore) = (0, 0);
        for (var first = 0; first < _found.Count; first++)
        {
            ulong shown = 0;
            var count = 0;
            for (var index = first; index < _found.Count && _found[index].End - _found[first].Start <= window; index++)
            {
                shown |= 1UL << (_found[index].Atom & 63);
                count++;
            }

            var score = (System.Numerics.BitOperations.PopCount(shown) * 16) + Math.Min(count, 15);
            if (score > bestScore)
                (best, bestScore) = (first, score);
        }

        return (best, bestScore);
    }

    private struct Reader(Slot[] slots, List<Place> places) : ITokenSink
    {
        private int _position = -1;

        public bool Accept(scoped Token token)
        {
            if (!token.Colocated)
                _position++;
            for (var index = 0; index < slots.Length; index++)
            {
                var slot = slots[index];
                if (
                    token.Term.SequenceEqual(slot.Term)
                    || (slot.Prefix is not null && token.Surface.StartsWith(slot.Prefix))
                )
                    places.Add(new Place(index, _position, token.Start, token.End));
            }

            return places.Count < MaxPlaces;
        }
    }
}
