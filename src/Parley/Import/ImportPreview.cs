using System.Threading.Channels;
using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Import;

/// <summary>
/// A dry run: the same reading and the same report, compared with the store instead of written to it. Remembers
/// 16 bytes for each message it has met, so that repeats inside one source are counted as an import would.
/// </summary>
internal sealed class ImportPreview(Db db, IdSource ids, ImportOptions options, TimeProvider time)
{
    private readonly Dictionary<(string Provider, string Account, string Source), MergeResult> met = [];
    private readonly HashSet<(int Conversation, long Key)> keys = [];

    public async Task<ImportReport> RunAsync(
        ImportSource source,
        long ownerId,
        bool restoreDeleted,
        CancellationToken ct
    )
    {
        var started = time.GetTimestamp();
        var report = new ImportReport { DryRun = true };
        var channel = Channel.CreateBounded<ImportBatch>(1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var reader = new ImportReader(source, report, options, blobs: null, budget: null, here: null, ids, time);
        var reading = Task.Run(() => reader.ReadAsync(channel.Writer, 0, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var batch in channel.Reader.ReadAllAsync(ct))
            {
                using (batch)
                {
                    var conversations = batch.Conversations;
                    var outcomes = await db.ReadAsync(
                        session => conversations.ConvertAll(c => Compare(session, c, ownerId, restoreDeleted)),
                        ct
                    );
                    ImportCounting.Count(batch, outcomes);
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
        }

        ImportCounting.CountSkipped(report, source);
        report.TookMs = (long)time.GetElapsedTime(started).TotalMilliseconds;
        return report;
    }

    private WriteOutcome Compare(
        DbSession session,
        PreparedConversation conversation,
        long ownerId,
        bool restoreDeleted
    )
    {
        var draft = conversation.Draft;
        var place = (draft.Provider, draft.Account ?? "", draft.ProviderId ?? "");
        var again = draft.ProviderId is not null && met.TryGetValue(place, out _);
        var known = ConversationRows.Find(session, draft, ownerId);
        if (
            !restoreDeleted
            && DeletedItems.Find(session, ownerId, draft) is { } deleted
            && MessageWriter.LeaveOut(conversation, deleted, known is not null)
        )
        {
            return WriteOutcome.Skipped;
        }

        var stored = known is { } id ? Hashes(session, id) : [];
        int[] added = new int[5],
            updated = new int[5],
            unchanged = new int[5];
        foreach (var message in conversation.Messages)
        {
            if (
                draft.ProviderId is not null
                && !keys.Add((place.GetHashCode(), message.Key.GetHashCode() ^ ((long)message.Key.Bytes.Length << 32)))
            )
            {
                continue;
            }

            var count =
                !stored.TryGetValue(message.Key, out var hash) ? added
                : hash == message.Hash ? unchanged
                : updated;
            count[(int)message.Draft.Role]++;
        }

        var result =
            known is null ? MergeResult.New
            : added.Sum() + updated.Sum() > 0 ? MergeResult.Updated
            : MergeResult.Unchanged;
        met[place] = result;
        return new WriteOutcome(known ?? 0, result, again, added, updated, unchanged);
    }

    private static Dictionary<MessageKey, long> Hashes(DbSession session, long conversationId)
    {
        var hashes = new Dictionary<MessageKey, long>();
        using var rows = session.Query(
            "SELECT source_key, hash FROM messages WHERE conversation_id = ?1 AND source_key IS NOT NULL"
        );
        rows.Bind(1, conversationId);
        while (rows.Step())
        {
            hashes[MessageKey.FromBytes(rows.Blob(0))] = rows.Int64(1);
        }

        return hashes;
    }
}
