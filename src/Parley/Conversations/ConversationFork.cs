using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Conversations;

/// <summary>Copies a path or the whole tree of a conversation into a new one of one's own. Thread-safe.</summary>
internal sealed class ConversationFork(
    IdempotentWrites writes,
    ConversationEdits edits,
    MessageWriter writer,
    IdSource ids
)
{
    private const string CopySql = """
        INSERT INTO messages (id, conversation_id, parent_id, ord, active, role, status, hidden, favourite, pinned, created_at, model_id, text, parts, extras,
            extra_data, hash, words)
        SELECT ?2, ?3, ?4, ?5, ?6, role, status, hidden, favourite, pinned, created_at, model_id, text, parts, extras, extra_data, hash, words
        FROM messages WHERE id = ?1
        """;

    public Task<StoredAnswer> RunAsync(
        Caller caller,
        long id,
        ForkConversation request,
        ReadOnlyMemory<byte> body,
        IdempotencyKey key,
        CancellationToken ct
    ) => writes.RunAsync(caller.OwnerId, key, body, tx => Fork(tx, caller.OwnerId, id, request), ct);

    private StoredAnswer Fork(DbTransaction tx, long ownerId, long id, ForkConversation request)
    {
        var from = ConversationAccess.GetLive(tx, ownerId, id, Rights.Read);
        var view = ConversationAccess.Read(tx, ownerId, id)!;
        var created = edits.Create(
            tx,
            ownerId,
            new CreateConversation
            {
                Title = request.Title ?? view.Title,
                Space = view.Shared is null ? view.Space : null,
                Tags = view.Tags,
                Model = view.Model,
                SystemPrompt = view.SystemPrompt,
                Folder = view.Folder?.Id,
                ExtraData = view.ExtraData,
            },
            startedFrom: view.Id
        );
        Copy(tx, from, ConversationHead.Get(tx, ownerId, created), Messages(tx, from, request), request.Tree == true);
        return ConversationEdits.Created(tx, ownerId, created);
    }

    /// <summary>Ids to copy, parents before children.</summary>
    private static List<(long Id, long? Parent)> Messages(
        DbTransaction tx,
        ConversationHead from,
        ForkConversation request
    )
    {
        var all = new List<(long Id, long? Parent)>();
        using (var rows = tx.Query("SELECT id, parent_id FROM messages WHERE conversation_id = ?1 ORDER BY ord"))
        {
            rows.Bind(1, from.Id);
            while (rows.Step())
            {
                all.Add((rows.Int64(0), rows.Int64OrNull(1)));
            }
        }

        if (request.Tree == true)
        {
            return all;
        }

        var parents = all.ToDictionary(m => m.Id, m => m.Parent);
        var path = new HashSet<long>();
        for (var at = End(parents, from, request.MessageId); at is { } id && path.Add(id); )
        {
            at = parents.GetValueOrDefault(id);
        }

        return [.. all.Where(m => path.Contains(m.Id))];
    }

    private static long? End(Dictionary<long, long?> parents, ConversationHead from, string? messageId)
    {
        if (messageId is null)
        {
            return from.Leaf;
        }

        return Ids.TryParse(messageId, IdKind.Message, out var id) && parents.ContainsKey(id)
            ? id
            : throw QueryReader.Invalid("message_id", "is no message of this conversation");
    }

    private void Copy(
        DbTransaction tx,
        ConversationHead from,
        ConversationHead to,
        List<(long Id, long? Parent)> messages,
        bool tree
    )
    {
        var copies = new Dictionary<long, long>(messages.Count);
        var batch = new WriteBatch();
        using var arena = new Utf8Arena();
        for (var i = 0; i < messages.Count; i++)
        {
            var (id, parent) = messages[i];
            copies[id] = ids.Next(Ids.UnixMs(id));
            using (var copy = tx.Query(CopySql))
            {
                copy.Bind(1, id)
                    .Bind(2, copies[id])
                    .Bind(3, to.Id)
                    .Bind(4, parent is { } known ? copies[known] : null)
                    .Bind(5, i)
                    .Bind(6, !tree)
                    .Run();
            }

            CopyFiles(tx, from.Id, id, to.Id, copies[id]);
            batch.Added.Add(Written(tx, to, copies[id], arena));
        }

        using (var update = tx.Query("UPDATE conversations SET message_count = ?2, next_ord = ?2 WHERE id = ?1"))
        {
            update.Bind(1, to.Id).Bind(2, messages.Count).Run();
        }

        var leaf =
            tree ? from.Leaf
            : messages.Count > 0 ? messages[^1].Id
            : null;
        ActivePath.Set(tx, to.Id, leaf is { } end ? copies[end] : null);
        var stats = new StatsDelta(to.OwnerId);
        to.CountMessages(tx, stats, 1);
        stats.Write(tx);
        writer.Publish(tx, batch);
    }

    /// <summary>Attachments get rows of their own over the same bytes; the parts name the new ids.</summary>
    private void CopyFiles(
        DbTransaction tx,
        long fromConversation,
        long fromMessage,
        long toConversation,
        long toMessage
    )
    {
        var files = new List<long>();
        using (var rows = tx.Query("SELECT id FROM attachments WHERE conversation_id = ?1 AND message_id = ?2"))
        {
            rows.Bind(1, fromConversation).Bind(2, fromMessage);
            while (rows.Step())
            {
                files.Add(rows.Int64(0));
            }
        }

        foreach (var file in files)
        {
            var copy = ids.Next(Ids.UnixMs(file));
            using var insert = tx.Query(
                """
                INSERT INTO attachments (id, message_id, conversation_id, name, media_type, size, blob, source_ref)
                SELECT ?2, ?3, ?4, name, media_type, size, blob, source_ref FROM attachments WHERE id = ?1
                """
            );
            insert.Bind(1, file).Bind(2, copy).Bind(3, toMessage).Bind(4, toConversation).Run();
            using var rename = tx.Query("UPDATE messages SET parts = replace(parts, ?2, ?3) WHERE id = ?1");
            rename
                .Bind(1, toMessage)
                .Bind(2, Ids.Format(file, IdKind.File))
                .Bind(3, Ids.Format(copy, IdKind.File))
                .Run();
        }
    }

    private static WrittenMessage Written(DbTransaction tx, ConversationHead to, long id, Utf8Arena arena)
    {
        using var row = tx.Query($"SELECT {MessageRows.DraftColumns} FROM messages m WHERE m.id = ?1");
        row.Bind(1, id).Step();
        return new WrittenMessage(id, to.Id, to.OwnerId, to.Provider, MessageRows.ReadDraft(row, arena).Draft);
    }
}
