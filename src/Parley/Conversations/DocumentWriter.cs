using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>Writes documents that belong to no conversation: new, changed or unchanged by key and content.</summary>
internal sealed class DocumentWriter(IdSource ids)
{
    private readonly record struct Known(long Id, long Hash, long? UpdatedAt, long? ImportId);

    /// <summary>Adds what was written to the batch; the caller publishes it.</summary>
    public MergeResult Write(DbTransaction tx, DocumentDraft draft, WriteContext context, Names names, WriteBatch batch)
    {
        var hash = HashOf(draft);
        if (Find(tx, draft, context.OwnerId) is { } known)
        {
            if (known.ImportId != context.ImportId)
            {
                context.Journal?.Seen(tx, known.Id, []);
            }

            return Update(tx, draft, hash, known, context, batch);
        }

        var id = ids.Next(context.IdTime(draft.CreatedAt ?? draft.UpdatedAt ?? context.NowMicros));
        using (
            var insert = tx.Query(
                """
                INSERT INTO documents (id, owner_id, provider, source_id, folder_id, name, created_at, updated_at, text, hash, extras, import_id)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                """
            )
        )
        {
            insert.Bind(1, id);
            insert.Bind(2, context.OwnerId);
            insert.Bind(3, draft.Provider);
            insert.Bind(4, draft.ProviderId);
            insert.Bind(
                5,
                draft.ProjectId is null ? null : names.Folder(draft.Provider, draft.ProjectId, draft.ProjectName)
            );
            insert.Bind(6, draft.Name);
            insert.Bind(7, draft.CreatedAt);
            insert.Bind(8, draft.UpdatedAt);
            insert.BindText(9, draft.Text.Span);
            insert.Bind(10, hash);
            if (!draft.Extras.IsEmpty)
            {
                insert.BindText(11, draft.Extras.Span);
            }

            insert.Bind(12, context.ImportId);
            insert.Run();
        }

        batch.Documents.Add(
            new WrittenDocument(id, context.OwnerId, draft.Provider, draft.Name, draft.Text, IsNew: true)
        );
        return MergeResult.New;
    }

    private static Known? Find(DbTransaction tx, DocumentDraft draft, long ownerId)
    {
        using var find = tx.Query(
            "SELECT id, hash, updated_at, import_id FROM documents WHERE owner_id = ?1 AND provider = ?2 AND source_id = ?3"
        );
        find.Bind(1, ownerId);
        find.Bind(2, draft.Provider);
        find.Bind(3, draft.ProviderId);
        return find.Step() ? new Known(find.Int64(0), find.Int64(1), find.Int64OrNull(2), find.Int64OrNull(3)) : null;
    }

    private static MergeResult Update(
        DbTransaction tx,
        DocumentDraft draft,
        long hash,
        Known known,
        WriteContext context,
        WriteBatch batch
    )
    {
        if (known.Hash == hash || (draft.UpdatedAt ?? 0) < (known.UpdatedAt ?? 0))
        {
            return MergeResult.Unchanged;
        }

        context.Journal?.Changing(tx, ChangedRow.Document, known.Id);
        using var update = tx.Query(
            "UPDATE documents SET name = ?2, updated_at = ?3, text = ?4, hash = ?5, extras = ?6 WHERE id = ?1"
        );
        update.Bind(1, known.Id);
        update.Bind(2, draft.Name);
        update.Bind(3, draft.UpdatedAt);
        update.BindText(4, draft.Text.Span);
        update.Bind(5, hash);
        if (!draft.Extras.IsEmpty)
        {
            update.BindText(6, draft.Extras.Span);
        }

        update.Run();
        batch.Documents.Add(
            new WrittenDocument(known.Id, context.OwnerId, draft.Provider, draft.Name, draft.Text, IsNew: false)
        );
        return MergeResult.Updated;
    }

    private static long HashOf(DocumentDraft draft)
    {
        var hash = default(ContentHash);
        hash.Add(draft.Name);
        hash.Add(draft.Text.Span);
        hash.Add(draft.Extras.Span);
        return hash.Value;
    }
}
