using System.Security.Cryptography;
using System.Text;
using Parley.Conversations;
using Parley.Import.Formats.Gemini;

namespace Parley.Import.Formats.GeminiCli;

/// <summary>A saved chat: the API's own <c>contents[{role,parts[]}]</c>, without ids and times.</summary>
internal sealed class CheckpointReader(RecordContext record)
{
    private const string Preamble = "This is the Gemini CLI.";

    private readonly GeminiParts parts = new(record);

    public ConversationDraft? Read(SourceEntry entry, string provider)
    {
        record.At(entry.Name);
        var name = Path.GetFileNameWithoutExtension(entry.FileName);
        return record.Fill(
            new ConversationDraft
            {
                Provider = provider,
                Title = name,
                Linear = true,
            },
            d => Fill(d, entry, name)
        );
    }

    private void Fill(ConversationDraft draft, SourceEntry entry, string name)
    {
        var first = "";
        using var records = RecordReader.Values(entry, record, ["history"]);
        while (records.MoveNext())
        {
            if (records.Index < 0)
            {
                continue;
            }

            if (!records.Current.IsObject)
            {
                record.Warn("bad-message", "an element is no message and was left out");
                continue;
            }

            first = first.Length > 0 ? first : Encoding.UTF8.GetString(records.Current.RawBytes());
            Add(draft, records.Current);
        }

        draft.ProviderId =
            $"{name}#{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(first)).AsSpan(0, 8))}";
    }

    private void Add(ConversationDraft draft, Json content)
    {
        var role = content["role"].String();
        var message = new MessageDraft
        {
            Role = role is "user" or "function" ? Role.User : Role.Assistant,
            RawRole = role is "user" or "model" ? null : role,
        };
        foreach (var part in content["parts"].Items())
        {
            parts.Add(message, part, draft.Arena);
        }

        if (
            message.Role == Role.User
            && message.Parts.Count > 0
            && message.Parts.TrueForAll(p => p.Kind == PartKind.ToolResult)
        )
        {
            message.Role = Role.Tool;
        }

        // The first prompt is the program's own: date, folder, file list.
        message.Hidden =
            draft.Messages.Count == 0
            && message.Parts is [{ Kind: PartKind.Text } said, ..]
            && said.Text.Span.StartsWith(Encoding.ASCII.GetBytes(Preamble));
        draft.Messages.Add(message);
    }
}
