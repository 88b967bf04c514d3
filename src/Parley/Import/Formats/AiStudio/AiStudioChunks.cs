using System.Text;
using Parley.Conversations;
using Parley.Import.Formats.Gemini;

namespace Parley.Import.Formats.AiStudio;

/// <summary>
/// Chunks as messages: one chunk, one message, but that thoughts, which have chunks of their own, belong to the answer
/// that follows them.
/// </summary>
internal sealed class AiStudioChunks(RecordContext record)
{
    private static readonly FieldMap Fields = new(
        "AI Studio chunk",
        mapped: "role text isThought parts driveImage driveDocument driveVideo driveAudio youtubeVideo inlineImage inlineFile inlineAudio inlineVideo inlineData "
            + "executableCode codeExecutionResult grounding finishReason createTime errorMessage",
        kept: "tokenCount isEdited branchParent branchChildren safetyRatings thinkingBudget isGeneratedUsingApiKey",
        dropped: "thoughtSignatures thoughtSignature"
    );

    private readonly GeminiParts parts = new(record);

    public void Add(ConversationDraft draft, Json chunks)
    {
        MessageDraft? thinking = null;
        foreach (var chunk in chunks.Items())
        {
            if (!chunk.IsObject)
            {
                record.Warn("bad-message", "a chunk is no object and was left out");
                continue;
            }

            var role = RoleOf(chunk, draft);
            if (thinking is not null && role != Role.Assistant)
            {
                // Thoughts that led to no answer.
                draft.Messages.Add(thinking);
                thinking = null;
            }

            var message = thinking ?? Begin(chunk, role);
            Parts(message, chunk, draft.Arena);
            if (chunk["isThought"].Bool())
            {
                thinking = message;
                continue;
            }

            Finish(message, chunk, draft);
            draft.Messages.Add(message);
            thinking = null;
        }

        if (thinking is not null)
        {
            draft.Messages.Add(thinking);
        }
    }

    private Role RoleOf(Json chunk, ConversationDraft draft)
    {
        var role = chunk["role"].String();
        switch (role)
        {
            case "user":
                return Role.User;
            case "model":
                return Role.Assistant;
            case "system":
                return Role.System;
            default:
                record.Warn(
                    "unknown-role",
                    $"chunk {draft.Messages.Count} has the role \"{RecordContext.Short(role)}\": taken for an answer"
                );
                return Role.Assistant;
        }
    }

    private static MessageDraft Begin(Json chunk, Role role) =>
        new()
        {
            Role = role,
            RawRole = role == Role.Assistant && !chunk["role"].Is("model"u8) ? chunk["role"].String() : null,
            CreatedAt = chunk["createTime"].Time(),
        };

    private void Finish(MessageDraft message, Json chunk, ConversationDraft draft)
    {
        message.Model = message.Role == Role.Assistant ? draft.Model : null;
        message.CreatedAt ??= chunk["createTime"].Time();
        message.Finish = chunk["finishReason"].String();
        if (chunk["errorMessage"].String() is { Length: > 0 })
        {
            message.Status = MessageStatus.Failed;
        }

        if (chunk["branchParent"]["promptId"].String() is { Length: > 0 } parent)
        {
            draft.ParentConversationId ??= parent.StartsWith("prompts/", StringComparison.Ordinal)
                ? parent["prompts/".Length..]
                : parent;
        }

        var extras = record.BeginExtras(chunk, Fields).Add("errorMessage"u8, chunk["errorMessage"]);
        message.Extras = extras.Finish(draft.Arena);
    }

    private void Parts(MessageDraft message, Json chunk, Utf8Arena arena)
    {
        var thought = chunk["isThought"].Bool();
        var text = chunk["text"];
        var repeats = text.Exists && !SaysTheSame(text.String(), chunk["parts"]);
        if (repeats || !chunk["parts"].Items().Any(p => p["text"].Exists))
        {
            AddText(message, text, thought, arena);
        }

        foreach (var part in chunk["parts"].Items())
        {
            // The chunk's text repeats that of its parts, sometimes with more: then only what is not text is taken from them.
            if (!repeats || !part["text"].Exists || part["thought"].Bool() != thought)
            {
                parts.Add(message, part, arena, thought);
            }
        }

        Files(message, chunk, arena);
        if (!chunk["parts"].Items().Any(p => p["executableCode"].Exists || p["codeExecutionResult"].Exists))
        {
            GeminiParts.Code(message, chunk, arena);
        }

        Grounding(message, chunk["grounding"], arena);
    }

    private static void AddText(MessageDraft message, Json text, bool thought, Utf8Arena arena)
    {
        if (text.Exists && text.TextOrRaw(arena) is { IsEmpty: false } bytes)
        {
            message.Add(new PartDraft(thought ? PartKind.Thinking : PartKind.Text) { Text = bytes });
        }
    }

    private static bool SaysTheSame(string? text, Json parts)
    {
        var said = new StringBuilder();
        foreach (var part in parts.Items())
        {
            said.Append(part["thought"].Bool() ? null : part["text"].String());
        }

        return text is not null && said.ToString().Trim() == text.Trim();
    }

    private static void Files(MessageDraft message, Json chunk, Utf8Arena arena)
    {
        foreach (
            var (name, kind) in (ReadOnlySpan<(string, PartKind)>)
                [
                    ("driveImage", PartKind.Image),
                    ("driveDocument", PartKind.File),
                    ("driveVideo", PartKind.Video),
                    ("driveAudio", PartKind.Audio),
                ]
        )
        {
            if (chunk[name]["id"].Scalar() is { } id)
            {
                message.Add(
                    new PartDraft(kind)
                    {
                        Attachment = new AttachmentDraft
                        {
                            ProviderId = id,
                            Name = chunk[name].Any("name", "displayName").String(),
                            MediaType = chunk[name]["mimeType"].String(),
                        },
                    }
                );
            }
        }

        if (chunk["youtubeVideo"]["id"].Scalar() is { } video)
        {
            message.Add(
                new PartDraft(PartKind.Video)
                {
                    Url = "https://www.youtube.com/watch?v=" + video,
                    Attachment = new AttachmentDraft { ProviderId = video },
                }
            );
        }

        foreach (
            var name in (ReadOnlySpan<string>)["inlineImage", "inlineFile", "inlineAudio", "inlineVideo", "inlineData"]
        )
        {
            if (chunk[name].IsObject)
            {
                message.Add(GeminiParts.Inline(chunk[name], arena));
            }
        }
    }

    /// <summary>Pages the answer rests on, and what was searched for.</summary>
    private static void Grounding(MessageDraft message, Json grounding, Utf8Arena arena)
    {
        foreach (var source in grounding["groundingSources"].Items())
        {
            if (source.Any("uri", "url").String() is { } url)
            {
                message.Add(
                    new PartDraft(PartKind.Citation)
                    {
                        Url = url,
                        Name = source["title"].String(),
                        Text = source["text"].TextOrRaw(arena),
                    }
                );
            }
        }

        if (grounding["webSearchQueries"].Items().Any(q => q.IsString))
        {
            message.Add(
                new PartDraft(PartKind.ToolCall)
                {
                    Name = "web_search",
                    Text = grounding["webSearchQueries"].Readable(arena),
                }
            );
        }
    }
}
