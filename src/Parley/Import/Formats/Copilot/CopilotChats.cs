using System.Security.Cryptography;
using System.Text;
using Parley.Conversations;

namespace Parley.Import.Formats.Copilot;

/// <summary>Rows to conversations, and into their order: the file's own, or turned round where it stands newest first.</summary>
internal sealed class CopilotChats(RecordContext record, SourceEntry entry)
{
    private readonly Dictionary<string, ConversationDraft> chats = [];
    private long? before;
    private Role? firstRole;
    private int later;
    private int earlier;

    public void Add(string time, string author, string text, string conversation)
    {
        var created = Time(time);
        later += created > before ? 1 : 0;
        earlier += created < before ? 1 : 0;
        before = created ?? before;
        var message = new MessageDraft { Role = RoleOf(author) ?? Role.Assistant, CreatedAt = created };
        if (RoleOf(author) is null)
        {
            message.RawRole = author;
            record.Warn("unknown-role", $"unknown author \"{RecordContext.Short(author)}\", kept as assistant");
        }

        firstRole ??= message.Role;
        var draft = Chat(conversation);
        draft.Messages.Add(message.AddText(draft.Arena.Add(text)));
    }

    public IEnumerable<ConversationDraft> Finish()
    {
        // Where no time tells, an answer that stands before its question does.
        var newestFirst = earlier != later ? earlier > later : firstRole == Role.Assistant;
        foreach (var draft in chats.Values)
        {
            if (newestFirst)
            {
                draft.Messages.Reverse();
            }

            DraftDefaults.TimesFromMessages(draft);
            yield return draft;
        }
    }

    private ConversationDraft Chat(string title)
    {
        if (!chats.TryGetValue(title, out var draft))
        {
            var key = SHA256.HashData(Encoding.UTF8.GetBytes(title)).AsSpan(0, 16);
            chats[title] = draft = new ConversationDraft
            {
                Provider = "copilot",
                ProviderId = "title:" + Convert.ToHexStringLower(key),
                Title = title.Length == 0 ? null : title,
                Linear = true,
                Entry = entry.Name,
                Index = record.Index,
            };
        }

        return draft;
    }

    private long? Time(string written)
    {
        var time = Times.FromText(written);
        if (time is null)
        {
            record.Warn("unknown-time", $"a time that cannot be read: \"{RecordContext.Short(written)}\"");
        }
        else if (
            !written.EndsWith('Z')
            && written.LastIndexOfAny(['+', '-']) < written.IndexOf(':', StringComparison.Ordinal)
        )
        {
            record.Warn("time-without-zone", "a time states no zone: taken for UTC");
        }

        return time;
    }

    private static Role? RoleOf(string author) =>
        author.Trim().ToLowerInvariant() switch
        {
            "human" or "user" or "you" => Role.User,
            "ai" or "bot" or "assistant" or "copilot" => Role.Assistant,
            "system" => Role.System,
            _ => null,
        };
}
