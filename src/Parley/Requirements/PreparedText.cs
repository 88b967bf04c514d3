using System.Text;
using Parley.Kernel.Problems;

namespace Parley.Requirements;

/// <summary>A statement with all that follows from its text.</summary>
internal sealed record PreparedStatement(
    Statement Place,
    StatementSigns Signs,
    TypedStatement Typed,
    MatchedText Match,
    int ByteStart,
    int ByteLength
);

/// <summary>A text cut into typed statements: what is worked out before anything is written.</summary>
/// <param name="Text">Lines end with LF.</param>
/// <param name="Size">Bytes of the text.</param>
internal sealed record PreparedText(string Kind, string Text, int Size, IReadOnlyList<PreparedStatement> Statements)
{
    /// <summary>Bytes of a text: more than a thousand pages.</summary>
    public const int MostBytes = 2 << 20;

    public const int MostStatements = 20_000;

    public List<MatchedText> Matches()
    {
        var matches = new List<MatchedText>(Statements.Count);
        foreach (var statement in Statements)
        {
            matches.Add(statement.Match);
        }

        return matches;
    }

    /// <summary>Its statements as links are found from them.</summary>
    /// <param name="all">Their ids.</param>
    /// <param name="chosen">Types that people chose, by id.</param>
    /// <param name="former">Those of the text before: one that says the same is the same.</param>
    public LinkFinder Links(long[] all, IReadOnlyDictionary<long, StatementType> chosen, LinkFinder? former)
    {
        var nodes = new List<LinkNode>(all.Length);
        for (var i = 0; i < all.Length; i++)
        {
            var (place, typed) = (Statements[i].Place, Statements[i].Typed);
            var type = chosen.TryGetValue(all[i], out var other) ? other : typed.Type;
            long? parent = place.Parent >= 0 ? all[place.Parent] : null;
            var text = Statements[i].Match;
            nodes.Add(
                former?.Find(all[i]) is { } known && known.IsAs(text.Text, text.Name, type, place.Form, parent)
                    ? known
                    : LinkNode.Of(all[i], text, type, place.Form, parent)
            );
        }

        return new LinkFinder(nodes);
    }

    /// <param name="name">Of the document: it may say what the document is.</param>
    /// <exception cref="ProblemException">It is too long, or nothing is in it.</exception>
    /// <param name="known">Signs of statements that were looked at lately, by their text.</param>
    public static PreparedText Of(
        string kind,
        string text,
        string name,
        IReadOnlyDictionary<string, StatementSigns>? known
    )
    {
        text = text.ReplaceLineEndings("\n").TrimStart('\uFEFF');
        var size = Encoding.UTF8.GetByteCount(text);
        if (size > MostBytes)
        {
            throw new ProblemException(
                ProblemCodes.TooLarge,
                $"the text has {size:#,0} bytes, a requirements document at most {MostBytes:#,0}: divide it"
            );
        }

        var cut = StatementSplitter.Split(text);
        if (cut.Count > MostStatements)
        {
            throw new ProblemException(
                ProblemCodes.TooLarge,
                $"the text has {cut.Count:#,0} statements, a requirements document at most {MostStatements:#,0}: divide it"
            );
        }

        if (cut.Count == 0)
        {
            throw new ProblemException(
                ProblemCodes.Validation,
                "text: there is no statement in it",
                new FieldError("text", "there is no statement in it")
            );
        }

        var texts = new string[cut.Count];
        var signs = new StatementSigns[cut.Count];
        for (var i = 0; i < cut.Count; i++)
        {
            texts[i] = text.Substring(cut[i].Start, cut[i].Length);
            signs[i] =
                cut[i].TableHead is null && known?.GetValueOrDefault(texts[i]) is { } same
                    ? same
                    : StatementSigns.Of(texts[i], cut[i].TableHead);
        }

        var typed = StatementTyping.Run(text, cut, name, signs);
        var places = new TextPlaces(text);
        var statements = new List<PreparedStatement>(cut.Count);
        for (var i = 0; i < cut.Count; i++)
        {
            var start = places.BytesBefore(cut[i].Start);
            var length = places.BytesBefore(cut[i].End) - start;
            var match = MatchedText.Of(texts[i], cut[i].Name);
            statements.Add(new PreparedStatement(cut[i], signs[i], typed[i], match, start, length));
        }

        return new PreparedText(kind, text, size, statements);
    }
}
