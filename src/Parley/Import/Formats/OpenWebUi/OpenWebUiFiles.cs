using System.Text;
using Parley.Conversations;

namespace Parley.Import.Formats.OpenWebUi;

/// <summary>What the database knows of an uploaded file.</summary>
internal sealed record OpenWebUiStoredFile(string? Name, string? MediaType, long? Size, string? Text);

/// <summary>
/// Files of a message, and the sources its answer cites. Bytes are in the JSON as <c>data:</c> URLs, or in the
/// server's upload folder as <c>&lt;id&gt;_&lt;name&gt;</c>, where that is handed over too.
/// </summary>
internal sealed class OpenWebUiFiles(RecordContext record)
{
    /// <summary>Looks a file up in the database; null where there is none.</summary>
    public Func<string, OpenWebUiStoredFile?>? Stored { get; init; }

    public void Add(Json files, MessageDraft to, Utf8Arena arena)
    {
        foreach (var file in files.Items())
        {
            to.Add(Part(file, arena));
        }
    }

    public static PartDraft Image(ReadOnlyMemory<byte> url) =>
        InlineBytes.OfDataUrl(url) is { } inline
            ? new PartDraft(PartKind.Image) { Attachment = inline }
            : new PartDraft(PartKind.Image)
            {
                Url = Encoding.UTF8.GetString(url.Span),
                Attachment = new AttachmentDraft { Name = LastSegment(Encoding.UTF8.GetString(url.Span)) },
            };

    private PartDraft Part(Json file, Utf8Arena arena)
    {
        if (file.IsString)
        {
            return Image(file.Utf8(arena));
        }

        var inner = file["file"];
        var id = inner["id"].Scalar() ?? file["id"].Scalar();
        var stored = id is null ? null : Stored?.Invoke(id);
        var url = file["url"].Utf8(arena);
        var attachment = InlineBytes.OfDataUrl(url) ?? new AttachmentDraft();
        attachment.ProviderId = id;
        attachment.Name =
            file["name"].String()
            ?? inner["filename"].String()
            ?? inner["meta"]["name"].String()
            ?? file["title"].String()
            ?? stored?.Name;
        attachment.MediaType ??=
            file["content_type"].String() ?? inner["meta"]["content_type"].String() ?? stored?.MediaType;
        attachment.Size = file["size"].Int64() ?? inner["meta"]["size"].Int64() ?? stored?.Size;
        attachment.ExtractedText = Text(file, inner, stored, arena);
        attachment.Open ??= id is null ? null : record.Import.Source.Find($"{id}_{attachment.Name}")?.Open;
        var isImage =
            file["type"].Is("image"u8) || attachment.MediaType?.StartsWith("image/", StringComparison.Ordinal) == true;
        return new PartDraft(isImage ? PartKind.Image : PartKind.File)
        {
            Attachment = attachment,
            Url = url.Span.StartsWith("http"u8) ? Encoding.UTF8.GetString(url.Span) : null,
            Extras = record
                .Extras.Begin()
                .Add("type"u8, file["type"])
                .Add("collection_name"u8, file["collection_name"])
                .Add("urls"u8, file["urls"])
                .Finish(arena),
        };
    }

    private static ReadOnlyMemory<byte> Text(Json file, Json inner, OpenWebUiStoredFile? stored, Utf8Arena arena)
    {
        var text = inner["data"]["content"];
        text = text.IsString ? text : file["data"]["content"];
        text = text.IsString ? text : file["content"];
        return text.IsString ? text.Utf8(arena) : arena.Add(stored?.Text ?? "");
    }

    /// <summary>One citation per source; its passages are the quoted text.</summary>
    public void AddSources(Json sources, MessageDraft to, Utf8Arena arena)
    {
        foreach (var source in sources.Items())
        {
            var about = source["source"];
            var url =
                Address(about["url"])
                ?? Address(about["name"])
                ?? source["metadata"].Items().Select(m => Address(m["source"])).FirstOrDefault(u => u is not null);
            to.Add(
                new PartDraft(PartKind.Citation)
                {
                    Name = about["name"].String() ?? about["title"].String() ?? about["id"].Scalar(),
                    Url = url,
                    Text = Utf8Lines.Join([.. source["document"].Items().Select(d => d.TextOrRaw(arena))], arena),
                    Extras = record.Extras.Begin().Add("metadata"u8, source["metadata"]).Finish(arena),
                }
            );
        }
    }

    private static string? Address(Json value) =>
        value.String() is { } text && text.StartsWith("http", StringComparison.OrdinalIgnoreCase) ? text : null;

    private static string? LastSegment(string url)
    {
        var path = url.Split('?', '#')[0].TrimEnd('/');
        return path[(path.LastIndexOf('/') + 1)..] is { Length: > 0 } last ? last : null;
    }
}
