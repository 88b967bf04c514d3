using Parley.Conversations;
using Parley.Files;
using Parley.Kernel;
using Parley.Providers;

namespace Parley.Chat;

/// <summary>
/// What a model is told: the path from the question to the root, newest first until the token budget is spent, so that
/// the cost is that of what is sent and not of the conversation's length. Thread-safe.
/// </summary>
/// <remarks>
/// Reasoning, and the calls and results of earlier turns, stay out: the answers made of them are there. Files come with
/// their extracted text, images as images.
/// </remarks>
internal sealed class ContextBuilder(Db db, BlobStore blobs, ChatSettings options, TokenCounts tokens)
{
    private const int MostMessages = 2_000;
    private const int MostImages = 16;
    private const long LargestImage = 20 * 1024 * 1024;

    private const string WalkSql =
        $"SELECT {MessageRows.DraftColumns}, m.parent_id FROM messages m WHERE m.id = ?1 AND m.conversation_id = ?2";

    /// <param name="systemPrompt">Stands in for the conversation's own.</param>
    /// <param name="answerTokens">Room to leave for the answer; null: a quarter.</param>
    public async Task<List<ModelMessage>> BuildAsync(
        TurnPlace place,
        ModelRoute route,
        string? systemPrompt,
        int? answerTokens,
        CancellationToken ct
    )
    {
        var window = route.Model.ContextTokens ?? options.ContextTokens;
        var budget = window - Math.Min(answerTokens ?? window, window / 4);
        var path = await db.ReadAsync(session => Read(session, place, route.Name, systemPrompt, budget), ct);
        var images = MostImages;
        var messages = new List<ModelMessage>(path.Count);
        foreach (var found in path)
        {
            messages.Add(found.Images.Count == 0 ? found.Message : WithImages(found, ref images));
        }

        return messages;
    }

    private List<FoundMessage> Read(DbSession session, TurnPlace place, string model, string? systemPrompt, long budget)
    {
        var system = systemPrompt ?? SystemPrompt(session, place);
        var path = new List<FoundMessage>();
        var spent = system is null ? 0 : tokens.Estimate(model, System.Text.Encoding.UTF8.GetBytes(system));
        using var arena = new Utf8Arena();
        using var walk = session.Query(WalkSql);
        var next = place.Continues ? place.MessageId : place.QuestionId;
        for (var seen = 0; next is { } id && seen < MostMessages; seen++)
        {
            walk.Bind(1, id).Bind(2, place.ConversationId);
            if (!walk.Step())
            {
                break;
            }

            next = walk.Int64OrNull(9);
            var draft = MessageRows.ReadDraft(walk, arena).Draft;
            walk.Reset();
            if (Message(session, draft) is not { } found)
            {
                continue;
            }

            spent += tokens.Estimate(model, found.Message.Text.Span);
            if (spent > budget && path.Count > 0)
            {
                break;
            }

            path.Add(found);
        }

        if (system is not null)
        {
            path.Add(
                new FoundMessage(
                    new ModelMessage(ModelRole.System) { Text = System.Text.Encoding.UTF8.GetBytes(system) },
                    []
                )
            );
        }

        path.Reverse();
        return path;
    }

    private static string? SystemPrompt(DbSession session, TurnPlace place)
    {
        using var row = session.Query("SELECT system_prompt FROM conversations WHERE id = ?1 AND owner_id = ?2");
        return row.Bind(1, place.ConversationId).Bind(2, place.OwnerId).Step() ? row.Text(0) : null;
    }

    /// <summary>Null for what a model should not see, or what has nothing to say.</summary>
    private static FoundMessage? Message(DbSession session, MessageDraft draft)
    {
        var role = draft.Role switch
        {
            Role.User => ModelRole.User,
            Role.Assistant => ModelRole.Assistant,
            Role.System => ModelRole.System,
            _ => (ModelRole?)null,
        };
        if (role is null || draft.Hidden)
        {
            return null;
        }

        var text = new MemoryStream();
        var images = new List<FoundImage>();
        foreach (var part in draft.Parts)
        {
            Add(session, part, text, images);
        }

        return text.Length == 0 && images.Count == 0
            ? null
            : new FoundMessage(new ModelMessage(role.Value) { Text = text.ToArray() }, images);
    }

    private static void Add(DbSession session, in PartDraft part, MemoryStream text, List<FoundImage> images)
    {
        switch (part.Kind)
        {
            case PartKind.Text:
                Paragraph(text, part.Text.Span);
                break;
            case PartKind.Code:
                Paragraph(text, System.Text.Encoding.UTF8.GetBytes($"```{part.Name}\n"));
                text.Write(part.Text.Span);
                text.Write("\n```"u8);
                break;
            case PartKind.Image when part.Attachment?.StoredId is { } id && Image(session, id) is { } image:
                images.Add(image);
                break;
            case PartKind.File when part.Attachment is { ExtractedText.IsEmpty: false } file:
                Paragraph(text, System.Text.Encoding.UTF8.GetBytes($"[{file.Name}]\n"));
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

    private static FoundImage? Image(DbSession session, long id)
    {
        using var row = session.Query("SELECT blob, media_type, size FROM attachments WHERE id = ?1");
        return
            row.Bind(1, id).Step()
            && !row.IsNull(0)
            && row.Int64(2) <= LargestImage
            && row.Text(1) is "image/png" or "image/jpeg" or "image/gif" or "image/webp"
            ? new FoundImage(row.Text(1)!, row.Blob(0).ToArray())
            : null;
    }

    private ModelMessage WithImages(FoundMessage found, ref int left)
    {
        var images = new List<ModelImage>();
        foreach (var image in found.Images)
        {
            if (left > 0 && blobs.Open(image.Blob) is { } file)
            {
                using (file)
                {
                    var bytes = new byte[file.Length];
                    file.ReadExactly(bytes);
                    images.Add(new ModelImage(image.MediaType, bytes));
                    left--;
                }
            }
        }

        return found.Message with
        {
            Images = images,
        };
    }

    private sealed record FoundMessage(ModelMessage Message, IReadOnlyList<FoundImage> Images);

    private sealed record FoundImage(string MediaType, byte[] Blob);
}
