using Parley.Conversations;
using Parley.Import.Formats.Gemini;

namespace Parley.Import.Formats.GeminiCli;

/// <summary>
/// Messages of a session as a tree: what was rewound stays as a branch beside what was said instead. A message may be
/// written several times while it grows; the last copy counts.
/// </summary>
internal sealed class SessionMessages(RecordContext record, ConversationDraft draft)
{
    private static readonly FieldMap Fields = new(
        "Gemini CLI message",
        mapped: "id timestamp type content model thoughts toolCalls",
        kept: "tokens displayContent agentId"
    );

    private readonly GeminiParts parts = new(record);
    private readonly Dictionary<string, int> byId = new(StringComparer.Ordinal);

    /// <summary>The conversation as it stands: ids from its first to its last message.</summary>
    private readonly List<string> live = [];

    public string? Leaf => live.Count > 0 ? live[^1] : null;

    public void Add(Json json)
    {
        if (!json.IsObject)
        {
            record.Warn("bad-message", "a message is no object and was left out");
            return;
        }

        var id = json["id"].Scalar() ?? $"#{draft.Messages.Count}";
        var message = Message(json, id);
        if (byId.TryGetValue(id, out var at))
        {
            message.Parent = draft.Messages[at].Parent;
            draft.Messages[at] = message;
            if (live.Contains(id))
            {
                return;
            }

            message.Parent = Leaf;
        }
        else
        {
            message.Parent = Leaf;
            byId.Add(id, draft.Messages.Count);
            draft.Messages.Add(message);
        }

        live.Add(id);
    }

    /// <summary>Takes back the message of that id and what follows it; all, where it is not known.</summary>
    public void Rewind(string id)
    {
        var at = live.IndexOf(id);
        live.RemoveRange(Math.Max(0, at), live.Count - Math.Max(0, at));
    }

    /// <summary>A list of messages written anew in the place of those before (after compression).</summary>
    public void Replace(Json messages)
    {
        live.Clear();
        foreach (var message in messages.Items())
        {
            Add(message);
        }
    }

    private MessageDraft Message(Json json, string id)
    {
        var type = json["type"].String() ?? json["role"].String();
        var role = type switch
        {
            "user" => Role.User,
            "gemini" or "model" or "assistant" => Role.Assistant,
            _ => Role.System,
        };
        var known = role != Role.System || type is "info" or "error" or "warning" or "system";
        if (!known)
        {
            record.Warn(
                "unknown-role",
                $"a message of the type \"{RecordContext.Short(type)}\" is unknown: kept as a notice"
            );
        }

        var message = new MessageDraft
        {
            ProviderId = id,
            Role = role,
            RawRole = role == Role.System && type != "system" ? type : null,
            CreatedAt = record.Time(json["timestamp"]),
            Model = json["model"].String(),
            Hidden = type is "info" or "system",
        };
        Thoughts(message, json["thoughts"]);
        var content = json["content"].Exists ? json["content"] : json["parts"];
        foreach (var part in content.IsArray ? content.Items() : [content])
        {
            parts.Add(message, part, draft.Arena);
        }

        foreach (var call in json["toolCalls"].Items())
        {
            Call(message, call);
        }

        message.Extras = record.Rest(json, Fields, draft.Arena);
        return message;
    }

    private void Thoughts(MessageDraft message, Json thoughts)
    {
        foreach (var thought in thoughts.Items())
        {
            var (subject, description) = (
                thought["subject"].String(),
                thought["description"].String() ?? thought.String()
            );
            var text = string.IsNullOrEmpty(subject) ? description : $"**{subject}**\n\n{description}";
            if (!string.IsNullOrEmpty(text))
            {
                message.Add(new PartDraft(PartKind.Thinking) { Text = draft.Arena.Add(text) });
            }
            else if (thought.Exists)
            {
                message.Add(record.Unknown("thought", thought, draft.Arena));
            }
        }
    }

    private void Call(MessageDraft message, Json call)
    {
        if (!call.IsObject)
        {
            if (call.Exists)
            {
                message.Add(record.Unknown("toolCall", call, draft.Arena));
            }

            return;
        }

        GeminiParts.Call(message, call, draft.Arena);
        var about = record.Extras.Begin();
        foreach (
            var name in (string[])["displayName", "description", "status", "timestamp", "agentId", "resultDisplay"]
        )
        {
            about.Add(System.Text.Encoding.ASCII.GetBytes(name), call[name]);
        }

        message.Parts[^1] = message.Parts[^1] with { Extras = about.Finish(draft.Arena) };
        var failed = call["status"].String() is "error" or "cancelled";
        var before = message.Parts.Count;
        foreach (var result in call["result"].IsArray ? call["result"].Items() : [call["result"]])
        {
            if (result["functionResponse"].IsObject)
            {
                GeminiParts.Result(message, result["functionResponse"], draft.Arena, failed);
            }
            else
            {
                Result(
                    message,
                    call,
                    result.IsString ? result
                        : result["text"].Exists ? result["text"]
                        : result,
                    failed
                );
            }
        }

        if (message.Parts.Count == before)
        {
            Result(message, call, call["resultDisplay"], failed);
        }
    }

    private void Result(MessageDraft message, Json call, Json output, bool failed)
    {
        if (output.Exists)
        {
            message.Add(
                new PartDraft(PartKind.ToolResult)
                {
                    Name = call["name"].String(),
                    CallId = call["id"].Scalar(),
                    Text = output.TextOrRaw(draft.Arena),
                    IsError = failed,
                }
            );
        }
    }
}
