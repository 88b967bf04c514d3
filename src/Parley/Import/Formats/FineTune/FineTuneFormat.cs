using Parley.Conversations;

namespace Parley.Import.Formats.FineTune;

/// <summary>
/// Training sets: ShareGPT's <c>{conversations:[{from,value}]}</c> and OpenAI's <c>{messages:[{role,content}]}</c>, as one
/// array or as JSON lines. It is asked near the end: half of all chat formats have <c>messages</c> with roles.
/// </summary>
internal sealed class FineTuneFormat : IImportFormat
{
    public string Name => "finetune";

    public string Provider => "finetune";

    public Claim Recognise(EntryHead head)
    {
        var json = head.Json;
        var shareGpt = json.InRecords("conversations[].from") && json.InRecords("conversations[].value");
        var openAi =
            json.InRecords("messages[].role")
            && (json.InRecords("messages[].content") || json.InRecords("messages[].tool_calls"));
        return shareGpt || openAi ? Claim.Conversations : Claim.None;
    }

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        var examples = new TrainingExample(record);
        foreach (var entry in claimed)
        {
            using var records = Open(entry, record);
            while (records.MoveNext())
            {
                var value = records.Current;
                record.Id = value["id"].Scalar();
                if (!value.IsObject)
                {
                    record.Ignore("no-object", "an element that is no example");
                }
                else if (
                    record.Fill(new ConversationDraft { Provider = Provider }, d => examples.Fill(d, value)) is
                    { } draft
                )
                {
                    yield return draft;
                }
            }
        }
    }

    /// <summary>Lines are cut by line breaks, so that a broken one takes no other with it.</summary>
    private static RecordReader Open(SourceEntry entry, RecordContext record) =>
        EntryHead.Read(entry).Json.IsLines ? RecordReader.Lines(entry, record) : RecordReader.Values(entry, record);
}
