using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;

namespace Parley.Import;

/// <summary>Takes one import out of one conversation. See <see cref="ImportUndo"/>.</summary>
internal sealed partial class ConversationUndo(
    DbTransaction tx,
    long ownerId,
    long importId,
    long conversationId,
    WriteBatch batch,
    StatsDelta stats,
    Utf8Arena arena,
    List<byte[]> orphans
)
{
    private readonly record struct Row(
        long? Parent,
        long? ImportId,
        Role Role,
        long ModelId,
        long? CreatedAt,
        int Words,
        bool Edited
    );

    private readonly Dictionary<long, Row> messages = [];
    private readonly HashSet<long> removed = [];
    private StatsDelta? uncounted;

    private StatsDelta MessageStats => uncounted ?? stats;

    public void Run()
    {
        var head = Head();
        if (head.Deleted)
        {
            uncounted = new StatsDelta(ownerId); // what lies in the bin is not counted
        }

        Load();
        var heirs = Heirs();
        PassOn(heirs);
        Remove();
        if (head.ImportId == importId && messages.Count == removed.Count && heirs.Count == 0)
        {
            DeleteConversation(head);
        }
        else
        {
            Restore(head, heirs);
        }

        Forget("DELETE FROM import_sightings WHERE import_id = ?1 AND conversation_id = ?2", conversationId);
    }

    private readonly record struct HeadRow(string Provider, long SpaceId, bool Archived, bool Deleted, long? ImportId);

    private HeadRow Head()
    {
        using var row = tx.Query(
            "SELECT provider, space_id, archived, deleted_at IS NOT NULL, import_id FROM conversations WHERE id = ?1 AND owner_id = ?2"
        );
        row.Bind(1, conversationId);
        row.Bind(2, ownerId);
        return row.Step()
            ? new HeadRow(row.Text(0)!, row.Int64(1), row.Int64(2) != 0, row.Int64(3) != 0, row.Int64OrNull(4))
            : default;
    }

    private void Load()
    {
        using var rows = tx.Query(
            "SELECT id, parent_id, import_id, role, model_id, created_at, words, edited FROM messages WHERE conversation_id = ?1"
        );
        rows.Bind(1, conversationId);
        while (rows.Step())
        {
            messages[rows.Int64(0)] = new Row(
                rows.Int64OrNull(1),
                rows.Int64OrNull(2),
                (Role)rows.Int64(3),
                rows.Int64(4),
                rows.Int64OrNull(5),
                (int)rows.Int64(6),
                rows.Bool(7)
            );
        }
    }

    /// <summary>Other imports that hold this conversation too, oldest first, with the messages they saw.</summary>
    private List<(long ImportId, SortedSet<long> Seen)> Heirs()
    {
        var heirs = new List<(long, SortedSet<long>)>();
        using var rows = tx.Query(
            "SELECT import_id, messages FROM import_sightings WHERE conversation_id = ?1 AND import_id <> ?2 ORDER BY import_id"
        );
        rows.Bind(1, conversationId);
        rows.Bind(2, importId);
        while (rows.Step())
        {
            heirs.Add((rows.Int64(0), new SortedSet<long>(IdList.Read(rows.Blob(1)))));
        }

        return heirs;
    }

    /// <summary>Messages another import holds become its own.</summary>
    private void PassOn(List<(long ImportId, SortedSet<long> Seen)> heirs)
    {
        foreach (var (heir, seen) in heirs)
        {
            var taken = seen.Where(id => messages.TryGetValue(id, out var row) && row.ImportId == importId).ToList();
            if (taken.Count == 0)
            {
                continue;
            }

            foreach (var id in taken)
            {
                Set("UPDATE messages SET import_id = ?2 WHERE id = ?1", id, heir);
                messages[id] = messages[id] with { ImportId = heir };
                seen.Remove(id);
            }

            using var write = tx.Query(
                "UPDATE import_sightings SET messages = ?3 WHERE import_id = ?1 AND conversation_id = ?2"
            );
            write.Bind(1, heir);
            write.Bind(2, conversationId);
            write.BindBlob(3, IdList.Write(seen));
            write.Run();
        }
    }

    /// <summary>What is left of the import goes, but for messages that a person edited and those that something else was built upon.</summary>
    private void Remove()
    {
        var needed = new HashSet<long>();
        foreach (var (id, row) in messages)
        {
            for (long? at = row.ImportId == importId && !row.Edited ? null : id; at is { } here && needed.Add(here); )
            {
                at = messages.TryGetValue(here, out var found) ? found.Parent : null;
            }
        }

        foreach (var (id, row) in messages)
        {
            if (row.ImportId != importId)
            {
                continue;
            }

            if (needed.Contains(id))
            {
                Set("UPDATE messages SET import_id = ?2 WHERE id = ?1", id, null);
                continue;
            }

            removed.Add(id);
            batch.Removed.Add(id);
            batch.RemovedFrom.Add(conversationId);
            RemoveAttachments(id);
            Set("DELETE FROM messages WHERE id = ?1 AND ?2 IS NULL", id, null);
        }
    }

    private void RemoveAttachments(long messageId)
    {
        using var files = tx.Query(
            "DELETE FROM attachments WHERE conversation_id = ?1 AND message_id = ?2 RETURNING blob"
        );
        files.Bind(1, conversationId);
        files.Bind(2, messageId);
        while (files.Step())
        {
            if (!files.IsNull(0))
            {
                orphans.Add(files.Blob(0).ToArray());
            }
        }
    }

    private void DeleteConversation(HeadRow head)
    {
        CountRemoved(head.Provider);
        ReleaseTags(head, "SELECT tag_id FROM conversation_tags WHERE conversation_id = ?1 AND ?2 = ?2");
        Set("DELETE FROM conversations WHERE id = ?1 AND ?2 IS NULL", conversationId, null);
        Grants.Forget(tx, IdKind.Conversation, conversationId);
        ShareLinks.Forget(tx, conversationId);
        Set("DELETE FROM import_changes WHERE row_kind = 1 AND row_id = ?1 AND ?2 IS NULL", conversationId, null);
        stats.Conversation(head.Provider, head.Archived, head.Deleted, sign: -1);
        if (!head.Deleted)
        {
            ConversationRows.AddToSpace(tx, head.SpaceId, -1);
        }

        batch.RemovedTitles.Add(conversationId);
    }

    private void Restore(HeadRow head, List<(long ImportId, SortedSet<long> Seen)> heirs)
    {
        if (head.Provider is null)
        {
            // The person deleted it for good since: there is nothing to restore.
            Forget("DELETE FROM import_changes WHERE import_id = ?1 AND row_kind = 1 AND row_id = ?2", conversationId);
            return;
        }

        CountRemoved(head.Provider);
        RestoreMessages(head.Provider);
        ReleaseTags(head, "SELECT tag_id FROM conversation_tags WHERE conversation_id = ?1 AND import_id = ?2");
        if (head.ImportId == importId)
        {
            Set(
                "UPDATE conversations SET import_id = ?2 WHERE id = ?1",
                conversationId,
                heirs.Count > 0 ? heirs[0].ImportId : null
            );
        }

        var restored = RestoreHead(head);
        Set(
            "UPDATE conversations SET message_count = ?2 WHERE id = ?1",
            conversationId,
            messages.Count - removed.Count
        );
        ActivePath.Set(tx, conversationId, restored ?? Leaf());
    }

    private void CountRemoved(string provider)
    {
        foreach (var id in removed)
        {
            var row = messages[id];
            MessageStats.Message(provider, row.ModelId, row.Role, row.CreatedAt, row.Words, sign: -1);
        }
    }

    /// <summary>The leaf of today where it stayed; otherwise its nearest ancestor that did, otherwise the last message.</summary>
    private long? Leaf()
    {
        using var row = tx.Query(
            "SELECT active_leaf_id, (SELECT id FROM messages WHERE conversation_id = ?1 ORDER BY ord DESC LIMIT 1) FROM conversations WHERE id = ?1"
        );
        row.Bind(1, conversationId);
        row.Step();
        var at = row.Int64OrNull(0);
        while (at is { } id && removed.Contains(id))
        {
            at = messages[id].Parent;
        }

        return at ?? row.Int64OrNull(1);
    }

    private void ReleaseTags(HeadRow head, string select)
    {
        var tags = new List<long>();
        using (var find = tx.Query(select))
        {
            find.Bind(1, conversationId);
            find.Bind(2, importId);
            while (find.Step())
            {
                tags.Add(find.Int64(0));
            }
        }

        foreach (var tag in tags)
        {
            Set("DELETE FROM conversation_tags WHERE conversation_id = ?1 AND tag_id = ?2", conversationId, tag);
            if (!head.Deleted)
            {
                ConversationRows.AddToTag(tx, tag, -1);
            }
        }
    }

    private void Set(string sql, long id, long? value)
    {
        using var statement = tx.Query(sql);
        statement.Bind(1, id);
        statement.Bind(2, value);
        statement.Run();
    }

    private void Forget(string sql, long rowId)
    {
        using var statement = tx.Query(sql);
        statement.Bind(1, importId);
        statement.Bind(2, rowId);
        statement.Run();
    }
}
