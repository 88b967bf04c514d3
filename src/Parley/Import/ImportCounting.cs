using Parley.Conversations;

namespace Parley.Import;

/// <summary>Turns what became of a batch into the numbers of the report.</summary>
internal static class ImportCounting
{
    public static void Count(ImportBatch batch, List<WriteOutcome> outcomes)
    {
        var next = 0;
        foreach (var item in batch.Items)
        {
            CountNotices(item);
            item.Source.Documents += item.Documents.Count;
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
        CountSkipped(item, outcome);
        if (!source.Entries.Contains(item.Conversation!.Draft.Entry) && source.Entries.Count < 1000)
        {
            source.Entries.Add(item.Conversation.Draft.Entry);
        }

        switch (outcome.Result)
        {
            case var _ when outcome.Again:
                break;
            case MergeResult.Skipped:
                source.Conversations.Skipped++;
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

    /// <summary>What was deleted here and stays away.</summary>
    private static void CountSkipped(ImportItem item, WriteOutcome outcome)
    {
        var (source, conversation) = (item.Source, item.Conversation!);
        var whole = outcome.Result == MergeResult.Skipped;
        foreach (var message in whole ? conversation.Dropped.Concat(conversation.Messages) : conversation.Dropped)
        {
            source.Messages.Skipped.Add(message.Draft.Role);
        }

        if (whole || conversation.Dropped.Count > 0)
        {
            source.Ignored.Add(
                whole ? "deleted-here" : "messages-deleted-here",
                whole
                    ? "deleted here; restore_deleted brings it back"
                    : "messages deleted here; restore_deleted brings them back",
                conversation.Draft.Entry,
                conversation.Draft.Index,
                conversation.Draft.ProviderId
            );
        }
    }

    public static void CountSkipped(ImportReport report, ImportSource source)
    {
        foreach (var (entry, reason) in source.Skipped)
        {
            report.Skipped.Add("skipped-entry", reason, entry, -1, null);
        }
    }
}
