using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Import;

/// <summary>Rows as they were before an import changed them.</summary>
internal static class ImportImages
{
    /// <summary>Takes our image of the row out; null where there is none, or a later import changed it after us: then that one's image becomes ours.</summary>
    public static string? Take(DbTransaction tx, long importId, ChangedRow kind, long rowId)
    {
        string? before;
        long turn;
        using (
            var take = tx.Query(
                "DELETE FROM import_changes WHERE import_id = ?1 AND row_kind = ?2 AND row_id = ?3 RETURNING before, turn"
            )
        )
        {
            take.Bind(1, importId).Bind(2, (long)kind).Bind(3, rowId);
            if (!take.Step())
            {
                return null;
            }

            before = take.Text(0);
            turn = take.Int64(1);
        }

        using var later = tx.Query(
            """
            UPDATE import_changes SET before = iif(before -> '$.set' IS NULL, ?3, json_set(?3, '$.set', json(before -> '$.set')))
            WHERE row_kind = ?1 AND row_id = ?2 AND import_id =
                (SELECT import_id FROM import_changes WHERE row_kind = ?1 AND row_id = ?2 AND (turn, import_id) > (?5, ?4) ORDER BY turn, import_id LIMIT 1)
            RETURNING 1
            """
        );
        later.Bind(1, (long)kind).Bind(2, rowId).Bind(3, before).Bind(4, importId).Bind(5, turn);
        return later.Step() ? null : before;
    }
}
