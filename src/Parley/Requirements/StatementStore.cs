using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Requirements;

/// <summary>The statements of documents, as their owners see them. Thread-safe.</summary>
internal sealed class StatementStore(
    Db db,
    DocumentLinks links,
    DocumentTurns turns,
    KeptStatements kept,
    TimeProvider time
)
{
    /// <summary>In reading order; null where there is no such document.</summary>
    public Task<Page<StatementView>?> ListAsync(
        long ownerId,
        long documentId,
        StatementFilter filter,
        PageRequest page,
        CancellationToken ct
    ) =>
        db.ReadAsync(
            session =>
                RequirementReads.Find(session, ownerId, documentId) is null
                    ? null
                    : StatementReads.Page(session, ownerId, documentId, filter, page),
            ct
        );

    public Task<StatementView?> FindAsync(long ownerId, long id, CancellationToken ct) =>
        db.ReadAsync(session => StatementReads.Find(session, ownerId, id), ct);

    /// <summary>Keeps a person's choice; null where there is no such statement.</summary>
    /// <exception cref="ProblemException">412: it was changed since.</exception>
    public async Task<StatementView?> ChangeAsync(
        long ownerId,
        long id,
        ChangeStatement change,
        IfMatch match,
        CancellationToken ct
    )
    {
        if (await FindAsync(ownerId, id, ct) is not { } known)
        {
            return null;
        }

        var document = Ids.TryParse(known.DocumentId, IdKind.Requirements, out var of) ? of : 0;
        using var turn = await turns.TakeAsync(document, ct);
        var rows = change.Type is null
            ? null
            : await db.ReadAsync(session => StatementRows.List(session, document), ct);
        var plan = rows is null
            ? null
            : Plan(rows, kept.Find(document)?.Nodes, id, Place(StatementKinds.Types, change.Type));
        return await db.WriteAsync(tx => Change(tx, ownerId, id, change, match, document, plan), ct);
    }

    private StatementView? Change(
        DbTransaction tx,
        long ownerId,
        long id,
        ChangeStatement change,
        IfMatch match,
        long document,
        LinkPlan? plan
    )
    {
        if (
            StatementReads.Find(tx, ownerId, id) is not { } before
            || RequirementReads.Find(tx, ownerId, document) is not { } of
        )
        {
            return null;
        }

        match.Require(before.Revision);
        using (
            var update = tx.Query(
                """
                UPDATE prd_statements SET chosen_type = CASE WHEN ?2 THEN ?3 ELSE chosen_type END,
                    chosen_priority = CASE WHEN ?4 THEN ?5 ELSE chosen_priority END,
                    chosen_status = CASE WHEN ?6 THEN ?7 ELSE chosen_status END, revision = revision + 1, updated_at = ?8
                WHERE id = ?1
                """
            )
        )
        {
            update.Bind(1, id);
            update.Bind(2, change.Type is not null).Bind(3, Place(StatementKinds.Types, change.Type));
            update.Bind(4, change.Priority is not null);
            update.Bind(5, Place(StatementKinds.Priorities, change.Priority));
            update.Bind(6, change.Status is not null).Bind(7, Place(StatementKinds.Statuses, change.Status));
            update.Bind(8, ApiTime.Micros(time.GetUtcNow())).Run();
        }

        if (plan is not null)
        {
            var space = Ids.TryParse(of.SpaceId, IdKind.Space, out var known) ? known : 0;
            links.Apply(tx, ownerId, space, document, plan);
        }

        return StatementReads.Find(tx, ownerId, id);
    }

    /// <summary>What another type of one statement makes of the links.</summary>
    private static LinkPlan Plan(
        List<StatementRow> rows,
        IReadOnlyDictionary<long, LinkNode>? known,
        long id,
        long? type
    )
    {
        var now = rows.ConvertAll(row => row.Id == id ? row with { Chosen = (StatementType?)type } : row);
        var before = new LinkFinder(rows.ConvertAll(row => row.ToNode(known?.GetValueOrDefault(row.Id))));
        return LinkPlan.Of(before, new LinkFinder(now.ConvertAll(row => row.ToNode(before.Find(row.Id)))));
    }

    private static long? Place(string[] words, string? word) =>
        string.IsNullOrEmpty(word) ? null : Array.IndexOf(words, word);
}
