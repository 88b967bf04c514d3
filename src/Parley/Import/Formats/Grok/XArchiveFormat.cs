using System.Globalization;
using Parley.Conversations;

namespace Parley.Import.Formats.Grok;

/// <summary>
/// Grok's chats in the archive of X (imports.md 6.2): <c>data/grok-chat-item.js</c>, <c>-part1.js</c>, …, a script that
/// assigns one array of messages. A chat's messages follow each other in file order; their time is that of the chat's
/// start, repeated.
/// </summary>
internal sealed class XArchiveFormat : IImportFormat
{
    private const int LongestAssignment = 200;

    private static readonly FieldMap Fields = new(
        "Grok chat item",
        mapped: "chatId createdAt sender message postIds",
        kept: "grokMode attachments fileAttachments mediaIds",
        dropped: "accountId"
    );

    public string Name => "x-archive";

    public string Provider => "xai";

    public Claim Recognise(EntryHead head) =>
        head.Text.StartsWith("window.YTD.grok_chat_item.part"u8) ? Claim.Conversations : Claim.None;

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        var assets = new GrokAssets(context.Source);
        var chats = new Dictionary<string, ConversationDraft>(StringComparer.Ordinal);
        var order = new List<ConversationDraft>();
        foreach (var entry in claimed.OrderBy(Part))
        {
            using var records = RecordReader.Values(entry with { Open = () => BehindAssignment(entry) }, record);
            while (records.MoveNext())
            {
                var item = records.Current["grokChatItem"] is { IsObject: true } wrapped ? wrapped : records.Current;
                if (!item.IsObject || item["chatId"].Scalar() is not { Length: > 0 } id)
                {
                    record.Fail("bad-record", "the element is no chat item with a chatId");
                    continue;
                }

                record.Id = id;
                if (!chats.TryGetValue(id, out var draft))
                {
                    draft = new ConversationDraft
                    {
                        Provider = Provider,
                        ProviderId = id,
                        Account = Account(item),
                        Linear = true,
                        Entry = entry.Name,
                        Index = records.Index,
                    };
                    chats.Add(id, draft);
                    order.Add(draft);
                }

                Add(draft, item, record, assets);
            }
        }

        foreach (var draft in order)
        {
            DraftDefaults.TimesFromMessages(draft);
            DraftDefaults.TitleFromPrompt(draft);
            yield return draft;
        }
    }

    /// <summary><c>grok-chat-item.js</c> → 0, <c>grok-chat-item-part2.js</c> → 2.</summary>
    private static int Part(SourceEntry entry)
    {
        var name = Path.GetFileNameWithoutExtension(entry.FileName);
        var part = name.LastIndexOf("-part", StringComparison.Ordinal);
        return
            part >= 0
            && int.TryParse(name.AsSpan(part + 5), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
    }

    private static string? Account(Json item) => item["accountId"].Scalar() is { Length: > 0 } account ? account : null;

    private static void Add(ConversationDraft draft, Json item, RecordContext record, GrokAssets assets)
    {
        var sender = item["sender"].String() ?? item["sender"].Any("originalName", "name").String();
        var isUser =
            string.Equals(sender, "user", StringComparison.OrdinalIgnoreCase)
            || string.Equals(sender, "human", StringComparison.OrdinalIgnoreCase);
        var isUsual = isUser || sender is "Agent" or "AGENT" or "agent" or "grok" or "Grok" or "assistant";
        var message = new MessageDraft
        {
            Role = isUser ? Role.User : Role.Assistant,
            RawRole = isUsual ? null : sender,
            CreatedAt = record.Time(item["createdAt"]),
        };
        if (!isUsual)
        {
            record.Warn("unknown-role", $"unknown sender \"{RecordContext.Short(sender)}\": taken for an answer");
        }

        var text = item["message"];
        if (text.IsString && !isUser)
        {
            GrokTags.AddParts(message, text.Utf8(draft.Arena), draft.Arena);
        }
        else if (text.IsString && text.Utf8(draft.Arena) is { IsEmpty: false } prompt)
        {
            message.AddText(prompt);
        }
        else if (text is { Exists: true, IsString: false })
        {
            message.Add(record.Unknown("message", text, draft.Arena));
        }

        new GrokCitations(record, assets).AddPosts(message, item["postIds"], default, draft.Arena);
        message.Extras = record.Rest(item, Fields, draft.Arena);
        draft.Messages.Add(message);
    }

    /// <summary>The array behind <c>window.YTD.grok_chat_item.part0 = </c>.</summary>
    private static Stream BehindAssignment(SourceEntry entry)
    {
        var stream = entry.Open();
        for (var i = 0; i < LongestAssignment; i++)
        {
            if (stream.ReadByte() is -1 or '=')
            {
                break;
            }
        }

        return stream;
    }
}
