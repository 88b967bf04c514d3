using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>A file form of one conversation.</summary>
/// <param name="Name">As routes and parameters spell it.</param>
/// <param name="Write">Writes the file while the snapshot is open; the stream is local, never the network.</param>
internal sealed record ExportFormat(
    string Name,
    string Extension,
    string MediaType,
    Action<DbSession, ConversationView, ExportScope, Stream> Write
)
{
    /// <summary>Everything there is, so that it can be read back.</summary>
    public bool HoldsAll { get; private init; }

    public static readonly ExportFormat Json = new("json", ".json", "application/json", JsonExport.Write)
    {
        HoldsAll = true,
    };

    public static readonly IReadOnlyList<ExportFormat> All =
    [
        Json,
        new("markdown", ".md", "text/markdown; charset=utf-8", MarkdownExport.Write),
        new("html", ".html", "text/html; charset=utf-8", HtmlExport.Write),
        new("jsonl", ".jsonl", "application/jsonl", JsonlExport.Write) { HoldsAll = true },
    ];

    public static readonly string[] Names = [.. All.Select(f => f.Name)];

    public static ExportFormat? Find(string? name) => All.FirstOrDefault(f => f.Name == name);
}

/// <summary>What of a conversation an export for reading holds; JSON and JSON lines always hold all of it.</summary>
internal enum ExportScope
{
    /// <summary>The active path, hidden messages left out.</summary>
    Path,

    /// <summary>Every branch and every hidden message.</summary>
    Everything,
}
