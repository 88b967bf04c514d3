using Parley.Conversations;

namespace Parley.Import.Formats.Gemini;

/// <summary>
/// Parts as Google's API writes them (<c>Content.parts</c>): AI Studio, Gemini CLI and its checkpoints hold them.
/// A part has one member that says what it is, beside flags.
/// </summary>
internal sealed class GeminiParts(RecordContext record)
{
    /// <summary>Adds a part of any kind.</summary>
    /// <param name="thought">The whole is known to be thinking.</param>
    public void Add(MessageDraft message, Json part, Utf8Arena arena, bool thought = false)
    {
        var before = message.Parts.Count;
        thought |= part["thought"].Bool();
        if (part.IsString)
        {
            Text(message, part, thought, arena);
        }

        Text(message, part["text"], thought, arena);
        Data(message, part, arena);
        Code(message, part, arena);
        Call(message, part["functionCall"], arena);
        Result(message, part["functionResponse"], arena);
        if (message.Parts.Count == before && IsUnknown(part))
        {
            message.Add(record.Unknown(part.Members().Select(m => m.Name).FirstOrDefault() ?? "part", part, arena));
        }
    }

    /// <summary>Code the model ran, and what came of it.</summary>
    public static void Code(MessageDraft message, Json holder, Utf8Arena arena)
    {
        if (holder["executableCode"] is { IsObject: true } code)
        {
            message.Add(
                new PartDraft(PartKind.Code)
                {
                    Text = code["code"].TextOrRaw(arena),
                    Name = code["language"].String() is { Length: > 0 } language ? language.ToLowerInvariant() : null,
                }
            );
        }

        if (holder["codeExecutionResult"] is { IsObject: true } result)
        {
            message.Add(
                new PartDraft(PartKind.ToolResult)
                {
                    Name = "code_execution",
                    Text = result["output"].TextOrRaw(arena),
                    IsError =
                        result["outcome"].String() is { } outcome
                        && !outcome.EndsWith("OK", StringComparison.OrdinalIgnoreCase),
                }
            );
        }
    }

    /// <summary>Bytes inside the JSON, as base64.</summary>
    public static PartDraft Inline(Json data, Utf8Arena arena)
    {
        var type = data.Any("mimeType", "mime_type").String();
        return new PartDraft(MediaKinds.OfType(type))
        {
            Attachment = new AttachmentDraft
            {
                MediaType = type,
                Name = data.Any("displayName", "name").String(),
                Open = InlineBytes.Open(data["data"].Utf8(arena)),
            },
        };
    }

    public static void Call(MessageDraft message, Json call, Utf8Arena arena)
    {
        if (call.IsObject)
        {
            message.Add(
                new PartDraft(PartKind.ToolCall)
                {
                    Name = call["name"].String(),
                    CallId = call["id"].Scalar(),
                    Text = call["args"].TextOrRaw(arena),
                }
            );
        }
    }

    public static void Result(MessageDraft message, Json result, Utf8Arena arena, bool isError = false)
    {
        if (result.IsObject)
        {
            var response = result["response"];
            var output = response.Any("output", "result", "error");
            message.Add(
                new PartDraft(PartKind.ToolResult)
                {
                    Name = result["name"].String(),
                    CallId = result["id"].Scalar(),
                    Text = (output.Exists ? output : response).TextOrRaw(arena),
                    IsError = isError || (response["error"].Exists && !response["output"].Exists),
                }
            );
        }
    }

    private static void Text(MessageDraft message, Json text, bool thought, Utf8Arena arena)
    {
        if (text.Exists && text.TextOrRaw(arena) is { IsEmpty: false } bytes)
        {
            message.Add(new PartDraft(thought ? PartKind.Thinking : PartKind.Text) { Text = bytes });
        }
    }

    private static void Data(MessageDraft message, Json part, Utf8Arena arena)
    {
        if (part["inlineData"] is { IsObject: true } data)
        {
            message.Add(Inline(data, arena));
        }

        if (part["fileData"] is { IsObject: true } file)
        {
            var uri = file.Any("fileUri", "file_uri").String();
            var type = file.Any("mimeType", "mime_type").String();
            message.Add(
                new PartDraft(MediaKinds.OfType(type))
                {
                    Url = uri,
                    Attachment = new AttachmentDraft
                    {
                        ProviderId = uri,
                        MediaType = type,
                        Name = file["displayName"].String(),
                    },
                }
            );
        }
    }

    /// <summary>An empty text, or a signature alone, is nothing to keep.</summary>
    private static bool IsUnknown(Json part) =>
        part.IsObject
            ? part.Members().Any(m => m.Value.Exists && m.Name is not ("text" or "thought" or "thoughtSignature"))
            : part.Exists && !part.IsString;
}
