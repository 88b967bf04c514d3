using Parley.Kernel;

namespace Parley.Requirements;

/// <summary>A link as it is stored.</summary>
internal sealed record LinkRow(
    long Id,
    long From,
    long To,
    LinkRelation Relation,
    LinkMethod Method,
    double Confidence,
    string Reason,
    int At,
    int Length,
    LinkState State
)
{
    public LinkKey Key => new(From, To, Relation);

    public bool Says(FoundLink link) =>
        Method == link.Method
        && Confidence == link.Confidence
        && Reason == link.Reason
        && At == link.At
        && Length == link.Length;
}

/// <summary>The rows of links; callers have made sure of the owner.</summary>
internal static class LinkRows
{
    public const string Columns =
        "id, from_id, to_id, relation, method, confidence, reason, evidence_start, evidence_length, state";

    private const string OfDocumentSql = $"SELECT {Columns} FROM prd_links WHERE document_id = ?1 ORDER BY id";

    /// <summary>Those that begin in a document.</summary>
    public static List<LinkRow> List(DbSession session, long documentId)
    {
        using var rows = session.Query(OfDocumentSql);
        rows.Bind(1, documentId);
        var all = new List<LinkRow>();
        while (rows.Step())
        {
            all.Add(Read(rows));
        }

        return all;
    }

    public static LinkRow Read(DbStatement row) =>
        new(
            row.Int64(0),
            row.Int64(1),
            row.Int64(2),
            (LinkRelation)row.Int32(3),
            (LinkMethod)row.Int32(4),
            row.Double(5),
            row.Text(6)!,
            row.Int32(7),
            row.Int32(8),
            (LinkState)row.Int32(9)
        );

    public static void Insert(
        DbTransaction tx,
        long id,
        long documentId,
        FoundLink link,
        LinkState state,
        long? by,
        long now
    )
    {
        using var insert = tx.Query(
            """
            INSERT INTO prd_links (id, document_id, from_id, to_id, relation, method, confidence, reason, evidence_start, evidence_length, state,
                decided_by, updated_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """
        );
        insert.Bind(1, id).Bind(2, documentId).Bind(3, link.From).Bind(4, link.To).Bind(5, (long)link.Relation);
        insert.Bind(6, (long)link.Method).Bind(7, link.Confidence).Bind(8, link.Reason).Bind(9, link.At);
        insert.Bind(10, link.Length).Bind(11, (long)state).Bind(12, by).Bind(13, now).Run();
    }

    public static void Update(DbTransaction tx, long id, FoundLink link, long now)
    {
        using var update = tx.Query(
            """
            UPDATE prd_links SET method = ?2, confidence = ?3, reason = ?4, evidence_start = ?5, evidence_length = ?6, updated_at = ?7
            WHERE id = ?1
            """
        );
        update.Bind(1, id).Bind(2, (long)link.Method).Bind(3, link.Confidence).Bind(4, link.Reason).Bind(5, link.At);
        update.Bind(6, link.Length).Bind(7, now).Run();
    }

    public static void Decide(DbTransaction tx, long id, LinkState state, long by, long now)
    {
        using var update = tx.Query("UPDATE prd_links SET state = ?2, decided_by = ?3, updated_at = ?4 WHERE id = ?1");
        update.Bind(1, id).Bind(2, (long)state).Bind(3, by).Bind(4, now).Run();
    }

    public static void Delete(DbTransaction tx, long id)
    {
        using var delete = tx.Query("DELETE FROM prd_links WHERE id = ?1");
        delete.Bind(1, id).Run();
    }

    /// <summary>Those of a statement that is gone, and what it named.</summary>
    public static void Forget(DbTransaction tx, long statementId)
    {
        using var from = tx.Query("DELETE FROM prd_links WHERE from_id = ?1");
        from.Bind(1, statementId).Run();
        using var to = tx.Query("DELETE FROM prd_links WHERE to_id = ?1");
        to.Bind(1, statementId).Run();
        using var mentions = tx.Query("DELETE FROM prd_mentions WHERE statement_id = ?1");
        mentions.Bind(1, statementId).Run();
    }
}
