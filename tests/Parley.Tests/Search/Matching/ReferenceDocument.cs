using System.Text;
using Parley.Search;
using Parley.Search.Segments;
using Parley.Search.Text;

namespace Parley.Tests.Search.Matching;

/// <summary>A document as plain lists: what the reference knows of it. Bytes of terms are written as Latin-1.</summary>
internal sealed class ReferenceDocument
{
    private readonly HashSet<string> _words = new(StringComparer.Ordinal);

    public required long Id { get; init; }

    public required long Conversation { get; init; }

    public required string Provider { get; init; }

    public string Model { get; init; } = "";

    /// <summary>One of 0 (title), 1 to 4 (role), 5 (document).</summary>
    public required int Kind { get; init; }

    /// <summary>Bits of <see cref="DocumentTraits"/>, without kind and fields.</summary>
    public int Flags { get; init; }

    public bool Active { get; init; } = true;

    /// <summary>Tokens that have a position of their own.</summary>
    public int Length { get; private set; }

    /// <summary>One bit a field that holds a token.</summary>
    public int Fields { get; private set; }

    /// <summary>Where each term stands: fields in the upper bits, ascending.</summary>
    public Dictionary<string, List<int>> Terms { get; } = new(StringComparer.Ordinal);

    /// <summary>Words as they were written, each once.</summary>
    public IReadOnlyCollection<string> Words => _words;

    public void Add(SearchField field, ReadOnlySpan<byte> text)
    {
        var sink = new Sink(this, field);
        TextTokenizer.Run(text, ref sink);
        Length += sink.Count;
        Fields |= sink.Count > 0 ? 1 << (int)field : 0;
    }

    /// <summary>How often a term stands here, by the weights of the fields, in halves.</summary>
    public int Halves(string term) => Terms.TryGetValue(term, out var at) ? Halves(at) : 0;

    public static int Halves(IEnumerable<int> positions)
    {
        int[] weights = [6, 3, 2, 2, 1, 1];
        return Math.Min(31, positions.Sum(position => weights[position >> Position.FieldShift]));
    }

    private struct Sink(ReferenceDocument document, SearchField field) : ITokenSink
    {
        public int Count { get; private set; }

        public bool Accept(scoped Token token)
        {
            if (!token.Colocated)
            {
                Count++;
                document._words.Add(Encoding.Latin1.GetString(token.Surface));
            }

            var term = Encoding.Latin1.GetString(token.Term);
            if (!document.Terms.TryGetValue(term, out var positions))
                document.Terms[term] = positions = [];
            positions.Add(((int)field << Position.FieldShift) | Math.Max(0, Count - 1));
            return true;
        }
    }
}
