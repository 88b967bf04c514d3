using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>Takes messages out of the conversation that had only a copy of them; what is its own stays, linked to the original.</summary>
internal sealed class SharedMessageMove(DbTransaction tx, ConversationHead head, StatsDelta stats, WriteBatch batch)
{
    private readonly StatsDelta counted = head.InBin ? new StatsDelta(head.OwnerId) : stats;

    /// <returns>What went, with the import that had brought it.</returns>
    public List<(long ImportId, MessageKey Key)> Take(IReadOnlyDictionary<MessageKey, long> messages, string original)
    {
        var parents = ActivePath.Parents(tx, head.Id);
        var titleWasDerived = head.Title is { } title && title == FirstPrompt();
        var gone = messages.Values.ToHashSet();
        var taken = new List<(long, MessageKey)>();
        foreach (var (key, id) in messages)
        {
            if (Remove(id) is { } importId)
            {
                taken.Add((importId, key));
            }
        }

        var goesOn = Lift(parents, gone);
        if (parents.Count == 0)
        {
            LinkOthersTo(original);
            ConversationRemoval.Remove(tx, head, stats, batch);
            return taken;
        }

        Settle(parents, gone, goesOn ? original : null);
        if (titleWasDerived && FirstPrompt() is { } own)
        {
            using var rename = tx.Query("UPDATE conversations SET title = ?2 WHERE id = ?1");
            rename.Bind(1, head.Id).Bind(2, own).Run();
            batch.Titles.Add(new WrittenTitle(head.Id, head.OwnerId, head.Provider, own, IsNew: false));
        }

        return taken;
    }

    private long? Remove(long id)
    {
        batch.Removed.Add(id);
        batch.RemovedFrom.Add(head.Id);
        using (var files = tx.Query("DELETE FROM attachments WHERE conversation_id = ?1 AND message_id = ?2"))
        {
            files.Bind(1, head.Id).Bind(2, id).Run();
        }

        using var delete = tx.Query(
            "DELETE FROM messages WHERE id = ?1 RETURNING role, model_id, created_at, words, import_id"
        );
        delete.Bind(1, id).Step();
        var (role, model, at) = ((Role)delete.Int64(0), delete.Int64(1), delete.Int64OrNull(2));
        counted.Message(head.Provider, model, role, at, delete.Int32(3), sign: -1);
        return delete.Int64OrNull(4);
    }

    /// <summary>What hung on them becomes a root, or hangs on the nearest one that stays; false where nothing did.</summary>
    private bool Lift(Dictionary<long, long?> parents, HashSet<long> gone)
    {
        var any = false;
        using var update = tx.Query("UPDATE messages SET parent_id = ?2 WHERE id = ?1");
        foreach (var (id, parent) in parents.Where(p => !gone.Contains(p.Key)).ToList())
        {
            var at = parent;
            while (at is { } above && gone.Contains(above))
            {
                at = parents[above];
            }

            if (at != parent)
            {
                update.Bind(1, id).Bind(2, at).Run();
                parents[id] = at;
                any = true;
            }
        }

        foreach (var id in gone)
        {
            parents.Remove(id);
        }

        return any;
    }

    /// <summary>What went on from the copy goes on from the original.</summary>
    private void LinkOthersTo(string original)
    {
        using var update = tx.Query(
            """
            UPDATE conversations SET parent_source_id = ?3 WHERE owner_id = ?1 AND provider = ?4 AND source_id <> ?3
                AND parent_source_id = (SELECT source_id FROM conversations WHERE id = ?2)
            """
        );
        update.Bind(1, head.OwnerId).Bind(2, head.Id).Bind(3, original).Bind(4, head.Provider).Run();
    }

    private void Settle(Dictionary<long, long?> parents, HashSet<long> gone, string? original)
    {
        using (
            var update = tx.Query(
                """
                UPDATE conversations SET message_count = message_count - ?2, parent_source_id = coalesce(?3, parent_source_id), version = version + 1,
                    created_at = (SELECT min(created_at) FROM messages WHERE conversation_id = ?1) WHERE id = ?1
                """
            )
        )
        {
            update.Bind(1, head.Id).Bind(2, gone.Count).Bind(3, original).Run();
        }

        var leaf = head.Leaf is { } stays && !gone.Contains(stays) ? stays : parents.Keys.Max();
        ActivePath.Set(tx, head.Id, leaf, parents);
    }

    /// <summary>The title that a source without titles would get from the messages that are there now.</summary>
    private string? FirstPrompt()
    {
        using var rows = tx.Query(
            $"SELECT {MessageRows.DraftColumns} FROM messages m WHERE m.conversation_id = ?1 AND m.role = 1 AND m.hidden = 0 ORDER BY m.ord LIMIT 20"
        );
        rows.Bind(1, head.Id);
        using var arena = new Utf8Arena();
        while (rows.Step())
        {
            if (DraftDefaults.FirstLine(MessageRows.ReadDraft(rows, arena).Draft) is { } line)
            {
                return line;
            }
        }

        return null;
    }
}
