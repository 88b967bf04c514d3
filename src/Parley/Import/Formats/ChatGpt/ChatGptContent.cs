using Parley.Conversations;

namespace Parley.Import.Formats.ChatGpt;

/// <summary>A message's <c>content</c>, by its type, to parts (imports.md 3.4).</summary>
internal sealed class ChatGptContent(IImportReport report, ChatGptAssets assets)
{
    private readonly ExtrasWriter extras = new(report);
    private readonly ChatGptParts parts = new(report, assets);
    private readonly NameCache names = new();

    /// <summary>True for the contexts that ChatGPT never shows.</summary>
    public bool Read(in ChatGptScope scope)
    {
        var content = scope.Source["content"u8];
        var isContext = false;
        if (content.Exists)
        {
            isContext = Read(scope, content);
        }

        parts.AddAttachments(scope);
        return isContext;
    }

    private bool Read(in ChatGptScope scope, Json content)
    {
        var type = content["content_type"u8];
        if (type.Is("text"u8) || type.Is("multimodal_text"u8))
        {
            parts.AddAll(scope, content);
            return false;
        }

        if (type.Is("code"u8) || type.Is("tether_browsing_code"u8))
        {
            AddCode(scope, content);
            return false;
        }

        switch (names.Get(type))
        {
            case "thoughts":
                AddThoughts(scope, content);
                break;
            case "reasoning_recap":
                scope.Message.Add(
                    new PartDraft(PartKind.Thinking)
                    {
                        Name = "recap",
                        Text = content["content"u8].TextOrRaw(scope.Arena),
                    }
                );
                break;
            case "execution_output":
                AddOutput(scope, content);
                break;
            case "system_error":
                AddResult(scope, TextOf(scope, content), name: content["name"u8].String(), isError: true);
                break;
            case "tether_browsing_display":
                AddBrowsing(scope, content);
                break;
            case "tether_quote" or "sonic_webpage":
                AddPage(scope, content);
                break;
            case "citable_code_output":
                AddResult(scope, content["output_str"u8].TextOrRaw(scope.Arena), more: content["metadata"u8]);
                break;
            case "computer_output":
                AddScreen(scope, content);
                break;
            case "user_editable_context":
                AddTexts(scope, content["user_profile"u8], content["user_instructions"u8]);
                return true;
            case "model_editable_context":
                AddTexts(
                    scope,
                    content["model_set_context"u8],
                    content["repo_summary"u8],
                    content["repository"u8],
                    content["structured_context"u8]
                );
                return true;
            case "image_asset_pointer" or "audio_asset_pointer" or "video_container_asset_pointer":
                parts.Add(scope, content);
                break;
            case null
                when content.IsString || content.IsArray || content["parts"u8].IsArray || content["text"u8].IsString:
                parts.AddAll(scope, content);
                break;
            default:
                AddUnknown(scope, content);
                break;
        }

        return false;
    }

    private void AddCode(in ChatGptScope scope, Json content)
    {
        var language = names.Get(content["language"u8]) is { } stated and not "unknown" ? stated : null;
        var text = TextOf(scope, content);
        if (scope.Recipient is not null)
        {
            extras.Begin().Add("language"u8, language is "json" ? null : language);
            parts.AddCall(
                scope,
                text,
                extras.Add("response_format_name"u8, content["response_format_name"u8]).Finish(scope.Arena)
            );
            return;
        }

        extras.Begin().Add("response_format_name"u8, content["response_format_name"u8]);
        var kind = scope.Message.Role == Role.Tool ? PartKind.ToolResult : PartKind.Code;
        scope.Message.Add(
            new PartDraft(kind)
            {
                Name = kind == PartKind.Code ? language : scope.Tool,
                Text = text,
                Extras = extras.Finish(scope.Arena),
            }
        );
    }

    private static void AddThoughts(in ChatGptScope scope, Json content)
    {
        foreach (var thought in content["thoughts"u8].Items())
        {
            var text = new ChatGptText(scope.Arena);
            text.Add(thought.IsString ? thought : thought["summary"u8]);
            if (thought["content"u8] is { IsString: true } whole && !whole.Is(""u8))
            {
                text.Add(whole, "\n\n"u8);
            }
            else
            {
                foreach (var chunk in thought["chunks"u8].Items())
                {
                    text.Add(chunk, "\n\n"u8);
                }
            }

            scope.Message.Add(new PartDraft(PartKind.Thinking) { Text = text.Finish() });
        }
    }

