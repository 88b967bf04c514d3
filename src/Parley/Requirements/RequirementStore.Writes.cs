using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Requirements;

/// <content>What is written, inside one transaction.</content>
internal sealed partial class RequirementStore
{
    private Task<RequirementsView> MakeAsync(
        long ownerId,
        long spaceId,
        string name,
        NextText first,
        CancellationToken ct
    ) => db.WriteAsync(tx => Create(tx, ownerId, spaceId, name, first), ct);

    private RequirementsView Create(DbTransaction tx, long ownerId, long spaceId, string name, NextText first)
    {
        if (RequirementReads.FindByName(tx, ownerId, spaceId, name) is not null)
        {
            throw NameTaken();
        }

        using (var count = tx.Query(CountSql))
        {
            count.Bind(1, ownerId).Step();
            if (count.Int64(0) >= MostDocuments)
            {
                throw new ProblemException(
                    ProblemCodes.Conflict,
                    $"there are {MostDocuments} requirements documents already: delete one first"
                );
            }
        }

        RequireRoom(tx, ownerId, first.Text);
        var now = ApiTime.Micros(time.GetUtcNow());
        var id = ids.Next(now / 1000);
        using (
            var insert = tx.Query(
                "INSERT INTO prd_documents (id, owner_id, space_id, name, name_key, version, revision, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, 1, 1, ?6, ?6)"
            )
        )
        {
            insert.Bind(1, id).Bind(2, ownerId).Bind(3, spaceId).Bind(4, name.Trim());
            insert.Bind(5, RequirementReads.Key(name)).Bind(6, now).Run();
        }

        Store(tx, ownerId, spaceId, id, 1, [], first, now);
        return RequirementReads.Find(tx, ownerId, id)!;
    }

    /// <param name="next">Null: the text is the same.</param>
    private RequirementsView? Replace(
        DbTransaction tx,
        long ownerId,
        long id,
        FormerText former,
        NextText? next,
        string? name,
        IfMatch match
    )
    {
        if (RequirementReads.Find(tx, ownerId, id) is not { } view)
        {
            return null;
        }

        match.Require(view.Revision);
        if (view.Version != former.View.Version)
        {
            throw new ChangedMeanwhileException();
        }

        var isNamed = name is not null && name.Trim() != view.Name;
        if (next is null && !isNamed)
        {
            return view;
        }

        var space = Ids.TryParse(view.SpaceId, IdKind.Space, out var known) ? known : 0;
        if (isNamed && RequirementReads.FindByName(tx, ownerId, space, name!) is { } other && other != id)
        {
            throw NameTaken();
        }

        var now = ApiTime.Micros(time.GetUtcNow());
        var kept = isNamed ? name!.Trim() : view.Name;
        using (
            var update = tx.Query(
                "UPDATE prd_documents SET name = ?2, name_key = ?3, version = ?4, revision = revision + 1, updated_at = ?5 WHERE id = ?1"
            )
        )
        {
            update.Bind(1, id).Bind(2, kept).Bind(3, RequirementReads.Key(kept));
            update.Bind(4, (long)view.Version + (next is null ? 0 : 1)).Bind(5, now).Run();
        }

        if (next is not null)
        {
            RequireRoom(tx, ownerId, next.Text);
            Store(tx, ownerId, space, id, view.Version + 1, former.Rows, next, now);
        }

        return RequirementReads.Find(tx, ownerId, id);
    }

    private void Store(
        DbTransaction tx,
        long ownerId,
        long spaceId,
        long id,
        int version,
        List<StatementRow> former,
        NextText next,
        long now
    )
    {
        StatementRows.Replace(tx, id, next.Text, former, next.Found, next.Ids, now);
        RequirementVersions.Add(tx, ids.Next(now / 1000), id, version, next.Text, next.Ids, now);
        links.Apply(tx, ownerId, spaceId, id, next.Links);
    }

    private static void RequireRoom(DbTransaction tx, long ownerId, PreparedText text)
    {
        using var bytes = tx.Query(BytesSql);
        bytes.Bind(1, ownerId).Step();
        if (bytes.Int64(0) + text.Size > MostBytes)
        {
            throw new ProblemException(
                ProblemCodes.StorageQuota,
                $"all versions of all requirements documents have {MostBytes >> 20} MB at most: delete one first"
            );
        }
    }

    private static ProblemException Restless() =>
        new(ProblemCodes.Conflict, "it was changed again and again meanwhile: try once more");

    private static ProblemException NameTaken() =>
        new(
            ProblemCodes.Conflict,
            "there is a requirements document of that name in the space: PUT its next version, or give another name"
        );
}
