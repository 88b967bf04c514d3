using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>
/// Gives an owner's conversations and documents to another, part by part, with what counts and finds them. They keep
/// their ids. One that the heir has from the same export already stays a conversation of its own, under another account.
/// </summary>
internal sealed class ContentHandover(DbTransaction tx, long from, long to, WriteBatch batch, Utf8Arena arena)
{
    private const int DocumentsPerWrite = 50;

    /// <summary>False where nothing was left to hand over.</summary>
    public bool Run(IReadOnlyList<ConversationHead> heads)
    {
        var (before, after) = (new StatsDelta(from), new StatsDelta(to));
        foreach (var head in heads)
        {
            Move(head, before, after);
        }

        before.Write(tx);
        after.Write(tx);
        if (heads.Count > 0 || MoveDocuments())
        {
            return true;
        }

        // Which copies of a resumed session are where: the heir's own knowledge goes first.
        using var shared = tx.Query("UPDATE OR IGNORE shared_messages SET owner_id = ?2 WHERE owner_id = ?1");
        shared.Bind(1, from).Bind(2, to).Run();
        return false;
    }

    private void Move(ConversationHead head, StatsDelta before, StatsDelta after)
    {
        ShareLinks.Forget(tx, head.Id); // the heir did not show it to anybody
        before.Conversation(head.Provider, head.Archived, head.InBin, sign: -1);
        after.Conversation(head.Provider, head.Archived, head.InBin);
        if (!head.InBin)
        {
            head.CountMessages(tx, before, -1);
            head.CountMessages(tx, after, 1);
        }

        using (
            var update = tx.Query(
                """
                UPDATE conversations SET owner_id = ?2, version = version + 1,
                    account = CASE WHEN source_id IS NOT NULL AND EXISTS (SELECT 1 FROM conversations x
                        WHERE x.owner_id = ?2 AND x.provider = conversations.provider AND x.account = conversations.account AND x.source_id = conversations.source_id)
                        THEN account || ' ' || ?3 ELSE account END
                WHERE id = ?1
                """
            )
        )
        {
            update.Bind(1, head.Id).Bind(2, to).Bind(3, Identity.UserId.Format(from)).Run();
        }

        batch.Titles.Add(new WrittenTitle(head.Id, to, head.Provider, head.Title, IsNew: false));
        using var rows = tx.Query($"SELECT {MessageRows.DraftColumns} FROM messages m WHERE m.conversation_id = ?1");
        rows.Bind(1, head.Id);
        while (rows.Step())
        {
            var (id, _, draft) = MessageRows.ReadDraft(rows, arena);
            batch.Replaced.Add(new WrittenMessage(id, head.Id, to, head.Provider, draft));
        }
    }

    private bool MoveDocuments()
    {
        using var rows = tx.Query(
            """
            UPDATE documents SET owner_id = ?2,
                source_id = CASE WHEN EXISTS (SELECT 1 FROM documents x
                    WHERE x.owner_id = ?2 AND x.provider = documents.provider AND x.source_id = documents.source_id)
                    THEN source_id || ' ' || ?3 ELSE source_id END
            WHERE id IN (SELECT id FROM documents WHERE owner_id = ?1 LIMIT ?4)
            RETURNING id, provider, name, text
            """
        );
        rows.Bind(1, from).Bind(2, to).Bind(3, Identity.UserId.Format(from)).Bind(4, DocumentsPerWrite);
        while (rows.Step())
        {
            batch.Documents.Add(
                new WrittenDocument(
                    rows.Int64(0),
                    to,
                    rows.Text(1)!,
                    rows.Text(2),
                    arena.Add(rows.Utf8(3)),
                    IsNew: false
                )
            );
        }

        return batch.Documents.Count > 0;
    }
}
