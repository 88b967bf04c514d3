using System.Security.Cryptography;
using Parley.Conversations;

namespace Parley.Import.Formats.ParleyExport;

/// <summary>
/// Parley's own exports: a JSON document of one conversation (version 1.0), JSON lines, and the zip of many with their
/// attachments' bytes under <c>files/</c>. What came from a provider is known by the provider's ids, what was made in
/// Parley by the ids it had there, so the same export again changes nothing, in this store or another.
/// </summary>
internal sealed class ParleyFormat : IImportFormat
{
    public string Name => "parley";

    public string Provider => ConversationEdits.OwnProvider;

    public Claim Recognise(EntryHead head)
    {
        var json = head.Json;
        var document = json.IsObject && json.Has("version") && json.Has("generator") && json.Has("provider");
        var lines = json.Has("type") && json.Has("conversation.provider") && json.Has("conversation.message_count");
        return document || lines || IsWrittenByHand(json) ? Claim.Conversations : Claim.None;
    }

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        var messages = new ParleyMessage(record, new ParleyFiles(context.Source));
        foreach (var entry in claimed)
        {
            var drafts = EntryHead.Read(entry).Json.Has("conversation.provider")
                ? new ParleyLines(record, messages).Read(entry)
                : Documents(entry, record, messages);
            foreach (var draft in drafts)
            {
                yield return draft;
            }
        }
    }

    private static IEnumerable<ConversationDraft> Documents(
        SourceEntry entry,
        RecordContext record,
        ParleyMessage messages
    )
    {
        using var records = RecordReader.Values(entry, record);
        while (records.MoveNext())
        {
            var value = records.Current;
            record.Id = value["id"].Scalar();
            if (!value["messages"].IsArray)
            {
                record.Ignore("no-conversation", "a document without messages");
            }
            else if (value["version"].Scalar() is var version && version != ExportedConversation.CurrentVersion)
            {
                record.Fail("unknown-version", $"version {RecordContext.Short(version)} of the export is not known");
            }
            else if (record.Fill(ParleyConversation.Begin(value), d => Fill(d, value, messages)) is { } draft)
            {
                yield return draft;
            }
        }
    }

    private static void Fill(ConversationDraft draft, Json value, ParleyMessage messages)
    {
        ParleyConversation.Fill(draft, value);
        foreach (var message in value["messages"].Items())
        {
            draft.Messages.Add(messages.Of(draft, message, message));
        }

        ParleyConversation.Settle(draft);
        // A document without an id is known by what it says.
        draft.ProviderId ??= "document:" + Convert.ToHexStringLower(SHA256.HashData(value.RawBytes()).AsSpan(0, 16));
    }

    /// <summary>A document as the API's guide shows it, with the fields that are required and no more.</summary>
    private static bool IsWrittenByHand(JsonProbe json) =>
        json.IsObject
        && json.Has("version")
        && json.Has("messages[].role")
        && !json.Has("generator")
        && !json.Has("sessionId")
        && !json.Has("conversationId")
        && !json.Has("zed");
}
