using System.Text;
using Parley.Conversations;
using Parley.Kernel;
using Parley.Providers;

namespace Parley.Chat;

/// <summary>Messages of one conversation as a model is told them, one at a time, within one snapshot. Not thread-safe.</summary>
internal sealed class ContextMessages(DbSession session, long conversationId) : IDisposable
{
    private const string Sql =
        $"SELECT {MessageRows.DraftColumns}, m.parent_id FROM messages m WHERE m.id = ?1 AND m.conversation_id = ?2";

    private readonly Utf8Arena arena = new();
    private readonly DbStatement row = session.Query(Sql);

    /// <summary>Null where the conversation has no such message.</summary>
    /// <param name="parent">The message above it; null for a root.</param>
    public ContextMessage? Find(long id, out long? parent)
    {
        row.Bind(1, id).Bind(2, conversationId);
        if (!row.Step())
        {
            row.Reset();
            parent = null;
            return null;
        }

        parent = row.Int64OrNull(9);
        var draft = MessageRows.ReadDraft(row, arena).Draft;
        row.Reset();
        return Told(id, draft);
    }

    public void Dispose()
    {
        row.Dispose();
        arena.Dispose();
    }

    /// <summary>Without words or images for what a model should not see, or what has nothing to say.</summary>
    private ContextMessage Told(long id, MessageDraft draft)
    {
        var role = draft.Role switch
        {
            Role.User => ModelRole.User,
            Role.Assistant => ModelRole.Assistant,
            Role.System => ModelRole.System,
            _ => (ModelRole?)null,
        };
        using var text = new MemoryStream();
        var images = new List<ContextImage>();
        if (role is not null && !draft.Hidden)
        {
            foreach (var part in draft.Parts)
            {
                Add(part, text, images);
            }
        }

        return new ContextMessage(id, new ModelMessage(role ?? ModelRole.Tool) { Text = text.ToArray() }, images);
    }

    private void Add(in PartDraft part, MemoryStream text, List<ContextImage> images)
    {
        switch (part.Kind)
        {
            case PartKind.Text:
                Paragraph(text, part.Text.Span);
                break;
            case PartKind.Code:
                Paragraph(text, Encoding.UTF8.GetBytes($"```{part.Name}\n"));
                text.Write(part.Text.Span);
                text.Write("\n```"u8);
                break;
            case PartKind.Image when part.Attachment?.StoredId is { } id && Image(id) is { } image:
                images.Add(image);
                break;
            case PartKind.File when part.Attachment is { ExtractedText.IsEmpty: false } file:
                Paragraph(text, Encoding.UTF8.GetBytes($"[{file.Name}]\n"));
                text.Write(file.ExtractedText.Span);
                break;
        }
    }

    private static void Paragraph(MemoryStream text, ReadOnlySpan<byte> utf8)
    {
        if (text.Length > 0 && !utf8.IsEmpty)
        {
            text.Write("\n\n"u8);
        }

        text.Write(utf8);
    }

    private ContextImage? Image(long id)
    {
        using var image = session.Query("SELECT blob, media_type, size FROM attachments WHERE id = ?1");
        return image.Bind(1, id).Step() && !image.IsNull(0) && ContextImage.IsTold(image.Text(1), image.Int64OrNull(2))
            ? new ContextImage(image.Text(1)!, image.Blob(0).ToArray())
            : null;
    }
}

/// <summary>A message, and the images that go with it, whose bytes are not read yet.</summary>
internal sealed record ContextMessage(long Id, ModelMessage Message, IReadOnlyList<ContextImage> Images)
{
    public bool IsEmpty => Message.Text.IsEmpty && Images.Count == 0;
}

/// <param name="Blob">SHA-256 of its bytes.</param>
internal sealed record ContextImage(string MediaType, byte[] Blob)
{
    /// <summary>Bytes.</summary>
    public const long Largest = 20 * 1024 * 1024;

    /// <summary>Whether models are told such an image; every upstream takes these.</summary>
    public static bool IsTold(string? mediaType, long? size) =>
        size <= Largest && mediaType is "image/png" or "image/jpeg" or "image/gif" or "image/webp";
}
