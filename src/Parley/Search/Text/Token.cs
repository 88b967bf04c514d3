namespace Parley.Search.Text;

/// <summary>What a token is to the text it came from.</summary>
internal enum TokenKind : byte
{
    /// <summary>A word or a piece of one; takes a position of its own.</summary>
    Part,

    /// <summary>The pieces of an identifier or hyphenated word written together; stands at the position of its first piece.</summary>
    Joined,

    /// <summary>A name with its signs (<c>c++</c>, <c>c#</c>); stands at the position of the name.</summary>
    Symbolic,

    /// <summary>Two neighbouring characters of a script without spaces; takes a position of its own.</summary>
    Pair,

    /// <summary>The last character of a run of pairs; takes a position of its own.</summary>
    PairEnd,
}

/// <summary>One term as the index holds it, and where it stood.</summary>
/// <param name="term">The folded, stemmed bytes; valid only during the call that hands it over.</param>
/// <param name="surface">The folded word before stemming: what a person would recognise.</param>
/// <param name="start">Offset of its first byte in the text.</param>
/// <param name="end">Offset just past its last byte in the text.</param>
/// <param name="kind">What it is.</param>
internal readonly ref struct Token(
    ReadOnlySpan<byte> term,
    ReadOnlySpan<byte> surface,
    int start,
    int end,
    TokenKind kind
)
{
    public ReadOnlySpan<byte> Term { get; } = term;

    public ReadOnlySpan<byte> Surface { get; } = surface;

    public int Start { get; } = start;

    public int End { get; } = end;

    public TokenKind Kind { get; } = kind;

    /// <summary>Whether it shares the position of the token before it.</summary>
    public bool Colocated => Kind is TokenKind.Joined or TokenKind.Symbolic;
}

/// <summary>Receives the tokens of a text in order.</summary>
internal interface ITokenSink
{
    /// <summary>Whether <see cref="Token.Term"/> is wanted; a sink that remembers words stems each of them once itself.</summary>
    static virtual bool Stems => true;

    /// <summary>Takes one token, which is valid only during the call.</summary>
    /// <returns><see langword="false"/> to stop reading the text.</returns>
    bool Accept(scoped Token token);
}
