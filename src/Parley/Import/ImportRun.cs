using System.Threading.Channels;
using Parley.Conversations;
using Parley.Files;
using Parley.Kernel;

namespace Parley.Import;

/// <summary>
/// One run of one import: the reader beside, the writer here. Each batch is one transaction with its rows, its search
/// entries, the report and the cursor; a run that died goes on behind the last committed batch.
/// </summary>
internal sealed class ImportRun(Db db, MessageWriter writer, ImportStore store, BlobStore blobs, IdSource ids, ImportOptions options, TimeProvider time)
{
    private const int ClashRetries = 5;

    /// <param name="changed">Called after each commit with the batch and the report so far.</param>
    public async Task<ImportReport> RunAsync(ImportRow import, ImportSource source, Action<ImportBatch, ImportReport>? changed, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        var report = import.Report ?? new ImportReport();
        var tookBefore = report.TookMs;
        var context = new WriteContext(import.OwnerId, import.SpaceId, 0, import.Id, new ImportJournal(import.Id));
        var channel = Channel.CreateBounded<ImportBatch>(1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var reader = new ImportReader(source, report, options, blobs, ids, time);
        var reading = Task.Run(() => reader.ReadAsync(channel.Writer, import.Cursor, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var batch in channel.Reader.ReadAllAsync(ct))
            {
                using (batch)
                {
                    report.TookMs = tookBefore + (long)time.GetElapsedTime(started).TotalMilliseconds;
                    await WriteAsync(batch, context, import, report, ct);
                    changed?.Invoke(batch, report);
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            while (channel.Reader.TryRead(out var rest))
            {
                rest.Dispose();
            }

            await reading;
        }

        foreach (var (entry, reason) in source.Skipped)
        {
            report.Skipped.Add("skipped-entry", reason, entry, -1, null);
        }

        return report;
    }

    private async Task WriteAsync(ImportBatch batch, WriteContext context, ImportRow import, ImportReport report, CancellationToken ct)
    {
        var conversations = batch.Items.Where(i => i.Conversation is { Messages.Count: > 0 }).Select(i => i.Conversation!).ToList();
        var now = time.GetUtcNow();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await db.WriteLargeAsync(
                    tx =>
                    {
                        var outcomes = writer.Write(tx, conversations, context with { NowMicros = Micros(now) });
                        Count(batch, outcomes);
                        store.SaveProgress(tx, import.Id, batch.Cursor, report);
                    },
                    ct
                );
                return;
            }
            catch (Sqlite.SqliteException e) when (e.IsConstraintUnique && attempt < ClashRetries)
            {
                // Two ids of one millisecond met (Kernel/Ids.cs): the batch was undone whole, new ones are drawn.
            }
        }
    }

    private static void Count(ImportBatch batch, List<WriteOutcome> outcomes)
    {
        var next = 0;
        foreach (var item in batch.Items)
        {
            CountNotices(item);
            item.Source.Attachments.Stored += item.AttachmentsStored;
            item.Source.Attachments.Missing += item.AttachmentsMissing;
            if (item.Conversation is null)
            {
                continue;
            }

            if (item.Conversation.Messages.Count == 0)
            {
                item.Source.Conversations.Empty++;
                continue;
            }

            CountConversation(item, outcomes[next++]);
        }
    }

    private static void CountNotices(ImportItem item)
    {
        foreach (var (kind, code, what, entry, index, id) in item.Notices)
        {
            var list =
                kind == NoticeKind.Warning ? item.Source.Warnings
                : kind == NoticeKind.Failure ? item.Source.Failures
                : item.Source.Ignored;
            list.Add(code, what, entry, index, id);
            item.Source.Conversations.Failed += kind == NoticeKind.Failure ? 1 : 0;
        }
    }

    private static void CountConversation(ImportItem item, WriteOutcome outcome)
    {
        var source = item.Source;
        if (!source.Entries.Contains(item.Conversation!.Draft.Entry) && source.Entries.Count < 1000)
        {
            source.Entries.Add(item.Conversation.Draft.Entry);
        }

        switch (outcome.Result)
        {
            case var _ when outcome.Again:
                break;
            case MergeResult.New:
                source.Conversations.New++;
                break;
            case MergeResult.Updated:
                source.Conversations.Updated++;
                break;
            default:
                source.Conversations.Unchanged++;
                break;
        }

        source.Messages.New.Add(outcome.MessagesNew);
        source.Messages.Updated.Add(outcome.MessagesUpdated);
        source.Messages.Unchanged.Add(outcome.MessagesUnchanged);
        foreach (var message in item.Conversation.Messages)
        {
            source.Date(message.Draft.CreatedAt);
        }
    }

    private static long Micros(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
