using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Requirements;

/// <summary>
/// Keeps the links of a document what its statements make of them, inside the transaction that changes these. What people
/// confirmed, rejected or added stays as long as both statements do. Thread-safe.
/// </summary>
internal sealed class DocumentLinks(IdSource ids, TimeProvider time)
{
    private const string NamedSql = """
        SELECT s.id FROM prd_statements s INDEXED BY prd_statements_by_name CROSS JOIN prd_documents d ON d.id = s.document_id
        WHERE s.name = ?1 AND s.document_id <> ?2 AND d.owner_id = ?3 AND d.space_id = ?4 LIMIT 2
        """;
    private const string MentionedSql = """
        SELECT m.statement_id, m.document_id, m.relation, m.confidence, m.reason, m.start, m.length FROM prd_mentions m
        CROSS JOIN prd_documents d ON d.id = m.document_id
        WHERE m.name = ?1 AND m.document_id <> ?2 AND d.owner_id = ?3 AND d.space_id = ?4 LIMIT ?5
        """;

    /// <summary>Statements of other documents that are looked at anew for one id that came or went.</summary>
    private const long MostMentions = 1_000;

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [NamedSql, MentionedSql];

    /// <summary>Makes the stored links of a document what its statements say, and those of others that name one of them.</summary>
    public void Apply(DbTransaction tx, long ownerId, long spaceId, long documentId, LinkPlan plan)
    {
        var wanted = new Dictionary<LinkKey, FoundLink>(plan.Wanted);
        foreach (var link in Foreign(tx, ownerId, spaceId, documentId, plan.Foreign))
        {
            wanted[link.Key] = link;
        }

        Store(tx, documentId, plan.Touched, wanted);
        Renamed(tx, ownerId, spaceId, documentId, plan.NamesBefore, plan.NamesNow);
    }

    /// <summary>The document goes: what others said of its statements by name waits for another that has it.</summary>
    public static void Remove(DbTransaction tx, long documentId)
    {
        using var to = tx.Query(
            "DELETE FROM prd_links WHERE to_id IN (SELECT id FROM prd_statements WHERE document_id = ?1)"
        );
        to.Bind(1, documentId).Run();
        using var from = tx.Query("DELETE FROM prd_links WHERE document_id = ?1");
        from.Bind(1, documentId).Run();
        using var mentions = tx.Query("DELETE FROM prd_mentions WHERE document_id = ?1");
        mentions.Bind(1, documentId).Run();
    }

    private void Store(DbTransaction tx, long documentId, HashSet<long> touched, Dictionary<LinkKey, FoundLink> wanted)
    {
        var micros = ApiTime.Micros(time.GetUtcNow());
        foreach (var row in LinkRows.List(tx, documentId))
        {
            if (wanted.Remove(row.Key, out var link))
            {
                // What a person added is theirs; of what was found the evidence moves with the words.
                if (row.Method != LinkMethod.Person && !row.Says(link))
                {
                    LinkRows.Update(tx, row.Id, link, micros);
                }
            }
            else if (
                row.State == LinkState.Found
                && (IsByName(row.Method) || touched.Contains(row.From) || touched.Contains(row.To))
            )
            {
                LinkRows.Delete(tx, row.Id);
            }
        }

        foreach (var link in wanted.Values)
        {
            LinkRows.Insert(tx, ids.Next(micros / 1000), documentId, link, LinkState.Found, null, micros);
        }
    }

