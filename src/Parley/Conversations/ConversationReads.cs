using System.Text.Json;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>Rows of conversations as answers show them. Every read names its owner.</summary>
internal static class ConversationReads
{
    /// <summary>
    /// Columns <see cref="ReadItem"/> expects, over <c>conversations c</c>. Tags are sorted, which takes memory even for
    /// none: most conversations have none, and are asked first.
    /// </summary>
    public const string ItemColumns = """
        c.id, c.title, c.provider, c.source_id, (SELECT name FROM models WHERE id = c.model_id),
        (SELECT name FROM spaces WHERE id = c.space_id), c.folder_id, (SELECT name FROM folders WHERE id = c.folder_id),
        CASE WHEN EXISTS (SELECT 1 FROM conversation_tags ct WHERE ct.conversation_id = c.id) THEN
        (SELECT json_group_array(t.name ORDER BY t.name_key) FROM conversation_tags ct JOIN tags t ON t.id = ct.tag_id WHERE ct.conversation_id = c.id)
        END,
        c.created_at, c.updated_at, c.pinned, c.starred, c.archived, c.message_count, c.preview, c.active_leaf_id, c.version, c.deleted_at, c.sort_at
        """;

    private const string FindSql = $"""
        SELECT {ItemColumns}, c.path_count, c.system_prompt, c.parent_source_id, c.extra_data FROM conversations c
        WHERE c.id = ?1 AND c.owner_id = ?2
        """;

    private const int ItemColumnCount = 20;
    private const int DeletedAt = 18;
    private const int SortAt = 19;

    /// <summary>Null where the owner has no such conversation; one in the bin is found.</summary>
    public static ConversationView? Find(DbSession session, long ownerId, long id)
    {
        using var row = session.Query(FindSql);
        row.Bind(1, id).Bind(2, ownerId);
        if (!row.Step())
        {
            return null;
        }

        var item = ReadItem(row, binned: false);
        return new ConversationView(
            item.Id,
            item.Title,
            item.Provider,
            item.SourceId,
            item.Model,
            item.Space,
            item.Folder,
            item.Tags,
            item.CreatedAt,
            item.UpdatedAt,
            item.Pinned,
            item.Starred,
            item.Archived,
            item.MessageCount,
            row.Int64(ItemColumnCount),
            item.LastMessagePreview,
            item.ActiveLeaf,
            row.Text(ItemColumnCount + 1),
            row.Text(ItemColumnCount + 2),
            RawJson.Of(row.Utf8(ItemColumnCount + 3)),
            item.Version
        )
        {
            Key = id,
            DeletedAt = item.DeletedAt,
        };
    }

    /// <param name="binned">The list is the bin's, ordered by when things came into it.</param>
    public static ConversationItem ReadItem(DbStatement row, bool binned)
    {
        var id = row.Int64(0);
        return new ConversationItem(
            ConversationId.Format(id),
            row.Text(1),
            row.Text(2)!,
            row.Text(3),
            row.Text(4),
            row.Text(5) ?? "",
            row.IsNull(6) ? null : new FolderRef(FolderId.Format(row.Int64(6)), row.Text(7) ?? ""),
            ReadTags(row.Utf8(8)),
            ApiTime.Format(row.Int64OrNull(9)),
            ApiTime.Format(row.Int64OrNull(10)),
            row.Bool(11),
            row.Bool(12),
            row.Bool(13),
            row.Int64(14),
            row.Text(15),
            row.Int64OrNull(16) is { } leaf ? MessageId.Format(leaf) : null,
            row.Int64(17)
        )
        {
            DeletedAt = ApiTime.Format(row.Int64OrNull(DeletedAt)),
            Position = (row.Int64(binned ? DeletedAt : SortAt), id),
        };
    }

    private static IReadOnlyList<string> ReadTags(ReadOnlySpan<byte> json) =>
        json.Length <= 2 ? [] : JsonSerializer.Deserialize(json, ConversationsJson.Default.IReadOnlyListString)!;
}
