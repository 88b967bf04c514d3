using Parley.Files;
using Parley.Identity;
using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>
/// Counts the files of an owner's conversations, bin included, and those kept beside them; the same bytes count once. Counted when
/// somebody uploads and not with each write: a counter would be one more thing that every way of writing has to move.
/// </summary>
internal sealed class StorageMeter : IStorageMeter
{
    private const string Sql = """
        SELECT count(*), coalesce(sum(size), 0) FROM (
            SELECT a.blob, a.size FROM (
                SELECT id FROM conversations INDEXED BY conversations_by_time WHERE owner_id = ?1 AND deleted_at IS NULL
                UNION ALL
                SELECT id FROM conversations INDEXED BY conversations_in_bin WHERE owner_id = ?1 AND deleted_at IS NOT NULL
            ) c CROSS JOIN attachments a ON a.conversation_id = c.id
            WHERE a.blob IS NOT NULL
            UNION SELECT blob, size FROM files WHERE owner_id = ?1
        )
        """;

    private const string HasSql = """
        SELECT 1 FROM attachments a CROSS JOIN conversations c ON c.id = a.conversation_id WHERE a.blob = ?1 AND c.owner_id = ?2 LIMIT 1
        """;

    public (long Files, long Bytes) Of(DbSession session, long ownerId)
    {
        using var count = session.Query(Sql);
        count.Bind(1, ownerId).Step();
        return (count.Int64(0), count.Int64(1));
    }

    /// <summary>Whether an owner has these bytes already.</summary>
    public static bool Has(DbSession session, long ownerId, byte[] hash)
    {
        using var find = session.Query(HasSql);
        return find.BindBlob(1, hash).Bind(2, ownerId).Step() || FileRows.Has(session, ownerId, hash);
    }
}
