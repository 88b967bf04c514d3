using System.Text.Json;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>Takes a JSON export back as a new conversation with the same tree. Thread-safe.</summary>
internal sealed class ExportReturn(IdempotentWrites writes, MessageWriter writer, IdSource ids, TimeProvider time)
{
    public Task<StoredAnswer> RunAsync(
        Caller caller,
        Body<ExportedConversation> body,
        IdempotencyKey key,
        CancellationToken ct
    ) => writes.RunAsync(caller.OwnerId, key, body.Utf8, tx => Write(tx, caller.OwnerId, body.Value), ct);

    private StoredAnswer Write(DbTransaction tx, long ownerId, ExportedConversation export)
    {
        var now = ApiTime.Micros(time.GetUtcNow());
        var labels = new LabelWrites(tx, ownerId, now);
        var sources = new Dictionary<MessageDraft, ExportedMessage>(ReferenceEqualityComparer.Instance);
        using var draft = Draft(export, sources);
        using var prepared = PreparedConversation.Of(
            draft,
            file => AttachmentRows.Link(tx, ownerId, file, ids.Next(MessageWriter.Milliseconds(now))),
            (oddity, id) => throw QueryReader.Invalid("messages", $"do not form a tree: {Explain(oddity)} ({id})")
        );
        var id = writer
            .Write(tx, [prepared], [], new WriteContext(ownerId, labels.Space(export.Space), now))[0]
            .ConversationId;
        var keepsSource = SourceIsFree(tx, ownerId, export);
        Complete(tx, id, export, labels.FolderNamed(export.Folder), keepsSource);
        foreach (var message in prepared.Messages)
        {
            Complete(tx, message.Id, sources[message.Draft], keepsSource);
        }

        return ConversationEdits.Created(tx, ownerId, id);
    }

    private static ConversationDraft Draft(
        ExportedConversation export,
        Dictionary<MessageDraft, ExportedMessage> sources
    )
    {
        var messages = export.Messages!;
        var draft = new ConversationDraft
        {
            Provider = export.Provider ?? ConversationEdits.OwnProvider,
            Title = ConversationEdits.NullIfEmpty(export.Title),
            CreatedAt = Time(export.CreatedAt),
            UpdatedAt = Time(export.UpdatedAt),
            Model = export.Model,
            Archived = export.Archived ?? false,
            Starred = export.Starred ?? false,
            Pinned = export.Pinned ?? false,
            ActiveLeaf = export.ActiveLeaf,
            // Documents of other programs list messages without saying what answers what.
            Linear =
                messages.All(m => m.Id is null)
                || (export.ActiveLeaf is null && messages.All(m => m.ParentId is null && m.Active is null)),
        };
        draft.Tags.AddRange(export.Tags ?? []);
        draft.Extras = draft.Arena.Add((export.SourceExtras?.Utf8 ?? default).Span);
        foreach (var message in messages)
        {
            draft.Messages.Add(Draft(message, draft.Arena));
            sources[draft.Messages[^1]] = message;
        }

        return draft;
    }

    private static MessageDraft Draft(ExportedMessage message, Utf8Arena arena)
    {
        var draft = new MessageDraft
        {
            ProviderId = message.Id,
            Parent = message.ParentId,
            Role = Roles.Find(message.Role)!.Value,
            RawRole = message.RawRole,
            Model = message.Model,
            CreatedAt = Time(message.CreatedAt),
            Hidden = message.Hidden ?? false,
            Status = Statuses.Find(message.Status) ?? MessageStatus.Complete,
            Finish = message.Finish,
            Extras = arena.Add((message.SourceExtras?.Utf8 ?? default).Span),
        };
        MessageContents.Read(draft, message.Content, message.Parts, null, arena);
        return draft;
    }

    /// <summary>
    /// Its name at the provider is kept, so that a later export of the provider finds it, unless a conversation here has
    /// it already: then this one is a copy.
    /// </summary>
    private static bool SourceIsFree(DbTransaction tx, long ownerId, ExportedConversation export)
    {
        if (export.SourceId is null || export.Provider is null)
        {
            return false;
        }

        using var find = tx.Query(
            "SELECT 1 FROM conversations WHERE owner_id = ?1 AND provider = ?2 AND account = ?3 AND source_id = ?4"
        );
        return !find.Bind(1, ownerId)
            .Bind(2, export.Provider)
            .Bind(3, export.Account ?? "")
            .Bind(4, export.SourceId)
            .Step();
    }

    private static void Complete(DbTransaction tx, long id, ExportedConversation export, long? folder, bool keepsSource)
    {
        using var update = tx.Query(
            """
            UPDATE conversations SET account = ?2, source_id = ?3, folder_id = ?4, system_prompt = ?5, extra_data = ?6, parent_source_id = ?7 WHERE id = ?1
            """
        );
        update
            .Bind(1, id)
            .Bind(2, keepsSource ? export.Account ?? "" : "")
            .Bind(3, keepsSource ? export.SourceId : null)
            .Bind(4, folder);
        update.Bind(5, ConversationEdits.NullIfEmpty(export.SystemPrompt));
        ConversationEdits.BindJson(update, 6, export.ExtraData).Bind(7, export.StartedFrom).Run();
    }

    private static void Complete(DbTransaction tx, long id, ExportedMessage message, bool keepsSource)
    {
        using var update = tx.Query(
            "UPDATE messages SET favourite = ?2, reactions = ?3, extra_data = ?4, source_key = ?5 WHERE id = ?1"
        );
        update.Bind(1, id).Bind(2, message.Favourite ?? false);
        if (message.Reactions is { Count: > 0 } reactions)
        {
            update.Bind(
                3,
                JsonSerializer.SerializeToUtf8Bytes(reactions, ConversationsJson.Default.IReadOnlyListString)
            );
        }

        ConversationEdits.BindJson(update, 4, message.ExtraData);
        if (keepsSource && message.SourceKey is not null)
        {
            update.BindBlob(5, Convert.FromHexString(message.SourceKey));
        }

        update.Run();
    }

    private static string Explain(TreeOddity oddity) =>
        oddity switch
        {
            TreeOddity.UnknownParent => "a parent is not among them",
            TreeOddity.OwnParent => "one is its own parent",
            TreeOddity.Cycle => "they go round in a circle",
            TreeOddity.UnknownLeaf => "the active leaf is not among them",
            _ => "an id is there twice",
        };

    private static long? Time(string? text) =>
        text is not null && ApiTime.TryParse(text, out var micros) ? micros : null;
}