    /// <summary>What the code printed; pictures it drew stand in the metadata.</summary>
    private void AddOutput(in ChatGptScope scope, Json content)
    {
        var run = scope.Metadata["aggregate_result"u8];
        var failed = run["in_kernel_exception"u8].Exists || run["system_exception"u8].Exists;
        AddResult(scope, TextOf(scope, content), isError: failed);
        foreach (var shown in run["messages"u8].Items())
        {
            if (shown["image_url"u8].String() is { Length: > 0 } pointer)
            {
                parts.AddImage(scope, pointer, shown);
            }
        }
    }

    private void AddBrowsing(in ChatGptScope scope, Json content)
    {
        var text = new ChatGptText(scope.Arena);
        text.Add(content["result"u8]);
        text.Add(content["summary"u8], "\n\n"u8);
        extras.Begin().Add("tether_id"u8, content["tether_id"u8]);
        AddResult(scope, text.Finish(), rest: extras.Finish(scope.Arena));
        foreach (var asset in content["assets"u8].Items())
        {
            parts.Add(scope, asset);
        }
    }

    private void AddPage(in ChatGptScope scope, Json content)
    {
        var text = content["text"u8] is { IsString: true } whole && !whole.Is(""u8) ? whole : content["snippet"u8];
        extras.Begin();
        foreach (var member in content.RawMembers())
        {
            var name = JsonNames.Raw(member);
            if (
                !name.SequenceEqual("content_type"u8)
                && !name.SequenceEqual("text"u8)
                && !name.SequenceEqual("title"u8)
                && !name.SequenceEqual("url"u8)
            )
            {
                extras.Add(name, new Json(member.Value));
            }
        }

        AddResult(scope, text.Utf8(scope.Arena), rest: extras.Finish(scope.Arena));
        var (title, url) = (content["title"u8].String(), content["url"u8].String());
        if (!string.IsNullOrEmpty(title) || !string.IsNullOrEmpty(url))
        {
            scope.Message.Add(
                new PartDraft(PartKind.Citation)
                {
                    Name = string.IsNullOrEmpty(title) ? content["domain"u8].String() : title,
                    Url = url,
                }
            );
        }
    }

    private void AddScreen(in ChatGptScope scope, Json content)
    {
        var state = content["state"u8];
        var text = new ChatGptText(scope.Arena);
        text.Add(state["title"u8]);
        text.Add(state["url"u8], "\n"u8);
        extras.Begin().Add("computer_id"u8, content["computer_id"u8]).Add("state"u8, state);
        AddResult(scope, text.Finish(), rest: extras.Finish(scope.Arena));
        parts.Add(scope, content["screenshot"u8]);
    }

    private static void AddTexts(in ChatGptScope scope, params ReadOnlySpan<Json> texts)
    {
        foreach (var text in texts)
        {
            if (text.Exists && !text.Is(""u8))
            {
                scope.Message.AddText(text.TextOrRaw(scope.Arena));
            }
        }
    }

    /// <summary>Kept as it is; what reads like text in it can be read and found.</summary>
    private void AddUnknown(in ChatGptScope scope, Json content)
    {
        var type = content["content_type"u8].Scalar() ?? "none";
        report.Warn(
            "unknown-content-type",
            $"content of unknown type \"{type}\", kept as it is",
            scope.Conversation.Entry,
            scope.Conversation.Index,
            scope.Message.ProviderId
        );
        AddTexts(scope, Text(content["text"u8]), Text(content["content"u8]));
        scope.Message.Add(new PartDraft(PartKind.Unknown) { Name = type, Text = content.Readable(scope.Arena) });

        static Json Text(Json value) => value.IsString ? value : default;
    }

    private void AddResult(
        in ChatGptScope scope,
        ReadOnlyMemory<byte> text,
        string? name = null,
        bool isError = false,
        Json more = default,
        ReadOnlyMemory<byte> rest = default
    )
    {
        if (more.Exists)
        {
            rest = extras.Begin().Add("metadata"u8, more).Finish(scope.Arena);
        }

        scope.Message.Add(
            new PartDraft(PartKind.ToolResult)
            {
                Name = scope.Tool ?? name,
                Text = text,
                IsError = isError,
                Extras = rest,
            }
        );
    }

    /// <summary><c>text</c>, or <c>parts</c> in its place.</summary>
    private static ReadOnlyMemory<byte> TextOf(in ChatGptScope scope, Json content)
    {
        if (content["text"u8] is { Exists: true } text)
        {
            return text.TextOrRaw(scope.Arena);
        }

        var joined = new ChatGptText(scope.Arena);
        foreach (var part in content["parts"u8].Items())
        {
            joined.Add(part, "\n"u8);
        }

        return joined.Finish();
    }
}
