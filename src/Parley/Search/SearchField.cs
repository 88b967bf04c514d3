namespace Parley.Search;

/// <summary>Where in a message (or beside it) a text stands; the columns of the index, in their order.</summary>
internal enum SearchField
{
    /// <summary>The title of a conversation, the name of a document.</summary>
    Title,

    /// <summary>What the user wrote.</summary>
    Prompt,

    /// <summary>What the model, the system or a tool's text part says.</summary>
    Answer,

    /// <summary>Code parts and fenced code inside texts.</summary>
    Code,

    /// <summary>Tool calls and results, attachments (name and text), citations, parts nobody knows.</summary>
    Tool,

    /// <summary>The model's thinking.</summary>
    Thinking,
}

internal static class SearchFields
{
    public const int Count = 6;
    private static readonly string[] Names = ["title", "prompt", "answer", "code", "tool", "thinking"];

    public static string Name(SearchField field) => Names[(int)field];

    public static SearchField Get(string name) => (SearchField)Array.IndexOf(Names, name);
}
