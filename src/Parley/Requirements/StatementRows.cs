using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Requirements;

/// <summary>A statement as it is stored.</summary>
/// <param name="Type">What the rules say.</param>
/// <param name="Chosen">What a person says; null: nothing.</param>
internal sealed record StatementRow(
    long Id,
    long? ParentId,
    MatchedText Match,
    StatementForm Form,
    StatementType Type,
    StatementType? Chosen
)
{
    /// <param name="known">One that says the same is the same.</param>
    public LinkNode ToNode(LinkNode? known) =>
        known is not null && known.IsAs(Match.Text, Match.Name, Chosen ?? Type, Form, ParentId)
            ? known
            : LinkNode.Of(Id, Match, Chosen ?? Type, Form, ParentId);
}

/// <summary>The rows of statements; callers have made sure of the owner.</summary>
internal static class StatementRows
{
    /// <summary>In reading order.</summary>
    public static List<StatementRow> List(DbSession session, long documentId)
    {
        using var rows = session.Query(
            "SELECT id, parent_id, name, text, form, type, chosen_type FROM prd_statements WHERE document_id = ?1 ORDER BY ord"
        );
        rows.Bind(1, documentId);
        var all = new List<StatementRow>();
        while (rows.Step())
        {
            all.Add(
                new StatementRow(
                    rows.Int64(0),
                    rows.Int64OrNull(1),
                    MatchedText.Of(rows.Text(3)!, rows.Text(2)),
                    (StatementForm)rows.Int32(4),
                    (StatementType)rows.Int32(5),
                    rows.IsNull(6) ? null : (StatementType)rows.Int32(6)
                )
            );
        }

        return all;
    }

    /// <summary>The id of each statement of a text, in reading order: the former one's where it was found again.</summary>
    /// <param name="found">For each new statement the place of the former one, or -1.</param>
    public static long[] Identify(List<StatementRow> former, int[] found, IdSource ids, long milliseconds)
    {
        var all = new long[found.Length];
        for (var i = 0; i < found.Length; i++)
        {
            all[i] = found[i] >= 0 ? former[found[i]].Id : ids.Next(milliseconds);
        }

        return all;
    }

    /// <summary>Puts the statements of a text in place of the former ones. Those that were found again keep what people chose for them.</summary>
    /// <param name="all">Their ids, as <see cref="Identify"/> gives them.</param>
    public static void Replace(
        DbTransaction tx,
        long documentId,
        PreparedText text,
        List<StatementRow> former,
        int[] found,
        long[] all,
        long now
    )
    {
        var kept = new HashSet<long>(all);
        using (var delete = tx.Query("DELETE FROM prd_statements WHERE id = ?1"))
        {
            foreach (var row in former)
            {
                if (!kept.Contains(row.Id))
                {
                    delete.Bind(1, row.Id).Run();
                    delete.Reset();
                    LinkRows.Forget(tx, row.Id);
                }
            }
        }

        Write(tx, documentId, text, found, all, now);
    }

    private static void Write(DbTransaction tx, long documentId, PreparedText text, int[] found, long[] all, long now)
    {
        using var insert = tx.Query(
            """
            INSERT INTO prd_statements (id, document_id, ord, parent_id, form, level, start, length, char_start, char_length, name, type,
                confidence, reason, priority, status, updated_at, text)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
            """
        );
        // Most are what they were and stand elsewhere: that touches no index.
        using var move = tx.Query(
            """
            UPDATE prd_statements SET start = ?7, char_start = ?9
            WHERE id = ?1 AND document_id = ?2 AND ord = ?3 AND parent_id IS ?4 AND form = ?5 AND level = ?6 AND length = ?8 AND char_length = ?10
                AND name IS ?11 AND type = ?12 AND confidence = ?13 AND reason = ?14 AND priority = ?15 AND status = ?16 AND text = ?18
            """
        );
        using var update = tx.Query(
            """
            UPDATE prd_statements SET ord = ?3, parent_id = ?4, form = ?5, level = ?6, start = ?7, length = ?8, char_start = ?9, char_length = ?10,
                name = ?11, type = ?12, confidence = ?13, reason = ?14, priority = ?15, status = ?16, text = ?18,
                revision = revision + (text <> ?18 OR type <> ?12), updated_at = CASE WHEN text <> ?18 THEN ?17 ELSE updated_at END
            WHERE id = ?1 AND document_id = ?2
            """
        );
        for (var i = 0; i < all.Length; i++)
        {
            if (found[i] < 0)
            {
                Run(insert, i);
            }
            else if (Run(move, i) == 0)
            {
                Run(update, i);
            }
        }

        long Run(DbStatement row, int i)
        {
            var one = text.Statements[i];
            row.Bind(1, all[i]).Bind(2, documentId).Bind(3, i);
            row.Bind(4, one.Place.Parent >= 0 ? all[one.Place.Parent] : null as long?);
            row.Bind(5, (long)one.Place.Form).Bind(6, one.Place.Level).Bind(7, one.ByteStart).Bind(8, one.ByteLength);
            row.Bind(9, one.Place.Start).Bind(10, one.Place.Length).Bind(11, one.Place.Name);
            row.Bind(12, (long)one.Typed.Type).Bind(13, one.Typed.Confidence).Bind(14, one.Typed.Reason);
            row.Bind(15, (long)one.Typed.Priority).Bind(16, (long)one.Typed.Status).Bind(17, now);
            row.Bind(18, one.Match.Text).Run();
            row.Reset();
            return tx.Changes;
        }
    }

    public static void RemoveAll(DbTransaction tx, long documentId)
    {
        using var delete = tx.Query("DELETE FROM prd_statements WHERE document_id = ?1");
        delete.Bind(1, documentId).Run();
    }
}
