using Parley.Kernel;

namespace Parley.Files;

/// <summary>A file that a person keeps. Times are Unix microseconds.</summary>
/// <param name="Blob">SHA-256 of its bytes.</param>
/// <param name="MediaType">By its content; null: unknown.</param>
/// <param name="Kept">In the person's list; otherwise there only for what uses it.</param>
/// <param name="Uses">How many things of rooms above need it.</param>
internal sealed record FileRow(
    long Id,
    long OwnerId,
    byte[] Blob,
    string Name,
    string? MediaType,
    long Size,
    bool Kept,
    long Uses,
    long CreatedAt
);

/// <summary>Rows of <c>files</c>; every statement names the owner.</summary>
internal static class FileRows
{
    private const string Columns = "id, owner_id, blob, name, media_type, size, kept, uses, created_at";

    public static void Add(DbTransaction tx, FileRow file)
    {
        using var insert = tx.Query($"INSERT INTO files ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
        insert.Bind(1, file.Id).Bind(2, file.OwnerId).BindBlob(3, file.Blob).Bind(4, file.Name);
        insert.Bind(5, file.MediaType).Bind(6, file.Size).Bind(7, file.Kept).Bind(8, file.Uses);
        insert.Bind(9, file.CreatedAt).Run();
    }

    public static FileRow? Find(DbSession session, long ownerId, long id)
    {
        using var row = session.Query($"SELECT {Columns} FROM files WHERE id = ?1 AND owner_id = ?2");
        return row.Bind(1, id).Bind(2, ownerId).Step() ? Read(row) : null;
    }

    /// <summary>What the person keeps, newest first, before the given id.</summary>
    public static List<FileRow> List(DbSession session, long ownerId, long before, int limit, int offset)
    {
        using var rows = session.Query(
            $"SELECT {Columns} FROM files INDEXED BY files_by_owner WHERE owner_id = ?1 AND kept = 1 AND id < ?2 ORDER BY id DESC LIMIT ?3 OFFSET ?4"
        );
        rows.Bind(1, ownerId).Bind(2, before).Bind(3, limit).Bind(4, offset);
        var files = new List<FileRow>();
        while (rows.Step())
        {
            files.Add(Read(rows));
        }

        return files;
    }

    /// <summary>Out of the person's list; gone where nothing else needs it. Its bytes go with the sweep.</summary>
    public static void Remove(DbTransaction tx, long ownerId, long id)
    {
        Run(tx, "UPDATE files SET kept = 0 WHERE id = ?1 AND owner_id = ?2", id, ownerId);
        Run(tx, "DELETE FROM files WHERE id = ?1 AND owner_id = ?2 AND uses = 0", id, ownerId);
    }

    /// <summary>One thing more needs it.</summary>
    public static void Use(DbTransaction tx, long ownerId, long id) =>
        Run(tx, "UPDATE files SET uses = uses + 1 WHERE id = ?1 AND owner_id = ?2", id, ownerId);

    /// <summary>One thing less needs it; it goes with the last one unless the person keeps it.</summary>
    public static void Release(DbTransaction tx, long ownerId, long id)
    {
        Run(tx, "UPDATE files SET uses = max(0, uses - 1) WHERE id = ?1 AND owner_id = ?2", id, ownerId);
        Run(tx, "DELETE FROM files WHERE id = ?1 AND owner_id = ?2 AND uses = 0 AND kept = 0", id, ownerId);
    }

    /// <summary>Whether the owner has any file.</summary>
    public static bool HasAny(DbSession session, long ownerId)
    {
        using var find = session.Query("SELECT 1 FROM files WHERE owner_id = ?1 LIMIT 1");
        return find.Bind(1, ownerId).Step();
    }

    /// <summary>Whether the owner has these bytes already.</summary>
    public static bool Has(DbSession session, long ownerId, ReadOnlySpan<byte> hash)
    {
        using var find = session.Query("SELECT 1 FROM files WHERE owner_id = ?1 AND blob = ?2 LIMIT 1");
        return find.Bind(1, ownerId).BindBlob(2, hash).Step();
    }

    /// <summary>All of an owner's, for the account that follows.</summary>
    public static void Give(DbTransaction tx, long from, long to) =>
        Run(tx, "UPDATE files SET owner_id = ?2 WHERE owner_id = ?1", from, to);

    /// <summary>All of an owner's.</summary>
    public static void RemoveAll(DbTransaction tx, long ownerId) =>
        Run(tx, "DELETE FROM files WHERE owner_id = ?1 AND ?2 = ?2", ownerId, 0);

    private static FileRow Read(DbStatement row) =>
        new(
            row.Int64(0),
            row.Int64(1),
            row.Blob(2).ToArray(),
            row.Text(3)!,
            row.Text(4),
            row.Int64(5),
            row.Bool(6),
            row.Int64(7),
            row.Int64(8)
        );

    private static void Run(DbTransaction tx, string sql, long first, long second)
    {
        using var statement = tx.Query(sql);
        statement.Bind(1, first).Bind(2, second).Run();
    }
}

/// <summary>Bytes that people's files name.</summary>
internal sealed class FileBlobs : IBlobNames
{
    public bool Names(DbSession session, ReadOnlySpan<byte> hash)
    {
        using var find = session.Query("SELECT 1 FROM files WHERE blob = ?1 LIMIT 1");
        return find.BindBlob(1, hash).Step();
    }

    public IEnumerable<byte[]> List(DbSession session)
    {
        using var rows = session.Query("SELECT DISTINCT blob FROM files");
        while (rows.Step())
        {
            yield return rows.Blob(0).ToArray();
        }
    }
}
