using Parley.Conversations;

namespace Parley.Import.Formats.Perplexity;

/// <summary>
/// Perplexity gives no export; what browser extensions save is one of two shapes (imports.md section 8): a list of
/// question and answer, or the site's own <c>entries</c> with blocks.
/// </summary>
internal sealed class PerplexityFormat : IImportFormat
{
    public string Name => "perplexity";

    public string Provider => "perplexity";

    public Claim Recognise(EntryHead head)
    {
        var json = head.Json;
        var pairs = json.InRecords("conversations[].query") && json.InRecords("conversations[].answer");
        var entries = json.InRecords("entries[].query_str") || json.InRecords("entries[].blocks");
        return pairs || entries ? Claim.Conversations : Claim.None;
    }

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        var threads = new PerplexityThread(record);
        foreach (var entry in claimed)
        {
            using var records = RecordReader.Values(entry, record);
            while (records.MoveNext())
            {
                var value = records.Current;
                record.Id = PerplexityThread.IdOf(value);
                if (!value.IsObject)
                {
                    record.Ignore("no-object", "an element that is no thread");
                }
                else if (
                    record.Fill(
                        new ConversationDraft { Provider = Provider, ProviderId = record.Id },
                        d => threads.Fill(d, value)
                    ) is
                    { } draft
                )
                {
                    yield return draft;
                }
            }
        }
    }
}
