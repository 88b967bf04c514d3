using Parley.Conversations;

namespace Parley.Import.Formats.VsCode;

/// <summary>One session: each request is a prompt and, where one came, its answer.</summary>
internal sealed class VsCodeSession(RecordContext record)
{
    private static readonly FieldMap Session = new(
        "session",
        mapped: "sessionId creationDate lastMessageDate customTitle computedTitle requests isImported",
        kept: "version requesterUsername responderUsername initialLocation location mode selectedModel workingDirectory repoData",
        dropped: "requesterAvatarIconUri responderAvatarIconUri hasPendingEdits inputState pendingRequests isEmpty stats lastResponseState permissionLevel"
    );

    private static readonly FieldMap Request = new(
        "request",
        mapped: "requestId responseId message variableData response modelId timestamp result isCanceled responseMarkdownInfo followups",
        kept: "agent slashCommand contentReferences codeCitations vote voteDownReason confirmation timeSpentWaiting elapsedMs modeInfo attempt isHidden shouldBeRemovedOnSend completionTokens promptTokens promptTokenDetails outputBuffer modelState agentOrSlashCommandDetected editedFileEvents",
        dropped: "modelTotals responseTimestamp"
    );

    private readonly VsCodeResponse responses = new(record);

    public void Fill(ConversationDraft draft, Json value)
    {
        draft.Linear = true;
        draft.Title = value.Any("customTitle", "computedTitle").String() is { Length: > 0 } title ? title : null;
        draft.CreatedAt = record.Time(value["creationDate"]);
        draft.UpdatedAt = record.Time(value["lastMessageDate"]);
        foreach (var request in value["requests"].Items())
        {
            if (request.IsObject)
            {
                AddRequest(draft, request);
            }
            else
            {
                record.Ignore("no-request", "an element of requests that is no request");
            }
        }

        record.Id = draft.ProviderId;
        DraftDefaults.TitleFromPrompt(draft);
        DraftDefaults.TimesFromMessages(draft);
        draft.Model = draft.Messages.FindLast(m => m.Model is not null)?.Model;
        draft.Extras = record.Rest(value, Session, draft.Arena);
    }

    private void AddRequest(ConversationDraft draft, Json request)
    {
        var id = request["requestId"].Scalar();
        record.Id = id ?? draft.ProviderId;
        var prompt = new MessageDraft
        {
            ProviderId = id,
            Role = Role.User,
            CreatedAt = record.Time(request["timestamp"]),
            Hidden = request["isHidden"].Bool(),
        };
        AddPrompt(prompt, request, draft.Arena);
        draft.Messages.Add(prompt);

        var result = request["result"];
        if (
            request["response"].Count == 0
            && !result["errorDetails"].IsObject
            && !result["metadata"]["toolCallRounds"].IsArray
        )
        {
            // Still waiting, or taken back before an answer came.
            prompt.Extras = record.Rest(request, Request, draft.Arena);
            return;
        }

        var answer = new MessageDraft
        {
            ProviderId = request["responseId"].Scalar() ?? (id is null ? null : id + ":response"),
            Role = Role.Assistant,
            Model = request["modelId"].String(),
            CreatedAt = prompt.CreatedAt,
            Hidden = prompt.Hidden,
        };
        responses.Fill(answer, request["response"], result, draft.Arena);
        SetStatus(answer, request, result, draft.Arena);
        var extras = record
            .BeginExtras(request, Request)
            .Add("errorDetails"u8, result["errorDetails"])
            .Add("timings"u8, result["timings"]);
        answer.Extras = extras.Finish(draft.Arena);
        draft.Messages.Add(answer);
    }

    private static void SetStatus(MessageDraft answer, Json request, Json result, Utf8Arena arena)
    {
        if (request["isCanceled"].Bool())
        {
            answer.Status = MessageStatus.Stopped;
        }
        else if (result["errorDetails"].IsObject)
        {
            answer.Status = MessageStatus.Failed;
            if (answer.Parts.Count == 0)
            {
                OpenAiContent.AddText(answer, PartKind.Text, result["errorDetails"]["message"], arena);
            }
        }
    }

    private static void AddPrompt(MessageDraft prompt, Json request, Utf8Arena arena)
    {
        var message = request["message"];
        var text = message.IsString ? message : message["text"];
        if (text.Exists)
        {
            OpenAiContent.AddText(prompt, PartKind.Text, text, arena);
        }
        else
        {
            foreach (var part in message["parts"].Items())
            {
                OpenAiContent.AddText(prompt, PartKind.Text, part["text"], arena);
            }
        }

        foreach (var variable in request["variableData"]["variables"].Items())
        {
            var value = variable["value"];
            var isImage = variable["kind"].Is("image"u8) || variable["isImage"].Bool();
            prompt.Add(
                new PartDraft(isImage ? PartKind.Image : PartKind.File)
                {
                    Attachment = new AttachmentDraft
                    {
                        ProviderId = variable["id"].Scalar(),
                        Name = variable.Any("name", "originalName").String(),
                        MediaType = variable["mimeType"].String(),
                        ExtractedText = value.Utf8(arena),
                    },
                    Url = VsCodeUri.Of(value.IsObject ? (value["uri"].Exists ? value["uri"] : value) : variable["uri"]),
                }
            );
        }
    }
}
