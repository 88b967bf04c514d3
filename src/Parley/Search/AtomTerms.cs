using System.Text;
using Parley.Search.Text;

namespace Parley.Search;

/// <summary>
/// An atom of a query as terms of the index. It matches where <see cref="Sequence"/> stands at successive positions,
/// the last of which may go on where <see cref="Prefix"/> is set; an identifier that somebody wrote whole, in whatever
/// style, matches where <see cref="Joined"/> does.
/// </summary>
/// <param name="Sequence">The terms in order; never empty.</param>
/// <param name="Surface">The last word before stemming, for completion and spelling.</param>
/// <param name="Prefix">What the last word begins with, unstemmed; then the last of <paramref name="Sequence"/> is only one way to go on.</param>
/// <param name="Joined">All pieces of a single identifier or hyphenated word written together; not in quotes, not for a prefix.</param>
internal sealed record AtomTerms(IReadOnlyList<byte[]> Sequence, byte[] Surface, byte[]? Prefix, byte[]? Joined)
{
    /// <summary>Longer phrases are cut here: nobody remembers more, and every term costs.</summary>
    public const int MaxSequence = 64;

    /// <summary>The terms of an atom, or <see langword="null"/> where it holds nothing but punctuation.</summary>
    public static AtomTerms? Of(SearchAtom atom)
    {
        var reader = new Reader([]);
        var text = Encoding.UTF8.GetBytes(atom.Text);
        TextTokenizer.Run(text, ref reader);
        var (sequence, joined) = Arrange(reader.Read);
        if (sequence.Count == 0)
            return null;
        var last = sequence[^1];
        if (
            last.Kind == TokenKind.PairEnd
            && sequence.Count > 1
            && sequence[^2].Kind == TokenKind.Pair
            && sequence[^2].End == last.End
        )
        {
            // In the text the run may go on behind what was typed: its last character is in the pair before already.
            sequence.RemoveAt(sequence.Count - 1);
            last = sequence[^1];
        }

        var prefix = last.Kind switch
        {
            TokenKind.PairEnd => last.Surface,
            TokenKind.Part when atom.Prefix => last.Surface,
            _ => null,
        };
        return new AtomTerms(
            [.. sequence.Take(MaxSequence).Select(token => token.Term)],
            last.Surface,
            sequence.Count <= MaxSequence ? prefix : null,
            atom.Quoted || prefix is not null ? null : joined?.Term
        );
    }

    /// <summary>One term a position: a name with its sign stands for the name; a joined word counts where it is the whole atom.</summary>
    private static (List<Read> Sequence, Read? Joined) Arrange(List<Read> tokens)
    {
        var sequence = new List<Read>(tokens.Count);
        Read? joined = null;
        foreach (var token in tokens)
        {
            if (token.Kind == TokenKind.Joined)
                joined = token;
            else if (token.Kind == TokenKind.Symbolic)
                sequence[^1] = token;
            else
                sequence.Add(token);
        }

        var whole = joined is { } word && sequence[0].Start == word.Start && sequence[^1].End == word.End;
        return (sequence, whole ? joined : null);
    }

    private readonly record struct Read(byte[] Term, byte[] Surface, int Start, int End, TokenKind Kind);

    private readonly struct Reader(List<Read> read) : ITokenSink
    {
        public List<Read> Read { get; } = read;

        public bool Accept(scoped Token token)
        {
            Read.Add(new Read(token.Term.ToArray(), token.Surface.ToArray(), token.Start, token.End, token.Kind));
            return true;
        }
    }
}
