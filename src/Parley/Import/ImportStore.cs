using System.Text.Json;
using Parley.Kernel;

namespace Parley.Import;

internal static class ImportStatus
{
    public const string Queued = "queued";
    public const string Running = "running";
    public const string Done = "done";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";
    public const string Undoing = "undoing";
    public const string Undone = "undone";
}

/// <summary>A row of <c>imports</c>. Times are Unix microseconds.</summary>
internal sealed record ImportRow(
    long Id,
    long OwnerId,
    string Status,
    string Name,
    string Path,
    bool Spooled,
    long Size,
    long SpaceId,
    long CreatedAt,
    long? StartedAt,
    long? FinishedAt,
    long Cursor,
    ImportReport? Report,
    string? Error,
    bool RestoreDeleted = false
);

/// <summary>Reads and writes the rows of imports.</summary>
internal sealed class ImportStore
{
    private const string Columns =
        "id, owner_id, status, name, path, spooled, size, space_id, created_at, started_at, finished_at, cursor, report, error, restore_deleted";

    public void Add(DbTransaction tx, ImportRow row)
    {
        using var insert = tx.Query(
            "INSERT INTO imports (id, owner_id, status, name, path, spooled, size, space_id, created_at, restore_deleted) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
        );
        insert.Bind(1, row.Id);
        insert.Bind(2, row.OwnerId);
        insert.Bind(3, row.Status);
        insert.Bind(4, row.Name);
        insert.Bind(5, row.Path);
        insert.Bind(6, row.Spooled ? 1 : 0);
        insert.Bind(7, row.Size);
        insert.Bind(8, row.SpaceId);
        insert.Bind(9, row.CreatedAt);
        insert.Bind(10, row.RestoreDeleted);
        insert.Run();
    }

    public ImportRow? Find(DbSession session, long ownerId, long id)
    {
        using var query = session.Query($"SELECT {Columns} FROM imports WHERE id = ?1 AND owner_id = ?2");
        query.Bind(1, id);
        query.Bind(2, ownerId);
        return query.Step() ? Read(query) : null;
    }

    /// <summary>Newest first, after the given id.</summary>
    public List<ImportRow> List(DbSession session, long ownerId, long? before, int limit)
    {
        using var query = session.Query(
            $"SELECT {Columns} FROM imports WHERE owner_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3"
        );
        query.Bind(1, ownerId);
        query.Bind(2, before ?? long.MaxValue);
        query.Bind(3, limit);
        var rows = new List<ImportRow>();
        while (query.Step())
        {
            rows.Add(Read(query));
        }

        return rows;
    }

    public void SaveProgress(DbTransaction tx, long id, long cursor, ImportReport report)
    {
        using var update = tx.Query("UPDATE imports SET cursor = ?2, report = ?3 WHERE id = ?1");
        update.Bind(1, id);
        update.Bind(2, cursor);
        update.BindText(3, JsonSerializer.SerializeToUtf8Bytes(report, ImportJson.Default.ImportReport));
        update.Run();
    }

    /// <summary>Moves it on. A run that learns late of a cancellation or an undoing does not take that back.</summary>
    public void SetStatus(
        DbTransaction tx,
        long id,
        string status,
        long now,
        string? error = null,
        ImportReport? report = null
    )
    {
        using var update = tx.Query(
            """
            UPDATE imports SET status = ?2, error = ?3, report = coalesce(?4, report),
                started_at = CASE WHEN ?2 = 'running' THEN coalesce(started_at, ?5) ELSE started_at END,
                finished_at = CASE WHEN ?2 IN ('done', 'failed', 'cancelled') THEN ?5 ELSE finished_at END
            WHERE id = ?1 AND (?2 NOT IN ('running', 'done', 'failed') OR status IN ('queued', 'running'))
            """
        );
        update.Bind(1, id);
        update.Bind(2, status);
        update.Bind(3, error);
        if (report is not null)
        {
            update.BindText(4, JsonSerializer.SerializeToUtf8Bytes(report, ImportJson.Default.ImportReport));
        }

        update.Bind(5, now);
        update.Run();
    }

    private static ImportRow Read(DbStatement row) =>
        new(
            row.Int64(0),
            row.Int64(1),
            row.Text(2)!,
            row.Text(3)!,
            row.Text(4)!,
            row.Int64(5) != 0,
            row.Int64(6),
            row.Int64(7),
            row.Int64(8),
            row.Int64OrNull(9),
            row.Int64OrNull(10),
            row.Int64(11),
            row.IsNull(12) ? null : JsonSerializer.Deserialize(row.Utf8(12), ImportJson.Default.ImportReport),
            row.Text(13),
            row.Bool(14)
        );
}
