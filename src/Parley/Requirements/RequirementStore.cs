using Parley.Conversations;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;
using Parley.Sqlite;

namespace Parley.Requirements;

/// <summary>
/// Requirements documents as their owners see them. A text is cut, typed and matched with the former one before anything
/// is written; the write then makes sure that nothing changed meanwhile, and else all is done again. Thread-safe.
/// </summary>
internal sealed partial class RequirementStore(
    Db db,
    IdempotentWrites writes,
    DocumentLinks links,
    DocumentTurns turns,
    KeptStatements kept,
    IdSource ids,
    TimeProvider time
)
{
    /// <summary>Documents an owner may have.</summary>
    public const int MostDocuments = 500;

    /// <summary>Bytes of all versions of all documents of an owner.</summary>
    public const long MostBytes = 256L << 20;

    private const int MostTries = 8;

    private const string CountSql = "SELECT count(*) FROM prd_documents WHERE owner_id = ?1";
    private const string BytesSql = """
        SELECT coalesce(sum(v.size), 0) FROM prd_documents d CROSS JOIN prd_versions v ON v.document_id = d.id WHERE d.owner_id = ?1
        """;

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [CountSql, BytesSql];

    /// <summary>The owner's space of that name or id, the default one where none is named; null where there is none such.</summary>
    public Task<long?> FindSpaceAsync(long ownerId, string? nameOrId, CancellationToken ct) =>
        nameOrId is null
            ? Task.FromResult<long?>(SpaceId.DefaultOf(ownerId))
            : db.ReadAsync(session => new LabelReads(session, ownerId).FindSpace(nameOrId), ct);

    public Task<Page<RequirementsView>> ListAsync(
        long ownerId,
        long? spaceId,
        PageRequest page,
        CancellationToken ct
    ) => db.ReadAsync(session => RequirementReads.Page(session, ownerId, spaceId, page), ct);

    /// <summary>With its text; null where there is no such document.</summary>
    public Task<RequirementsView?> FindAsync(long ownerId, long id, CancellationToken ct) =>
        db.ReadAsync(
            session =>
                RequirementReads.Find(session, ownerId, id) is { } view
                    ? view with
                    {
                        Text = RequirementVersions.FindText(session, id, view.Version),
                    }
                    : null,
            ct
        );

    public Task<(RequirementsView Document, List<StatementView> Statements, string Text)?> FindWholeAsync(
        long ownerId,
        long id,
        CancellationToken ct
    ) =>
        db.ReadAsync<(RequirementsView, List<StatementView>, string)?>(
            session =>
                RequirementReads.Find(session, ownerId, id) is { } view
                    ? (
                        view,
                        StatementReads.ListAll(session, ownerId, id),
                        RequirementVersions.FindText(session, id, view.Version)!
                    )
                    : null,
            ct
        );

    /// <summary>Null where there is no such document.</summary>
    public Task<Page<RequirementsVersion>?> ListVersionsAsync(
        long ownerId,
        long id,
        PageRequest page,
        CancellationToken ct
    ) =>
        db.ReadAsync(
            session =>
                RequirementReads.Find(session, ownerId, id) is null
                    ? null
                    : RequirementReads.Versions(session, ownerId, id, page),
            ct
        );

    /// <param name="from">Null: the one before <paramref name="to"/>.</param>
    /// <param name="to">Null: the newest.</param>
    /// <returns>Null where there is no such document.</returns>
    /// <exception cref="ProblemException">One of the versions is not kept.</exception>
    public Task<RequirementsDiff?> DiffAsync(
        long ownerId,
        long id,
        int? from,
        int? to,
        PageRequest page,
        CancellationToken ct
    ) =>
        db.ReadAsync(
            session =>
            {
                if (RequirementReads.Find(session, ownerId, id) is not { } view)
                {
                    return null;
                }

                var last = to ?? view.Version;
                var first = from ?? Math.Max(1, last - 1);
                return RequirementReads.Diff(session, id, first, last, page)
                    ?? throw QueryReader.Invalid(
                        from is null ? "to" : "from",
                        $"is no version that is kept: the last {RequirementVersions.Kept} are"
                    );
            },
            ct
        );

    /// <exception cref="ProblemException">409: there is one of that name, or there are too many; 507: they are too large.</exception>
    public Task<StoredAnswer> CreateAsync(
        long ownerId,
        long spaceId,
        string name,
        PreparedText text,
        IdempotencyKey key,
        ReadOnlyMemory<byte> body,
        CancellationToken ct
    )
    {
        var first = NextText.Of([], text, null, ids, time);
        return writes.RunAsync(
            ownerId,
            key,
            body,
            tx =>
            {
                var view = Create(tx, ownerId, spaceId, name, first);
                return StoredAnswer.Of(
                    view,
                    RequirementsJson.Default.RequirementsView,
                    StatusCodes.Status201Created,
                    "/api/prd/" + view.Id,
                    ETags.Of(view.Revision)
                );
            },
            ct
        );
    }

    /// <summary>Cuts and types what is to be a document's next text; callers have made sure of the owner.</summary>
    /// <exception cref="ProblemException"><inheritdoc cref="PreparedText.Of" path="/exception"/></exception>
    public PreparedText Prepare(long id, string text, string name) =>
        PreparedText.Of("markdown", text, name, kept.Find(id)?.Signs);

    /// <summary>Makes the text the next version, where it is another one. Null where there is no such document.</summary>
    /// <param name="name">Another name; null: it stays.</param>
    /// <exception cref="ProblemException">412: it was changed since; 409: another has that name; 507: they are too large.</exception>
    public async Task<RequirementsView?> ReplaceAsync(
        long ownerId,
        long id,
        PreparedText text,
        string? name,
        IfMatch match,
        CancellationToken ct
    )
    {
        using var turn = await turns.TakeAsync(id, ct);
        return await ReplaceInTurnAsync(ownerId, id, text, name, match, ct);
    }

    private async Task<RequirementsView?> ReplaceInTurnAsync(
        long ownerId,
        long id,
        PreparedText text,
        string? name,
        IfMatch match,
        CancellationToken ct
    )
    {
        for (var tries = 1; ; tries++)
        {
            var former = await db.ReadAsync(
                session =>
                    RequirementReads.Find(session, ownerId, id) is { } view
                        ? new FormerText(
                            view,
                            RequirementVersions.FindText(session, id, view.Version)!,
                            StatementRows.List(session, id)
                        )
                        : null,
                ct
            );
            if (former is null)
            {
                return null;
            }

            var next =
                former.Text == text.Text ? null : NextText.Of(former.Rows, text, kept.Find(id)?.Nodes, ids, time);
            try
            {
                var view = await db.WriteAsync(tx => Replace(tx, ownerId, id, former, next, name, match), ct);
                if (view is not null && next is not null)
                {
                    kept.Keep(id, KnownStatements.Of(next), next.Ids.Length);
                }

                return view;
            }
            catch (SqliteException clash) when (clash.IsConstraintUnique && tries < MostTries)
            {
                ids.Leap();
            }
            catch (ChangedMeanwhileException) when (tries < MostTries)
            {
                // The other change is read, and this one is made on top of it.
            }
            catch (ChangedMeanwhileException)
            {
                throw Restless();
            }
        }
    }

    /// <summary>A text that is handed over under a name: the next version of the document that has it, or a new one.</summary>
    /// <exception cref="ProblemException"><inheritdoc cref="CreateAsync" path="/exception"/></exception>
    public async Task<RequirementsView> PutAsync(
        long ownerId,
        long spaceId,
        string name,
        PreparedText text,
        CancellationToken ct
    )
    {
        for (var tries = 1; ; tries++)
        {
            var known = await db.ReadAsync(session => RequirementReads.FindByName(session, ownerId, spaceId, name), ct);
            try
            {
                var view = known is { } id
                    ? await ReplaceAsync(ownerId, id, text, null, IfMatch.Anything, ct)
                    : await MakeAsync(ownerId, spaceId, name, NextText.Of([], text, null, ids, time), ct);
                if (view is not null || tries == MostTries)
                {
                    return view ?? throw Restless();
                }
            }
            catch (SqliteException clash) when (clash.IsConstraintUnique && tries < MostTries)
            {
                ids.Leap();
            }
        }
    }

    /// <returns>Whether there was such a document.</returns>
    public Task<bool> RemoveAsync(long ownerId, long id, CancellationToken ct) =>
        db.WriteEssentialAsync(
            tx =>
            {
                if (RequirementReads.Find(tx, ownerId, id) is null)
                {
                    return false;
                }

                Remove(tx, id);
                return true;
            },
            ct
        );

    public static void Remove(DbTransaction tx, long id)
    {
        DocumentLinks.Remove(tx, id);
        StatementRows.RemoveAll(tx, id);
        RequirementVersions.RemoveAll(tx, id);
        using var delete = tx.Query("DELETE FROM prd_documents WHERE id = ?1");
        delete.Bind(1, id).Run();
    }
}
