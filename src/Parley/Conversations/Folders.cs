using System.Text.Json.Serialization.Metadata;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Conversations;

/// <param name="Provider">Set where it came with an import: a provider's project.</param>
internal sealed record FolderView(
    string Id,
    string Name,
    string? ParentId,
    string? Provider,
    string? SourceId,
    long ConversationCount
);

/// <summary>A new folder.</summary>
internal sealed record CreateFolder : IRequestBody<CreateFolder>
{
    public string? Name { get; init; }
    public string? ParentId { get; init; }

    public static JsonTypeInfo<CreateFolder> Json => ConversationsJson.Default.CreateFolder;

    public void Check(FieldChecks check) => check.Name("name", Name, TextLimits.Name);
}

/// <summary>Changes to a folder: what is absent stays; an empty parent makes it a root.</summary>
internal sealed record ChangeFolder : IRequestBody<ChangeFolder>
{
    public string? Name { get; init; }
    public string? ParentId { get; init; }

    public static JsonTypeInfo<ChangeFolder> Json => ConversationsJson.Default.ChangeFolder;

    public void Check(FieldChecks check)
    {
        if (Name is not null)
        {
            check.Name("name", Name, TextLimits.Name);
        }
    }
}

/// <summary>Folders inside folders. Thread-safe.</summary>
internal sealed class FolderStore(Db db, IdempotentWrites writes, TimeProvider time)
{
    private const char ListCursor = 'f';

    // Counted from the folder index alone; what lies in no folder is not in it.
    private const string Columns = """
        f.id, f.name, f.parent_id, f.provider, f.source_id,
        (SELECT count(*) FROM conversations c INDEXED BY conversations_by_folder
            WHERE c.owner_id = f.owner_id AND c.folder_id = f.id AND c.deleted_at IS NULL)
        """;

    public Task<Page<FolderView>> ListAsync(Caller caller, PageRequest page, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                long after = 0;
                if (page.Cursor is not null)
                {
                    Cursor.Read(page.Cursor, ListCursor, new Span<long>(ref after));
                }

                var items = new List<FolderView>();
                using var rows = session.Query(
                    $"SELECT {Columns} FROM folders f WHERE f.owner_id = ?1 AND f.id > ?2 ORDER BY f.id LIMIT ?3 OFFSET ?4"
                );
                rows.Bind(1, caller.OwnerId).Bind(2, after).Bind(3, page.Limit + 1L).Bind(4, page.Offset);
                while (rows.Step())
                {
                    items.Add(Read(rows));
                }

                return Page<FolderView>.Of(items, page, null, last => Cursor.Write(ListCursor, IdOf(last.Id)));
            },
            ct
        );

    public Task<StoredAnswer> CreateAsync(
        Caller caller,
        Body<CreateFolder> body,
        IdempotencyKey key,
        CancellationToken ct
    ) =>
        writes.RunAsync(
            caller.OwnerId,
            key,
            body.Utf8,
            tx =>
            {
                var parent = Parent(tx, caller.OwnerId, body.Value.ParentId);
                using var insert = tx.Query(
                    "INSERT INTO folders (owner_id, parent_id, name, created_at) VALUES (?1, ?2, ?3, ?4) RETURNING id"
                );
                insert
                    .Bind(1, caller.OwnerId)
                    .Bind(2, parent)
                    .Bind(3, body.Value.Name!.Trim())
                    .Bind(4, ApiTime.Micros(time.GetUtcNow()))
                    .Step();
                var view = Get(tx, caller.OwnerId, insert.Int64(0));
                return StoredAnswer.Of(
                    view,
                    ConversationsJson.Default.FolderView,
                    StatusCodes.Status201Created,
                    "/api/folders/" + view.Id
                );
            },
            ct
        );

    public Task<FolderView> ChangeAsync(Caller caller, long id, ChangeFolder change, CancellationToken ct) =>
        db.WriteAsync(
            tx =>
            {
                Get(tx, caller.OwnerId, id);
                if (change.Name is { } name)
                {
                    using var rename = tx.Query("UPDATE folders SET name = ?2 WHERE id = ?1");
                    rename.Bind(1, id).Bind(2, name.Trim()).Run();
                }

                if (change.ParentId is not null)
                {
                    MoveTo(tx, id, Parent(tx, caller.OwnerId, change.ParentId));
                }

                return Get(tx, caller.OwnerId, id);
            },
            ct
        );

    /// <summary>What lies in it moves up to its parent, conversations and folders alike.</summary>
    public Task DeleteAsync(Caller caller, long id, CancellationToken ct) =>
        db.WriteLargeAsync(
            tx =>
            {
                var folder = Get(tx, caller.OwnerId, id);
                var parent = folder.ParentId is null ? (long?)null : IdOf(folder.ParentId);
                Set(tx, "UPDATE conversations SET folder_id = ?2 WHERE folder_id = ?1", id, parent);
                Set(tx, "UPDATE documents SET folder_id = ?2 WHERE folder_id = ?1", id, parent);
                Set(tx, "UPDATE folders SET parent_id = ?2 WHERE parent_id = ?1", id, parent);
                using var delete = tx.Query("DELETE FROM folders WHERE id = ?1");
                delete.Bind(1, id).Run();
            },
            ct
        );

    /// <exception cref="ProblemException">The new parent lies inside the folder.</exception>
    private static void MoveTo(DbTransaction tx, long id, long? parent)
    {
        for (var at = parent; at is { } here; at = ParentOf(tx, here))
        {
            if (here == id)
            {
                throw QueryReader.Invalid("parent_id", "lies inside the folder itself");
            }
        }

        Set(tx, "UPDATE folders SET parent_id = ?2 WHERE id = ?1", id, parent);
    }

    private static long? ParentOf(DbTransaction tx, long id)
    {
        using var row = tx.Query("SELECT parent_id FROM folders WHERE id = ?1");
        return row.Bind(1, id).Step() ? row.Int64OrNull(0) : null;
    }

    private static long? Parent(DbTransaction tx, long ownerId, string? id) =>
        string.IsNullOrEmpty(id)
            ? null
            : new LabelReads(tx, ownerId).FindFolder(id)
                ?? throw QueryReader.Invalid("parent_id", "is the id of no folder");

    private static void Set(DbTransaction tx, string sql, long id, long? value)
    {
        using var update = tx.Query(sql);
        update.Bind(1, id).Bind(2, value).Run();
    }

    private static long IdOf(string text) => Ids.TryParse(text, IdKind.Folder, out var id) ? id : 0;

    private static FolderView Get(DbSession session, long ownerId, long id)
    {
        using var row = session.Query($"SELECT {Columns} FROM folders f WHERE f.id = ?1 AND f.owner_id = ?2");
        return row.Bind(1, id).Bind(2, ownerId).Step()
            ? Read(row)
            : throw new ProblemException(ProblemCodes.NotFound, "there is no such folder");
    }

    private static FolderView Read(DbStatement row) =>
        new(
            FolderId.Format(row.Int64(0)),
            row.Text(1)!,
            row.Int64OrNull(2) is { } parent ? FolderId.Format(parent) : null,
            row.Text(3),
            row.Text(4),
            row.Int64(5)
        );
}