    /// <summary>Links to statements of other documents of the space, and what is named and not there yet.</summary>
    private static List<FoundLink> Foreign(
        DbTransaction tx,
        long ownerId,
        long spaceId,
        long documentId,
        IReadOnlyList<(long From, Mention Mention)> foreign
    )
    {
        using (var clear = tx.Query("DELETE FROM prd_mentions WHERE document_id = ?1"))
        {
            clear.Bind(1, documentId).Run();
        }

        var links = new List<FoundLink>();
        using var insert = tx.Query(
            """
            INSERT OR IGNORE INTO prd_mentions (statement_id, name, document_id, relation, confidence, reason, start, length)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """
        );
        var known = new Dictionary<string, long?>(StringComparer.Ordinal);
        foreach (var (from, mention) in foreign)
        {
            insert.Bind(1, from).Bind(2, mention.Name).Bind(3, documentId).Bind(4, (long)mention.Relation);
            insert
                .Bind(5, mention.Confidence)
                .Bind(6, mention.Reason)
                .Bind(7, mention.At)
                .Bind(8, mention.Length)
                .Run();
            insert.Reset();
            if (!known.TryGetValue(mention.Name, out var to))
            {
                known[mention.Name] = to = Named(tx, ownerId, spaceId, documentId, mention.Name);
            }

            if (to is { } there)
            {
                links.Add(LinkFinder.Of(from, there, mention));
            }
        }

        return links;
    }

    /// <summary>The one statement of that name in the other documents of a space; null: there is none, or there are several.</summary>
    private static long? Named(DbSession session, long ownerId, long spaceId, long besides, string name)
    {
        using var rows = session.Query(NamedSql);
        rows.Bind(1, name).Bind(2, besides).Bind(3, ownerId).Bind(4, spaceId);
        return rows.Step() && rows.Int64(0) is var id && !rows.Step() ? id : null;
    }

    /// <summary>Ids that came to this document or went from it: who names them in other documents is linked anew.</summary>
    private void Renamed(
        DbTransaction tx,
        long ownerId,
        long spaceId,
        long documentId,
        IReadOnlyDictionary<string, long> before,
        IReadOnlyDictionary<string, long> now
    )
    {
        foreach (var (name, id) in now)
        {
            if (!before.TryGetValue(name, out var was) || was != id)
            {
                Relink(tx, ownerId, spaceId, documentId, name);
            }
        }

        foreach (var name in before.Keys)
        {
            if (!now.ContainsKey(name))
            {
                Relink(tx, ownerId, spaceId, documentId, name);
            }
        }
    }

    private void Relink(DbTransaction tx, long ownerId, long spaceId, long documentId, string name)
    {
        var mentions = new List<(long From, long Document, Mention Mention)>();
        using (var rows = tx.Query(MentionedSql))
        {
            rows.Bind(1, name).Bind(2, documentId).Bind(3, ownerId).Bind(4, spaceId).Bind(5, MostMentions);
            while (rows.Step())
            {
                var mention = new Mention(
                    name,
                    (LinkRelation)rows.Int32(2),
                    rows.Double(3),
                    rows.Text(4)!,
                    rows.Int32(5),
                    rows.Int32(6)
                );
                mentions.Add((rows.Int64(0), rows.Int64(1), mention));
            }
        }

        var micros = ApiTime.Micros(time.GetUtcNow());
        foreach (var (from, document, mention) in mentions)
        {
            var to = Named(tx, ownerId, spaceId, document, name);
            using (
                var stale = tx.Query(
                    """
                    DELETE FROM prd_links WHERE from_id = ?1 AND relation = ?2 AND method = 0 AND state = 0 AND to_id <> ?3 AND to_id IN
                        (SELECT id FROM prd_statements WHERE document_id = ?4 AND name = ?5)
                    """
                )
            )
            {
                stale
                    .Bind(1, from)
                    .Bind(2, (long)mention.Relation)
                    .Bind(3, to ?? 0)
                    .Bind(4, documentId)
                    .Bind(5, name)
                    .Run();
            }

            if (to is { } there && !IsThere(tx, from, there, mention.Relation))
            {
                LinkRows.Insert(
                    tx,
                    ids.Next(micros / 1000),
                    document,
                    LinkFinder.Of(from, there, mention),
                    LinkState.Found,
                    null,
                    micros
                );
            }
        }
    }

    private static bool IsThere(DbSession session, long from, long to, LinkRelation relation)
    {
        using var row = session.Query("SELECT 1 FROM prd_links WHERE from_id = ?1 AND relation = ?2 AND to_id = ?3");
        return row.Bind(1, from).Bind(2, (long)relation).Bind(3, to).Step();
    }

    private static bool IsByName(LinkMethod method) => method is LinkMethod.Reference or LinkMethod.Phrase;
}
