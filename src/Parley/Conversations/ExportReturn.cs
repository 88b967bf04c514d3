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
        Complete(tx, id, export, keepsSource);
        foreach (var message in prepared.Messages)
        {
            KeepKey(tx, message.Id, sources[message.Draft], keepsSource);
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
        draft.ParentConversationId = export.StartedFrom;
        draft.Own = new OwnFields(export.Space, export.Folder, export.SystemPrompt, Given(export.ExtraData));
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
            Own = new OwnMarks(
                message.Favourite ?? false,
                message.Pinned ?? false,
                message.Reactions is { Count: > 0 } reactions
                    ? JsonSerializer.SerializeToUtf8Bytes(reactions, ConversationsJson.Default.IReadOnlyListString)
                    : default,
                Given(message.ExtraData)
            ),
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

    private static void Complete(DbTransaction tx, long id, ExportedConversation export, bool keepsSource)
    {
        if (keepsSource)
        {
            using var update = tx.Query("UPDATE conversations SET account = ?2, source_id = ?3 WHERE id = ?1");
            update.Bind(1, id).Bind(2, export.Account ?? "").Bind(3, export.SourceId).Run();
        }
    }

    private static void KeepKey(DbTransaction tx, long id, ExportedMessage message, bool keepsSource)
    {
        if (keepsSource && message.SourceKey is not null)
        {
            using var update = tx.Query("UPDATE messages SET source_key = ?2 WHERE id = ?1");
            update.Bind(1, id).BindBlob(2, Convert.FromHexString(message.SourceKey));
            update.Run();
        }
    }

    /// <summary>An empty object says nothing.</summary>
    private static ReadOnlyMemory<byte> Given(RawJson? json) =>
        json is { Utf8.Length: > 2 } given ? given.Utf8 : default;

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
