using Parley.Files;
using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>Attachments of messages: who may see one, and new rows over bytes that are stored already.</summary>
internal static class AttachmentRows
{
    /// <summary>An attachment in a conversation that the caller may read, or a file of theirs; null for any other.</summary>
    public static AttachmentView? Find(DbSession session, long callerId, long id)
    {
        using var row = session.Query(
            """
            SELECT a.name, a.media_type, a.size, a.blob, c.owner_id, c.id
            FROM attachments a JOIN conversations c ON c.id = a.conversation_id WHERE a.id = ?1
            """
        );
        if (!row.Bind(1, id).Step())
        {
            return FileRows.Find(session, callerId, id) is { } file
                ? new AttachmentView(file.Name, file.MediaType, file.Size, file.Blob)
                : null;
        }

        return row.Int64(4) == callerId || ConversationAccess.MayReadShared(session, callerId, row.Int64(5))
            ? new AttachmentView(
                row.Text(0),
                row.Text(1),
                row.Int64OrNull(2),
                row.IsNull(3) ? null : row.Blob(3).ToArray()
            )
            : null;
    }

    /// <summary>
    /// A row for a part that names an attachment the caller may read: over the same bytes. One that names none is kept as
    /// missing, with what the part says of it.
    /// </summary>
    public static StoredAttachment Link(DbSession session, long callerId, AttachmentDraft draft, long newId) =>
        draft.StoredId is { } id && Find(session, callerId, id) is { } known
            ? new StoredAttachment(newId, known.MediaType, known.Size, known.Blob)
            : new StoredAttachment(newId, draft.MediaType, draft.Size, null);
}

/// <param name="Blob">SHA-256 of the bytes; null: the archive did not hold them.</param>
internal sealed record AttachmentView(string? Name, string? MediaType, long? Size, byte[]? Blob);
