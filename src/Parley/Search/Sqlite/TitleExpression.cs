using Parley.Search.Text;

namespace Parley.Search.Sqlite;

/// <summary>What titles must match so that each word typed is one of theirs, or the beginning of one.</summary>
internal static class TitleExpression
{
    /// <summary>Words a beginning may stand for.</summary>
    private const int Expansion = 50;

    /// <summary>Null where the text holds no word.</summary>
    public static MatchExpression? Of(TermTable terms, string text)
    {
        var match = new MatchExpression().In([SearchField.Title]).Open();
        var any = false;
        foreach (var clause in SearchQuery.Parse(text).Clauses.Where(clause => !clause.Negated))
        {
            if (AtomTerms.Of(clause.AnyOf[0] with { Prefix = true }) is not { } atom)
                continue;
            if (any)
                match.And();
            WritePrefix(terms, match.Open(), atom);
            match.Close();
            any = true;
        }

        return any ? match.Close() : null;
    }

    private static void WritePrefix(TermTable terms, MatchExpression match, AtomTerms atom)
    {
        byte[][] head = [.. atom.Sequence.Take(atom.Sequence.Count - 1)];
        match.Phrase(atom.Sequence, new RankedPhrase(-1, 0));
        if (atom.Prefix is null)
            return;
        var buffer = new byte[TextTokenizer.MaxTermBytes + 1];
        foreach (var word in terms.BeginningWith(atom.Prefix, Expansion, out _))
            match.Or().Phrase([.. head, EnglishStemmer.Stem(word.Term, buffer).ToArray()], new RankedPhrase(-1, 0));
    }
}
