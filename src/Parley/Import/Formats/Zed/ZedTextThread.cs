using Parley.Conversations;

namespace Parley.Import.Formats.Zed;

/// <summary>
/// A text thread is one text, cut into messages by UTF-8 byte offsets. Up to version 0.3.0 roles stand in
/// <c>message_metadata</c> by message id, from 0.4.0 with the message. Ranges of the model's thoughts are offsets too.
/// </summary>
internal sealed class ZedTextThread(RecordContext record, ConversationDraft draft)
{
    private static readonly FieldMap Fields = new(
        "Zed text thread",
        mapped: "id text messages message_metadata summary model thought_process_output_sections",
        kept: "version api_url slash_command_output_sections",
        dropped: "zed"
    );

    private static readonly FieldMap MessageFields = new("Zed text message", mapped: "id start metadata");
    private static readonly FieldMap MetadataFields = new(
        "Zed text message's metadata",
        mapped: "role",
        kept: "status",
        dropped: "timestamp cache"
    );

    private readonly record struct Cut(int Start, Json Message);

    private ReadOnlyMemory<byte> text;
    private List<(int Start, int End)> thoughts = [];
    private readonly HashSet<string> ids = [];
    private int thought;

    public void Read(Json thread)
    {
        if (!thread["text"].IsString)
        {
            throw new FormatException("the text thread has no text");
        }

        draft.Linear = true;
        draft.Model = thread["model"].String() ?? thread["model"]["model"].String();
        text = thread["text"].Utf8(draft.Arena);
        thoughts = Thoughts(thread["thought_process_output_sections"]);
        var cuts = Cuts(thread["messages"]);
        var metadata = thread["message_metadata"];
        for (var i = 0; i < cuts.Count; i++)
        {
            Add(cuts[i], i + 1 < cuts.Count ? cuts[i + 1].Start : text.Length, metadata);
        }

        draft.Extras = record.Rest(thread, Fields, draft.Arena);
    }

    /// <summary>Where each message begins, in order of place. No byte of the text is lost, whatever the offsets say.</summary>
    private List<Cut> Cuts(Json messages)
    {
        var cuts = new List<Cut>();
        foreach (var message in messages.Items())
        {
            var start = message["start"].Int64();
            if (start is null or < 0 || start > text.Length)
            {
                record.Warn(
                    "bad-offset",
                    $"a message begins at {message["start"].Scalar() ?? "no offset"}, outside the text of {text.Length} bytes"
                );
            }

            cuts.Add(new Cut(OnCharacter((int)Math.Clamp(start ?? text.Length, 0, text.Length)), message));
        }

        // A stable sort: messages at one place (an empty answer) keep the order of the file.
        cuts = [.. cuts.OrderBy(c => c.Start)];
        if (cuts.Count == 0 && text.Length > 0)
        {
            record.Warn("no-messages", "the text is not cut into messages: kept as one");
            cuts.Add(default);
        }
        else if (cuts.Count > 0 && cuts[0].Start > 0)
        {
            record.Warn("bad-offset", "text stands before the first message: added to it");
            cuts[0] = cuts[0] with { Start = 0 };
        }

        return cuts;
    }

    private void Add(Cut cut, int end, Json byId)
    {
        var id = Id(cut.Message["id"]);
        var metadata = cut.Message["metadata"] is { IsObject: true } own ? own : byId[cut.Message["id"].Scalar() ?? ""];
        var raw = metadata["role"].String();
        var role = Roles.Find(raw);
        if (role is null)
        {
            record.Warn(
                "unknown-role",
                $"role \"{RecordContext.Short(raw)}\" of a message is unknown: kept as the person's"
            );
        }

        if (id is not null && !ids.Add(id))
        {
            record.Warn(
                "repeated-id",
                "one message id stands more than once in a thread: the later message is kept under a key of its own"
            );
            id = null;
        }

        var message = new MessageDraft
        {
            Role = role ?? Role.User,
            RawRole = role is null ? raw : null,
            ProviderId = id,
        };
        AddText(message, cut.Start, end);
        (message.Status, message.Finish) = Status(metadata["status"]);
        var extras = record.BeginExtras(cut.Message, MessageFields);
        if (message.Status != MessageStatus.Complete)
        {
            extras.Take(metadata, MetadataFields, record.Entry, record.Index, record.Id);
        }

        message.Extras = extras.Finish(draft.Arena);
        draft.Messages.Add(message);
    }

    /// <summary>n, or since 0.4.0 <c>{replica_id,value}</c>; Zed itself reads an old n as value n of replica 0.</summary>
    private static string? Id(Json id) =>
        id["value"].Scalar() is { } value ? $"{id["replica_id"].Scalar() ?? "0"}-{value}"
        : id.Scalar() is { } old ? $"0-{old}"
        : null;

    private static (MessageStatus Status, string? Finish) Status(Json status) =>
        status.String() switch
        {
            "Done" or null when !status["Error"].Exists => (MessageStatus.Complete, null),
            "Canceled" => (MessageStatus.Stopped, "Canceled"),
            "Pending" => (MessageStatus.Interrupted, "Pending"),
            null => (MessageStatus.Failed, "Error"),
            var other => (MessageStatus.Complete, other),
        };

    /// <summary>Text and thoughts in turn, without the one line break that separates messages.</summary>
    private void AddText(MessageDraft message, int start, int end)
    {
        if (end > start && text.Span[end - 1] == '\n')
        {
            end--;
        }

        for (; thought < thoughts.Count && thoughts[thought].Start < end; thought++)
        {
            var (first, last) = (Math.Max(thoughts[thought].Start, start), Math.Min(thoughts[thought].End, end));
            if (first < last)
            {
                AddPart(message, PartKind.Text, start, first);
                AddThought(message, first, last);
                start = last;
            }

            if (thoughts[thought].End > end)
            {
                // It goes on in the next message.
                break;
            }
        }

        AddPart(message, PartKind.Text, start, end);
    }

    private void AddThought(MessageDraft message, int start, int end)
    {
        if (text.Span[start..end] is var span && span.StartsWith("<think>"u8) && span.EndsWith("</think>"u8))
        {
            (start, end) = (start + "<think>"u8.Length, end - "</think>"u8.Length);
        }

        AddPart(message, PartKind.Thinking, start, end);
    }

    private void AddPart(MessageDraft message, PartKind kind, int start, int end)
    {
        var part = start < end ? text[start..end] : default;
        if (!part.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            message.Add(new PartDraft(kind) { Text = part });
        }
    }

    /// <summary>In order of place.</summary>
    private List<(int Start, int End)> Thoughts(Json sections)
    {
        var found = new List<(int Start, int End)>();
        foreach (var section in sections.Items())
        {
            var (start, end) = (section["range"]["start"].Int64(), section["range"]["end"].Int64());
            if (start is >= 0 && end > start && end <= text.Length)
            {
                found.Add((OnCharacter((int)start), OnCharacter((int)end)));
            }
            else
            {
                record.Warn("bad-offset", "a range of thoughts lies outside the text: kept as text");
            }
        }

        return [.. found.OrderBy(r => r.Start)];
    }

    /// <summary>The offset, moved back where it stands inside a character.</summary>
    private int OnCharacter(int offset)
    {
        while (offset > 0 && offset < text.Length && (text.Span[offset] & 0xC0) == 0x80)
        {
            offset--;
        }

        return offset;
    }
}
