using Microsoft.AspNetCore.WebUtilities;
using Parley.Files;
using Parley.Identity;
using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>
/// Makes files of conversations. Each is written from one snapshot into memory, past a megabyte into a file of the data
/// folder, and sent from there: no read stays open while the network is slow. Thread-safe.
/// </summary>
internal sealed class ExportStore(Db db, DataFolder folder, BlobStore blobs)
{
    private const int InMemory = 1024 * 1024;

    /// <summary>By id, the walk of the table itself: any index would have every page sort all that is left. Plan tests read it.</summary>
    public const string ListSql = """
        SELECT id FROM conversations NOT INDEXED WHERE id > ?1 AND owner_id = ?2 AND deleted_at IS NULL AND (?3 IS NULL OR space_id = ?3) AND sort_at >= ?4
        ORDER BY id LIMIT ?5
        """;

    /// <summary>The file, to be sent and disposed; null where the caller has no such conversation.</summary>
    public Task<ExportFile?> WriteAsync(
        Caller caller,
        long id,
        ExportFormat format,
        ExportScope scope,
        CancellationToken ct
    ) =>
        db.ReadAsync(
            session =>
            {
                if (ConversationAccess.Read(session, caller.OwnerId, id) is not { } conversation)
                {
                    return null;
                }

                var spool = new FileBufferingWriteStream(
                    InMemory,
                    bufferLimit: null,
                    () => Directory.CreateDirectory(folder.Sub("tmp")).FullName
                );
                try
                {
                    format.Write(session, conversation, scope, spool);
                    return new ExportFile(conversation, spool);
                }
                catch
                {
                    spool.Dispose();
                    throw;
                }
            },
            ct
        );

    /// <summary>The attachments of the conversation whose bytes are there.</summary>
    public Task<List<AttachedBytes>> FilesAsync(long conversationId, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                var files = new List<AttachedBytes>();
                using var rows = session.Query(
                    "SELECT id, blob FROM attachments WHERE conversation_id = ?1 AND blob IS NOT NULL ORDER BY id"
                );
                rows.Bind(1, conversationId);
                while (rows.Step())
                {
                    files.Add(new AttachedBytes(rows.Int64(0), rows.Blob(1).ToArray()));
                }

                return files;
            },
            ct
        );

    public Stream? Open(AttachedBytes attached) => blobs.Open(attached.Blob);

    /// <summary>Ids to export behind that one, ascending: a conversation that changes meanwhile keeps its place.</summary>
    /// <param name="since">Last changed at or after, in Unix microseconds.</param>
    public Task<List<long>> ListAsync(
        Caller caller,
        string? space,
        long? since,
        long after,
        int limit,
        CancellationToken ct
    ) =>
        db.ReadAsync(
            session =>
            {
                var ids = new List<long>();
                long? inSpace = space is null ? null : new LabelReads(session, caller.OwnerId).FindSpace(space) ?? 0;
                using var rows = session.Query(ListSql);
                rows.Bind(1, after)
                    .Bind(2, caller.OwnerId)
                    .Bind(3, inSpace)
                    .Bind(4, since ?? long.MinValue)
                    .Bind(5, limit);
                while (rows.Step())
                {
                    ids.Add(rows.Int64(0));
                }

                return ids;
            },
            ct
        );
}

/// <summary>An attachment with bytes.</summary>
internal sealed record AttachedBytes(long Id, byte[] Blob);

/// <summary>One written file, waiting to be sent.</summary>
internal sealed class ExportFile(ConversationView conversation, FileBufferingWriteStream content) : IAsyncDisposable
{
    public ConversationView Conversation => conversation;

    public Task SendAsync(Stream to, CancellationToken ct) => content.DrainBufferAsync(to, ct);

    public ValueTask DisposeAsync() => content.DisposeAsync();
}
