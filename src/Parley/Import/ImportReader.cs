using System.Threading.Channels;
using Parley.Conversations;
using Parley.Files;
using Parley.Kernel;
using Parley.Kernel.Archives;

namespace Parley.Import;

/// <summary>
/// The reading half of an import: source → formats → drafts → prepared conversations → batches. Runs on its own
/// thread, one batch ahead of the writer; memory is bounded by two batches and the largest single conversation.
/// </summary>
internal sealed class ImportReader(
    ImportSource source,
    ImportReport report,
    ImportOptions options,
    BlobHold? blobs,
    StorageBudget? budget,
    Func<AttachmentDraft, StoredAttachment?>? here,
    IdSource ids,
    TimeProvider time
) : IDisposable
{
    private readonly NoticeLog notices = new();
    private List<DocumentDraft> documents = [];
    private ImportBatch batch = new();
    private long ordinal;
    private long total;
    private int stored;
    private int missing;

    /// <param name="skip">Items that an earlier run has committed already.</param>
    public async Task ReadAsync(ChannelWriter<ImportBatch> to, long skip, CancellationToken ct)
    {
        try
        {
            var found = FormatDetector.Detect(source, notices, ct, options.ScratchFolder);
            total = found.Sum(f => f.Entries.Sum(e => Math.Max(0, e.Length)));
            foreach (var detected in found)
            {
                var format = detected.Format;
                var section = report.For(format.Name, format.Provider);
                var context = new ImportContext(source, notices, ct)
                {
                    ScratchFolder = options.ScratchFolder,
                    Documents = d => documents.Add(d),
                };
                foreach (var draft in detected.Read(context))
                {
                    ct.ThrowIfCancellationRequested();
                    await AddAsync(to, section, draft, skip, ct);
                }

                await AddAsync(to, section, null, skip, ct);
            }

            await FlushAsync(to, ct);
            to.Complete();
        }
        catch (Exception e)
        {
            // The writing half rethrows it after what was read before it is committed.
            await FlushAsync(to, CancellationToken.None);
            to.Complete(e);
        }
    }

    public void Dispose() => batch.Dispose();

    private async ValueTask AddAsync(
        ChannelWriter<ImportBatch> to,
        SourceReport section,
        ConversationDraft? draft,
        long skip,
        CancellationToken ct
    )
    {
        ordinal++;
        if (ordinal <= skip)
        {
            draft?.Dispose();
            notices.Take();
            TakeDocuments();
            return;
        }

        batch.Add(Item(section, draft, ct));
        batch.Cursor = ordinal;
        batch.Position = notices.Position;
        batch.Total = total;
        if (batch.Bytes >= options.BatchBytes)
        {
            await FlushAsync(to, ct);
        }
    }

    private ImportItem Item(SourceReport section, ConversationDraft? draft, CancellationToken ct)
    {
        if (draft is null)
        {
            return new ImportItem(section) { Notices = notices.Take(), Documents = TakeDocuments() };
        }

        stored = 0;
        missing = 0;
        var prepared = PreparedConversation.Of(
            draft,
            attachment => Store(attachment, draft, ct),
            (oddity, id) => notices.Warn(Code(oddity), Words(oddity), draft.Entry, draft.Index, id)
        );
        return new ImportItem(section)
        {
            Conversation = prepared,
            Notices = notices.Take(),
            Documents = TakeDocuments(),
            AttachmentsStored = stored,
            AttachmentsMissing = missing,
        };
    }

    private List<DocumentDraft> TakeDocuments()
    {
        var taken = documents;
        documents = [];
        return taken;
    }

    /// <summary>An attachment that cannot be read is kept as missing, with a warning: its message still arrives.</summary>
    private StoredAttachment Store(AttachmentDraft attachment, ConversationDraft draft, CancellationToken ct)
    {
        var id = ids.Next(time.GetUtcNow().ToUnixTimeMilliseconds());
        if (attachment.Open is { } open)
        {
            try
            {
                using var content = open();
                var blob = blobs?.Put(content, options.MaxAttachmentBytes, ct);
                if (blob is not null && budget?.Take(blob) == false)
                {
                    notices.Warn(
                        "over-quota",
                        "an attachment is left out: the room for files is used up",
                        draft.Entry,
                        draft.Index,
                        attachment.ProviderId
                    );
                    missing++;
                    return new StoredAttachment(id, attachment.MediaType, blob.Size, null);
                }

                stored++;
                return new StoredAttachment(
                    id,
                    blob?.MediaType ?? attachment.MediaType,
                    blob?.Size ?? attachment.Size,
                    blob?.Hash
                );
            }
            catch (Exception e)
                when (e
                        is SourceException
                            or InvalidDataException
                            or BlobTooLargeException
                            or FormatException
                            or NotSupportedException
                )
            {
                notices.Warn(
                    "attachment-unreadable",
                    "an attachment's bytes cannot be read: " + e.Message,
                    draft.Entry,
                    draft.Index,
                    attachment.ProviderId
                );
            }
        }

        if (attachment.HadBytes && here?.Invoke(attachment) is { Blob: { } hash } known)
        {
            blobs?.Keep(hash);
            stored++;
            return known with { Id = id };
        }

        missing++;
        return new StoredAttachment(id, attachment.MediaType, attachment.Size, null);
    }

    private async ValueTask FlushAsync(ChannelWriter<ImportBatch> to, CancellationToken ct)
    {
        if (batch.Items.Count > 0)
        {
            var full = batch;
            batch = new ImportBatch();
            await to.WriteAsync(full, ct);
        }
    }

    private static string Code(TreeOddity oddity) =>
        oddity switch
        {
            TreeOddity.UnknownParent => "unknown-parent",
            TreeOddity.OwnParent => "own-parent",
            TreeOddity.Cycle => "parent-cycle",
            TreeOddity.UnknownLeaf => "unknown-leaf",
            _ => "repeated-id",
        };

    private static string Words(TreeOddity oddity) =>
        oddity switch
        {
            TreeOddity.UnknownParent => "a message names a parent that is not there: it became a root",
            TreeOddity.OwnParent => "a message names itself as parent: it became a root",
            TreeOddity.Cycle => "parent links run in a circle: it was cut",
            TreeOddity.UnknownLeaf => "the stated current message is not there: the last branch was taken",
            _ => "one id stands more than once: the later copy was kept",
        };
}
