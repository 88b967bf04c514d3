using System.Text.Json;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Conversations;

/// <summary>What a person does to messages. Each call is one transaction, answered when it is committed. Thread-safe.</summary>
internal sealed class MessageEdits(
    Db db,
    IdempotentWrites writes,
    OwnMessages own,
    MessageWriter writer,
    EventBus events,
    TimeProvider time
)
{
    public Task<StoredAnswer> AddAsync(
        Caller caller,
        long conversationId,
        Body<AddMessage> body,
        IdempotencyKey key,
        CancellationToken ct
    ) => writes.RunAsync(caller.OwnerId, key, body.Utf8, tx => Add(tx, caller.OwnerId, conversationId, body.Value), ct);

    public Task<MessageView> ChangeAsync(
        Caller caller,
        long conversationId,
        long id,
        ChangeMessage change,
        IfMatch match,
        CancellationToken ct
    ) =>
        db.WriteAsync(
            tx =>
            {
                var head = ConversationAccess.GetLive(tx, caller.OwnerId, conversationId, Rights.Write);
                match.Require(head.Version);
                Require(tx, conversationId, id);
                Mark(tx, head, id, change);
                ConversationChanged.Tell(tx, events, head);
                var changed = change.HasContent ? Edit(tx, head, id, change) : id;
                return MessageReads.Find(tx, conversationId, changed)!;
            },
            ct
        );

    /// <summary>Takes a message away. What answers it moves up to its parent, or goes too.</summary>
    /// <param name="branch">Everything below it goes with it.</param>
    public Task DeleteAsync(
        Caller caller,
        long conversationId,
        long id,
        bool branch,
        IfMatch match,
        CancellationToken ct
    ) =>
        db.WriteEssentialAsync(
            tx =>
            {
                var head = ConversationAccess.GetOwn(tx, caller.OwnerId, conversationId).RequireLive();
                match.Require(head.Version);
                Require(tx, conversationId, id);
                var now = ApiTime.Micros(time.GetUtcNow());
                new MessageRemoval(tx, head, writer, now).Run(id, branch);
                OwnMessages.Touch(tx, head, now);
                ConversationChanged.Tell(tx, events, head);
            },
            ct
        );

    private StoredAnswer Add(DbTransaction tx, long callerId, long conversationId, AddMessage request)
    {
        var head = ConversationAccess.GetLive(tx, callerId, conversationId, Rights.Write);
        var parent = request.ParentId is null ? head.Leaf : Parent(tx, conversationId, request.ParentId);
        using var arena = new Utf8Arena();
        var draft = new MessageDraft
        {
            Role = Roles.Find(request.Role)!.Value,
            Model = request.Model,
            Hidden = request.Hidden ?? false,
        };
        MessageContents.Read(draft, request.Content, request.Parts, request.Sources, arena);
        var id = own.Add(tx, head, draft, parent, arena, request.ExtraData);
        var view = MessageReads.Find(tx, conversationId, id)!;
        return StoredAnswer.Of(
            view,
            ConversationsJson.Default.MessageView,
            StatusCodes.Status201Created,
            $"/api/conversations/{ConversationId.Format(conversationId)}/messages/{view.Id}"
        );
    }

    private static long Parent(DbTransaction tx, long conversationId, string text)
    {
        if (Ids.TryParse(text, IdKind.Message, out var id) && Exists(tx, conversationId, id))
        {
            return id;
        }

        throw QueryReader.Invalid("parent_id", "is no message of this conversation");
    }

    private static void Require(DbTransaction tx, long conversationId, long id)
    {
        if (!Exists(tx, conversationId, id))
        {
            throw new ProblemException(ProblemCodes.NotFound, "there is no such message");
        }
    }

    private static bool Exists(DbTransaction tx, long conversationId, long id)
    {
        using var find = tx.Query("SELECT 1 FROM messages WHERE id = ?1 AND conversation_id = ?2");
        return find.Bind(1, id).Bind(2, conversationId).Step();
    }

    private static void Mark(DbTransaction tx, ConversationHead head, long id, ChangeMessage change)
    {
        if (change.Favourite is { } favourite)
        {
            using var update = tx.Query("UPDATE messages SET favourite = ?2 WHERE id = ?1");
            update.Bind(1, id).Bind(2, favourite).Run();
        }

        if (change.Pinned is { } pinned)
        {
            using var update = tx.Query("UPDATE messages SET pinned = ?2 WHERE id = ?1");
            update.Bind(1, id).Bind(2, pinned).Run();
        }

        if (change.Reactions is { } reactions)
        {
            using var update = tx.Query("UPDATE messages SET reactions = ?2 WHERE id = ?1");
            update.Bind(1, id);
            if (reactions.Count > 0)
            {
                update.Bind(
                    2,
                    JsonSerializer.SerializeToUtf8Bytes(reactions, ConversationsJson.Default.IReadOnlyListString)
                );
            }

            update.Run();
        }

        if (!change.HasContent || change.InPlace == true)
        {
            OwnMessages.SetExtraData(tx, id, change.ExtraData);
        }

        using var touch = tx.Query("UPDATE conversations SET version = version + 1 WHERE id = ?1");
        touch.Bind(1, head.Id).Run();
    }

    private long Edit(DbTransaction tx, ConversationHead head, long id, ChangeMessage change)
    {
        using var arena = new Utf8Arena();
        var (old, parent) = ReadDraft(tx, id, arena);
        var draft = new MessageDraft
        {
            Role = old.Role,
            Model = old.Model,
            Hidden = old.Hidden,
            CreatedAt = change.InPlace == true ? old.CreatedAt : null,
        };
        MessageContents.Read(draft, change.Content, change.Parts, null, arena);
        if (change.Parts is null)
        {
            // New words leave the files and sources of the message where they are: before what was said, or behind it.
            var words = Math.Max(0, old.Parts.FindIndex(p => p.Kind == PartKind.Text));
            draft.Parts.InsertRange(0, old.Parts.Take(words).Where(Stays));
            draft.Parts.AddRange(old.Parts.Skip(words).Where(Stays));
        }

        if (change.InPlace != true)
        {
            return own.Add(tx, head, draft, parent, arena, change.ExtraData);
        }

        own.Replace(tx, head, id, draft, arena);
        if (change.HasContent)
        {
            ActivePath.Set(tx, head.Id, head.Leaf);
        }

        return id;
    }

    private static bool Stays(PartDraft part) => part.Attachment is not null || part.Kind == PartKind.Citation;

    private static (MessageDraft Draft, long? Parent) ReadDraft(DbTransaction tx, long id, Utf8Arena arena)
    {
        using var row = tx.Query($"SELECT {MessageRows.DraftColumns}, m.parent_id FROM messages m WHERE m.id = ?1");
        row.Bind(1, id).Step();
        return (MessageRows.ReadDraft(row, arena).Draft, row.Int64OrNull(9));
    }
}
