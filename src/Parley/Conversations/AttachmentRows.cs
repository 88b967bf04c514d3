using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>Attachments of messages: who may see one, and new rows over bytes that are stored already.</summary>
internal static class AttachmentRows
{
    /// <summary>An attachment of the owner's; null for anybody else's.</summary>
    public static AttachmentView? Find(DbSession session, long ownerId, long id)
    {
        using var row = session.Query(
            """
            SELECT a.name, a.media_type, a.size, a.blob FROM attachments a JOIN conversations c ON c.id = a.conversation_id
            WHERE a.id = ?1 AND c.owner_id = ?2
            """
        );
        row.Bind(1, id).Bind(2, ownerId);
        return row.Step()
            ? new AttachmentView(
                row.Text(0),
                row.Text(1),
                row.Int64OrNull(2),
                row.IsNull(3) ? null : row.Blob(3).ToArray()
            )
            : null;
    }

    /// <summary>
    /// A row for a part that names an attachment the owner has: over the same bytes. One that names none is kept as
    /// missing, with what the part says of it.
    /// </summary>
    public static StoredAttachment Link(DbSession session, long ownerId, AttachmentDraft draft, long newId) =>
        draft.StoredId is { } id && Find(session, ownerId, id) is { } known
            ? new StoredAttachment(newId, known.MediaType, known.Size, known.Blob)
            : new StoredAttachment(newId, draft.MediaType, draft.Size, null);
}

/// <param name="Blob">SHA-256 of the bytes; null: the archive did not hold them.</param>
internal sealed record AttachmentView(string? Name, string? MediaType, long? Size, byte[]? Blob);
