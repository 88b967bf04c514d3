namespace Parley.Embeddings.Upstream;

/// <summary>
/// What well-known models want before a text, by what it is: they were trained with it, and find worse without. From the
/// models' own pages; a name that is not here gets nothing.
/// </summary>
internal static class RolePrefix
{
    private const string Represent = "Represent this sentence for searching relevant passages: ";

    private static readonly (string Name, string Query, string Passage)[] Known =
    [
        ("nomic-embed-text", "search_query: ", "search_document: "),
        ("mxbai-embed-large", Represent, ""),
        ("snowflake-arctic-embed2", "query: ", ""),
        ("snowflake-arctic-embed", Represent, ""),
        ("embeddinggemma", "task: search result | query: ", "title: none | text: "),
        (
            "qwen3-embedding",
            "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:",
            ""
        ),
        ("multilingual-e5", "query: ", "passage: "),
        ("e5-", "query: ", "passage: "),
        ("bge-small-en", Represent, ""),
        ("bge-base-en", Represent, ""),
        ("bge-large-en", Represent, ""),
    ];

    /// <param name="model">As the upstream names it; before a slash may stand whose it is, behind a colon its variant.</param>
    public static string Of(string model, EmbedRole role)
    {
        var name = model.AsSpan(model.LastIndexOf('/') + 1);
        foreach (var (known, query, passage) in Known)
        {
            if (name.StartsWith(known, StringComparison.OrdinalIgnoreCase))
            {
                return role == EmbedRole.Query ? query : passage;
            }
        }

        return "";
    }
}
