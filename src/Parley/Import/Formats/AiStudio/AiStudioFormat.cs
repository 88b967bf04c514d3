using Parley.Conversations;

namespace Parley.Import.Formats.AiStudio;

/// <summary>Prompts of Google AI Studio, one JSON file each in the Drive folder "Google AI Studio" (imports.md 5.4); often without an ending.</summary>
internal sealed class AiStudioFormat : IImportFormat
{
    public string Name => "aistudio";

    public string Provider => "gemini";

    public Claim Recognise(EntryHead head) =>
        head.Json is { IsObject: true, IsLines: false } json
        && (
            json.Has("chunkedPrompt")
            || (
                json.Has("runSettings")
                && (
                    json.Has("textPrompt")
                    || json.Has("multimodalPrompt")
                    || json.Has("dataPrompt")
                    || json.Has("multiturnPrompt")
                )
            )
        )
            ? Claim.Conversations
            : Claim.None;

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        var prompts = new AiStudioPrompt(record);
        foreach (var entry in claimed)
        {
            using var records = RecordReader.Values(entry, record);
            while (records.MoveNext())
            {
                if (prompts.Read(records.Current, entry, Provider) is { } draft)
                {
                    yield return draft;
                }
            }
        }
    }
}
