using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Conversations;

/// <summary>Tags and spaces, their names and counts. Thread-safe.</summary>
internal sealed class LabelStore(
    Db db,
    IdempotentWrites writes,
    IEnumerable<ISpaceWitness> witnesses,
    TimeProvider time
)
{
    private const string Columns = "id, name, color, conversation_count";

    /// <summary>By name.</summary>
    public Task<Page<LabelView>> ListAsync(Caller caller, LabelKind kind, PageRequest page, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                long offset = page.Offset;
                if (page.Cursor is not null)
                {
                    Cursor.Read(page.Cursor, kind.Cursor, new Span<long>(ref offset));
                }

                var items = new List<LabelView>();
                using var rows = session.Query(
                    $"SELECT {Columns} FROM {kind.Table} WHERE owner_id = ?1 ORDER BY name_key LIMIT ?2 OFFSET ?3"
                );
                rows.Bind(1, caller.OwnerId).Bind(2, page.Limit + 1L).Bind(3, offset);
                while (rows.Step())
                {
                    items.Add(Read(rows, kind));
                }

                return Page<LabelView>.Of(items, page, null, _ => Cursor.Write(kind.Cursor, offset + page.Limit));
            },
            ct
        );

    public Task<StoredAnswer> CreateAsync(
        Caller caller,
        LabelKind kind,
        Body<CreateLabel> body,
        IdempotencyKey key,
        CancellationToken ct
    ) =>
        writes.RunAsync(
            caller.OwnerId,
            key,
            body.Utf8,
            tx =>
            {
                RequireFree(tx, caller.OwnerId, kind, body.Value.Name!, except: 0);
                var now = ApiTime.Micros(time.GetUtcNow());
                using var insert = tx.Query(
                    $"INSERT INTO {kind.Table} (owner_id, name, name_key, color, created_at) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING {Columns}"
                );
                insert
                    .Bind(1, caller.OwnerId)
                    .Bind(2, body.Value.Name!.Trim())
                    .Bind(3, Names.Key(body.Value.Name))
                    .Bind(4, body.Value.Color)
                    .Bind(5, now);
                insert.Step();
                var view = Read(insert, kind);
                return StoredAnswer.Of(
                    view,
                    ConversationsJson.Default.LabelView,
                    StatusCodes.Status201Created,
                    $"{kind.Path}/{view.Id}"
                );
            },
            ct
        );

    public Task<LabelView> ChangeAsync(
        Caller caller,
        LabelKind kind,
        long id,
        ChangeLabel change,
        CancellationToken ct
    ) =>
        db.WriteAsync(
            tx =>
            {
                Require(tx, caller.OwnerId, kind, id);
                if (change.Name is { } name)
                {
                    RequireFree(tx, caller.OwnerId, kind, name, except: id);
                    using var rename = tx.Query($"UPDATE {kind.Table} SET name = ?2, name_key = ?3 WHERE id = ?1");
                    rename.Bind(1, id).Bind(2, name.Trim()).Bind(3, Names.Key(name)).Run();
                }

                if (change.Color is { } color)
                {
                    using var paint = tx.Query($"UPDATE {kind.Table} SET color = ?2 WHERE id = ?1");
                    paint.Bind(1, id).Bind(2, ConversationEdits.NullIfEmpty(color)).Run();
                }

                return Require(tx, caller.OwnerId, kind, id);
            },
            ct
        );

    /// <summary>Everything of the one goes to the other; the first is gone.</summary>
    public Task<LabelView> MergeAsync(Caller caller, LabelKind kind, long id, string into, CancellationToken ct)
    {
        if (!Ids.TryParse(into, kind.Id, out var target) || target == id)
        {
            throw QueryReader.Invalid("into", $"must be the id of another {kind.What}");
        }

        return db.WriteLargeAsync(
            tx =>
            {
                Require(tx, caller.OwnerId, kind, id);
                if (Find(tx, caller.OwnerId, kind, target) is null)
                {
                    throw QueryReader.Invalid("into", $"must be the id of another {kind.What}");
                }

                Move(tx, caller.OwnerId, kind, id, target);
                return Require(tx, caller.OwnerId, kind, target);
            },
            ct
        );
    }

    /// <summary>A tag goes from its conversations; what lies in a space goes to the default one.</summary>
    public Task DeleteAsync(Caller caller, LabelKind kind, long id, CancellationToken ct) =>
        db.WriteLargeAsync(
            tx =>
            {
                Require(tx, caller.OwnerId, kind, id);
                if (kind == LabelKind.Space)
                {
                    Move(tx, caller.OwnerId, kind, id, SpaceId.DefaultOf(caller.OwnerId));
                    return;
                }

                Run(tx, "DELETE FROM conversation_tags WHERE tag_id = ?1", id);
                Run(tx, "DELETE FROM tags WHERE id = ?1", id);
            },
            ct
        );

    private void Move(DbTransaction tx, long ownerId, LabelKind kind, long id, long target)
    {
        if (kind == LabelKind.Space)
        {
            if (id == SpaceId.DefaultOf(ownerId))
            {
                throw new ProblemException(
                    ProblemCodes.Conflict,
                    "the default space stays: everything without another lies in it"
                );
            }

            Run(tx, "UPDATE conversations SET space_id = ?2 WHERE space_id = ?1", id, target);
            Run(
                tx,
                "UPDATE spaces SET conversation_count = conversation_count + (SELECT conversation_count FROM spaces WHERE id = ?1) WHERE id = ?2",
                id,
                target
            );
            foreach (var witness in witnesses)
            {
                witness.Merged(tx, ownerId, id, target);
            }

            Run(tx, "DELETE FROM spaces WHERE id = ?1", id);
            Grants.Forget(tx, IdKind.Space, id);
            return;
        }

        Run(tx, "UPDATE OR IGNORE conversation_tags SET tag_id = ?2 WHERE tag_id = ?1", id, target);
        Run(tx, "DELETE FROM conversation_tags WHERE tag_id = ?1", id);
        Run(
            tx,
            """
            UPDATE tags SET conversation_count = (SELECT count(*) FROM conversation_tags ct JOIN conversations c ON c.id = ct.conversation_id
                WHERE ct.tag_id = ?1 AND c.deleted_at IS NULL) WHERE id = ?1
            """,
            target
        );
        Run(tx, "DELETE FROM tags WHERE id = ?1", id);
    }

    private static void Run(DbTransaction tx, string sql, params ReadOnlySpan<long> ids)
    {
        using var statement = tx.Query(sql);
        for (var i = 0; i < ids.Length; i++)
        {
            statement.Bind(i + 1, ids[i]);
        }

        statement.Run();
    }

    private static void RequireFree(DbTransaction tx, long ownerId, LabelKind kind, string name, long except)
    {
        using var find = tx.Query($"SELECT id FROM {kind.Table} WHERE owner_id = ?1 AND name_key = ?2");
        if (find.Bind(1, ownerId).Bind(2, Names.Key(name)).Step() && find.Int64(0) != except)
        {
            throw new ProblemException(ProblemCodes.Conflict, $"there is a {kind.What} of that name");
        }
    }

    private static LabelView Require(DbSession session, long ownerId, LabelKind kind, long id) =>
        Find(session, ownerId, kind, id)
        ?? throw new ProblemException(ProblemCodes.NotFound, $"there is no such {kind.What}");

    private static LabelView? Find(DbSession session, long ownerId, LabelKind kind, long id)
    {
        using var row = session.Query($"SELECT {Columns} FROM {kind.Table} WHERE id = ?1 AND owner_id = ?2");
        return row.Bind(1, id).Bind(2, ownerId).Step() ? Read(row, kind) : null;
    }

    private static LabelView Read(DbStatement row, LabelKind kind) =>
        new(Ids.Format(row.Int64(0), kind.Id), row.Text(1)!, row.Text(2), row.Int64(3));
}
