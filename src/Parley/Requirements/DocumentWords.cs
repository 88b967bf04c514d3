using Parley.Kernel;

namespace Parley.Requirements;

/// <summary>What a context is looked for in.</summary>
internal sealed record SearchedText(long Id, string? Name, string[] Terms)
{
    public bool Has(string term) => Array.BinarySearch(Terms, term, StringComparer.Ordinal) >= 0;
}

/// <summary>The words of a document's statements, in reading order. Each word is there once, however many have it.</summary>
internal sealed record DocumentWords(int Version, IReadOnlyList<SearchedText> Statements)
{
    private const string TextsSql = "SELECT id, name, text FROM prd_statements WHERE document_id = ?1 ORDER BY ord";

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Sql { get; } = [TextsSql];

    public static DocumentWords Read(DbSession session, long document, int version)
    {
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        var statements = new List<SearchedText>();
        using var rows = session.Query(TextsSql);
        rows.Bind(1, document);
        while (rows.Step())
        {
            var terms = StatementTerms.Of(Phrases.Plain(rows.Text(2)));
            for (var i = 0; i < terms.Length; i++)
            {
                if (!words.TryAdd(terms[i], terms[i]))
                {
                    terms[i] = words[terms[i]];
                }
            }

            statements.Add(new SearchedText(rows.Int64(0), rows.Text(1), terms));
        }

        return new DocumentWords(version, statements);
    }
}
