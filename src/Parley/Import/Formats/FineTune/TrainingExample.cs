using System.Globalization;
using System.Security.Cryptography;
using Parley.Conversations;

namespace Parley.Import.Formats.FineTune;

/// <summary>One example. Examples have no ids that hold beyond their file, and no times: the content is the key.</summary>
internal sealed class TrainingExample(RecordContext record)
{
    /// <summary>Shorter ids are counters: those of two sets would meet.</summary>
    private const int ShortestId = 6;

    private static readonly FieldMap Example = new(
        "example",
        mapped: "id title conversations messages model created_at",
        kept: "source system tools functions parallel_tool_calls metadata score lang language category dataset hash split",
        dropped: ""
    );

    private static readonly FieldMap Message = new(
        "message",
        mapped: "from value role content tool_calls function_call tool_call_id reasoning_content reasoning thinking",
        kept: "name weight refusal audio annotations loss train",
        dropped: "text markdown html"
    );

    private readonly OpenAiContent content = new(record);

    public void Fill(ConversationDraft draft, Json value)
    {
        draft.Linear = true;
        draft.Title = value["title"].String() is { Length: > 0 } title ? title : null;
        draft.Model = value["model"].String();
        draft.CreatedAt = record.Time(value["created_at"]);
        var list = value["conversations"].IsArray ? value["conversations"] : value["messages"];
        foreach (var turn in list.Items())
        {
            if (turn.IsObject)
            {
                draft.Messages.Add(Read(turn, draft.Arena));
            }
            else
            {
                record.Ignore("no-message", "an element that is no message");
            }
        }

        draft.ProviderId = record.Id is { Length: >= ShortestId } id && !id.All(char.IsAsciiDigit) ? id : Hash(draft);
        draft.Extras = record
            .BeginExtras(value, Example)
            .Add("id"u8, draft.ProviderId == record.Id ? default : value["id"])
            .Finish(draft.Arena);
    }

    private MessageDraft Read(Json turn, Utf8Arena arena)
    {
        var stated = turn["from"].String() ?? turn["role"].String();
        var message = new MessageDraft { Role = RoleOf(stated) ?? Role.Assistant };
        if (RoleOf(stated) is null)
        {
            message.RawRole = stated;
            record.Warn("unknown-role", $"unknown role \"{RecordContext.Short(stated)}\", kept as assistant");
        }

        foreach (var thought in (ReadOnlySpan<string>)["reasoning_content", "reasoning", "thinking"])
        {
            OpenAiContent.AddText(message, PartKind.Thinking, turn[thought], arena);
        }

        var said = turn["value"].Exists ? turn["value"] : turn["content"];
        if (message.Role == Role.Tool)
        {
            message.Add(
                new PartDraft(PartKind.ToolResult)
                {
                    Name = turn["name"].String(),
                    CallId = turn["tool_call_id"].Scalar(),
                    Text = Plain(said, arena),
                }
            );
        }
        else if (stated == "function_call")
        {
            message.Add(new PartDraft(PartKind.ToolCall) { Text = said.TextOrRaw(arena) });
        }
        else
        {
            content.Add(message, said, arena);
        }

        OpenAiContent.AddCalls(message, turn, arena);
        message.Extras = record.Rest(turn, Message, arena);
        return message;
    }

    private ReadOnlyMemory<byte> Plain(Json said, Utf8Arena arena)
    {
        if (!said.IsArray)
        {
            return said.TextOrRaw(arena);
        }

        var parts = new MessageDraft { Role = Role.Tool };
        content.Add(parts, said, arena);
        return Utf8Lines.Join([.. parts.Parts.Select(p => p.Text)], arena);
    }

    private static Role? RoleOf(string? stated) =>
        stated?.ToLowerInvariant() switch
        {
            "human" or "user" => Role.User,
            "gpt" or "assistant" or "bot" or "model" or "chatgpt" or "bard" or "bing" or "claude" or "function_call" =>
                Role.Assistant,
            "system" or "developer" => Role.System,
            "tool" or "function" or "observation" or "function_response" or "ipython" => Role.Tool,
            _ => null,
        };

    private static string Hash(ConversationDraft draft)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var message in draft.Messages)
        {
            hash.AppendData([(byte)message.Role]);
            foreach (var part in message.Parts)
            {
                hash.AppendData([(byte)part.Kind]);
                hash.AppendData(
                    System.Text.Encoding.UTF8.GetBytes(
                        part.Text.Length.ToString(CultureInfo.InvariantCulture) + part.Name + part.CallId
                    )
                );
                hash.AppendData(part.Text.Span);
            }
        }

        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
