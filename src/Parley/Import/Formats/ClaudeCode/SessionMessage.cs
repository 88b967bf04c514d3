using System.Buffers;
using Parley.Conversations;
using Parley.Import.Formats.Claude;

namespace Parley.Import.Formats.ClaudeCode;

/// <summary>One line to one message. An API message is written as several lines, a block each; they stay lines here.</summary>
internal sealed class SessionMessage(RecordContext record)
{
    /// <summary>Members of <c>toolUseResult</c> above this repeat what the result's text says (file contents, base64).</summary>
    private const int LargestResultMember = 2048;

    private static readonly FieldMap Line = new(
        "line",
        mapped: "type uuid parentUuid logicalParentUuid sessionId session_id timestamp cwd gitBranch version message content isMeta toolUseResult tool_use_result isVisibleInTranscriptOnly forkedFrom",
        kept: """
        requestId isCompactSummary isApiErrorMessage error apiErrorStatus agentId agentName teamName agentColor permissionMode thinkingMetadata todos promptId
        sourceToolUseID sourceToolAssistantUUID subtype level compactMetadata microcompactMetadata durationMs messageCount hookCount hookInfos hookErrors
        preventedContinuation stopReason hasOutput toolUseID toolUseId url origin promptSource imagePasteIds retryInMs retryAttempt maxRetries cause
        mcpMeta planContent interruptedMessageId isSidechain attributionMcpServer attributionMcpTool attributionPlugin attributionSkill parent_tool_use_id
        """,
        dropped: "userType entrypoint slug comment session_kind sessionKind"
    );

    private static readonly FieldMap Message = new(
        "message of a line",
        mapped: "role model content stop_reason",
        kept: "id usage stop_sequence container context_management stop_details",
        dropped: "type diagnostics"
    );

    private readonly ClaudeBlocks blocks = new(record);

    public void Add(SessionDraft to, Json line, string? type)
    {
        var arena = to.Draft.Arena;
        var content = line["message"]["content"];
        var model = line["message"]["model"];
        var message = new MessageDraft
        {
            ProviderId = line["uuid"].Scalar(),
            Role = RoleOf(line, type, content),
            CreatedAt = record.Time(line["timestamp"]),
            Model = model.Is("<synthetic>"u8) ? null : model.String(),
            Finish = line["message"]["stop_reason"].String(),
            Status = line["isApiErrorMessage"].Bool() ? MessageStatus.Failed : MessageStatus.Complete,
        };
        blocks.Add(message, content.Exists ? content : line.Any("content", "error"), arena);
        message.Hidden = IsHidden(message, line);
        var extras = record
            .BeginExtras(line, Line)
            .Take(line["message"], Message, record.Entry, record.Index, record.Id);
        AddResult(extras, line.Any("toolUseResult", "tool_use_result"));
        to.AddPlace(extras, line);
        message.Extras = extras.Finish(arena);
        to.Add(message, line);
        if (line["forkedFrom"]["sessionId"].Scalar() is { } fork && fork != to.Draft.ProviderId)
        {
            to.Draft.ParentConversationId ??= fork;
        }
    }

    /// <summary>A line of a type nobody told us of: kept raw, where it has a place in the tree as a hidden message.</summary>
    public void AddUnknown(SessionDraft to, Json line, string? type)
    {
        var part = record.Unknown(type, line, to.Draft.Arena);
        if (line["uuid"].Scalar() is not { } uuid)
        {
            to.Keep(line);
            return;
        }

        to.Add(
            new MessageDraft
            {
                ProviderId = uuid,
                Role = Role.System,
                Hidden = true,
                CreatedAt = record.Time(line["timestamp"]),
            }.Add(part),
            line
        );
    }

    private Role RoleOf(Json line, string? type, Json content)
    {
        switch (type)
        {
            case "assistant":
                return Role.Assistant;
            case "system":
                return Role.System;
            case "user":
                return IsOnlyResults(content) ? Role.Tool : Role.User;
            default:
                var role = line["message"]["role"].String();
                record.Warn("unknown-content-type", $"a message in a line of type \"{RecordContext.Short(type)}\"");
                return role == "user" && IsOnlyResults(content) ? Role.Tool : Roles.Find(role) ?? Role.System;
        }
    }

    private static bool IsOnlyResults(Json content)
    {
        foreach (var block in content.Items())
        {
            if (!block["type"].Is("tool_result"u8))
            {
                return false;
            }
        }

        return content.Count > 0;
    }

    private static bool IsHidden(MessageDraft message, Json line)
    {
        if (
            line["isMeta"].Bool()
            || line["isVisibleInTranscriptOnly"].Bool()
            || line["isCompactSummary"].Bool()
            || message.Role == Role.System
        )
        {
            return true;
        }

        if (message.Role != Role.User || message.Parts.Count == 0)
        {
            return false;
        }

        foreach (var part in message.Parts)
        {
            if (part.Kind != PartKind.Text || !ClaudeCodeTypes.IsInjected(part.Text.Span))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The result as the program keeps it, without what the message's own text repeats.</summary>
    private static void AddResult(ExtrasWriter extras, Json result)
    {
        if (!result.IsObject)
        {
            return;
        }

        var kept = new ArrayBufferWriter<byte>();
        foreach (var member in result.RawMembers())
        {
            var value = new Json(member.Value).RawBytes();
            if (value.Length is > 0 and <= LargestResultMember)
            {
                kept.Write(kept.WrittenCount == 0 ? "{\""u8 : ",\""u8);
                kept.Write(JsonNames.Raw(member));
                kept.Write("\":"u8);
                kept.Write(value);
            }
        }

        if (kept.WrittenCount > 0)
        {
            kept.Write("}"u8);
            extras.Add("toolUseResult"u8, kept.WrittenSpan);
        }
    }
}
