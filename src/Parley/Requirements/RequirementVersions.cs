using System.Buffers.Binary;
using Parley.Kernel;

namespace Parley.Requirements;

/// <summary>A statement of a version: its id, and its text.</summary>
internal sealed record VersionStatement(long Id, string Text);

/// <summary>The rows of versions; callers have made sure of the owner.</summary>
internal static class RequirementVersions
{
    /// <summary>Versions of a document that are kept.</summary>
    public const int Kept = 20;

    private const int PlaceBytes = 16;

    public static void Add(
        DbTransaction tx,
        long id,
        long documentId,
        int number,
        PreparedText text,
        long[] statements,
        long now
    )
    {
        using (
            var insert = tx.Query(
                "INSERT INTO prd_versions (id, document_id, number, kind, size, statements, created_at, places, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
            )
        )
        {
            insert.Bind(1, id).Bind(2, documentId).Bind(3, number).Bind(4, text.Kind).Bind(5, text.Size);
            insert
                .Bind(6, statements.Length)
                .Bind(7, now)
                .BindBlob(8, Places(text, statements))
                .Bind(9, text.Text)
                .Run();
        }

        using var prune = tx.Query("DELETE FROM prd_versions WHERE document_id = ?1 AND number <= ?2");
        prune.Bind(1, documentId).Bind(2, (long)number - Kept).Run();
    }

    public static string? FindText(DbSession session, long documentId, int number)
    {
        using var row = session.Query("SELECT text FROM prd_versions WHERE document_id = ?1 AND number = ?2");
        return row.Bind(1, documentId).Bind(2, number).Step() ? row.Text(0) : null;
    }

    /// <summary>The statements of a version in reading order; null where it is not kept.</summary>
    public static List<VersionStatement>? FindStatements(DbSession session, long documentId, int number)
    {
        using var row = session.Query("SELECT places, text FROM prd_versions WHERE document_id = ?1 AND number = ?2");
        if (!row.Bind(1, documentId).Bind(2, number).Step())
        {
            return null;
        }

        var places = row.Blob(0);
        var text = row.Text(1)!;
        var all = new List<VersionStatement>(places.Length / PlaceBytes);
        for (; places.Length >= PlaceBytes; places = places[PlaceBytes..])
        {
            var start = BinaryPrimitives.ReadInt32LittleEndian(places[8..]);
            var length = BinaryPrimitives.ReadInt32LittleEndian(places[12..]);
            all.Add(
                new VersionStatement(BinaryPrimitives.ReadInt64LittleEndian(places), text.Substring(start, length))
            );
        }

        return all;
    }

    public static void RemoveAll(DbTransaction tx, long documentId)
    {
        using var delete = tx.Query("DELETE FROM prd_versions WHERE document_id = ?1");
        delete.Bind(1, documentId).Run();
    }

    private static byte[] Places(PreparedText text, long[] statements)
    {
        var places = new byte[statements.Length * PlaceBytes];
        for (var i = 0; i < statements.Length; i++)
        {
            var place = places.AsSpan(i * PlaceBytes);
            BinaryPrimitives.WriteInt64LittleEndian(place, statements[i]);
            BinaryPrimitives.WriteInt32LittleEndian(place[8..], text.Statements[i].Place.Start);
            BinaryPrimitives.WriteInt32LittleEndian(place[12..], text.Statements[i].Place.Length);
        }

        return places;
    }
}
