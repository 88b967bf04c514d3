using Parley.Conversations;

namespace Parley.Import.Formats.ChatGpt;

/// <summary>
/// Canvas documents in a file of their own: <c>{textdoc_id, textdoc_type, title, content}</c>, in an array or as the members
/// of an object. They become documents, so that their text is found whatever became of the conversation they are from.
/// </summary>
internal static class ChatGptTextDocs
{
    public static bool Is(JsonProbe json) => IsIn(json, "") || IsIn(json, "textdocs[].") || IsIn(json, "*.");

    /// <summary>False where the record is none.</summary>
    public static bool Add(Json record, ImportContext context)
    {
        if (record.IsArray)
        {
            var any = false;
            foreach (var one in record.Items())
            {
                any |= Add(one, context);
            }

            return any;
        }

        using var arena = new Utf8Arena();
        var text = record.Any("content", "text").Utf8(arena);
        if (
            record.Any("textdoc_id", "id").Scalar() is not { } id
            || text.IsEmpty
            || !record.Any("textdoc_id", "textdoc_type").Exists
        )
        {
            return false;
        }

        context.Documents(
            new DocumentDraft(
                "chatgpt",
                "textdoc:" + id,
                record.Any("title", "name").String(),
                null,
                null,
                record.Any("create_time", "created_at").Time(),
                record.Any("update_time", "updated_at").Time(),
                text.ToArray(),
                default
            )
        );
        return true;
    }

    private static bool IsIn(JsonProbe json, string at) =>
        json.InRecords(at + "content") && (json.InRecords(at + "textdoc_id") || json.InRecords(at + "textdoc_type"));
}
