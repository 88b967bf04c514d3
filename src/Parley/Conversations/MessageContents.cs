using System.Text;
using System.Text.Json;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>The content of a request as parts of a draft, held to the shape that is stored.</summary>
internal static class MessageContents
{
    private const int MostParts = 500;
    private const int MostSources = 200;
    private const int MostReactions = 20;

    public static void Check(FieldChecks check, string? content, RawJson? parts, bool required)
    {
        if (parts is { } given)
        {
            if (content is not null)
            {
                check.Add("parts", "stand in place of content: send one of the two");
            }

            CheckParts(check, given);
        }
        else
        {
            check.Text("content", content, TextLimits.MessageText, required);
        }
    }

    public static void CheckSources(FieldChecks check, IReadOnlyList<RawJson>? sources)
    {
        if (sources is { Count: > MostSources } || sources?.Any(s => s.Utf8.Span[0] != (byte)'{') == true)
        {
            check.Add("sources", $"must be objects, {MostSources} at most");
        }
    }

    public static void CheckMarks(FieldChecks check, IReadOnlyList<string>? reactions, RawJson? extraData)
    {
        check.ExtraDataOf(extraData);
        if (reactions is { Count: > MostReactions })
        {
            check.Add("reactions", $"must not be more than {MostReactions}");
        }

        for (var i = 0; i < Math.Min(reactions?.Count ?? 0, MostReactions); i++)
        {
            check.Name($"reactions[{i}]", reactions![i], 32);
        }
    }

    /// <summary>Adds what the request holds to the draft; texts live in the arena.</summary>
    public static void Read(
        MessageDraft draft,
        string? content,
        RawJson? parts,
        IReadOnlyList<RawJson>? sources,
        Utf8Arena arena
    )
    {
        if (parts is { } given)
        {
            PartsCodec.Read(given.Utf8, draft, arena);
        }
        else
        {
            draft.AddText(arena.Add(content ?? ""));
        }

        foreach (var source in sources ?? [])
        {
            draft.Add(Citation(source, arena));
        }
    }

    private static PartDraft Citation(RawJson source, Utf8Arena arena)
    {
        using var document = JsonDocument.Parse(source.Utf8);
        var root = document.RootElement;
        return new PartDraft(PartKind.Citation)
        {
            Name = Text(root, "title") ?? Text(root, "name"),
            Url = Text(root, "url"),
            Text = arena.Add(Text(root, "text") ?? Text(root, "quote") ?? ""),
            Extras = arena.Add(source.Utf8.Span),
        };
    }

    private static string? Text(JsonElement at, string name) =>
        at.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static void CheckParts(FieldChecks check, RawJson parts)
    {
        using var document = JsonDocument.Parse(parts.Utf8);
        if (
            document.RootElement.ValueKind != JsonValueKind.Array
            || document.RootElement.GetArrayLength() is 0 or > MostParts
        )
        {
            check.Add("parts", $"must be an array of 1 to {MostParts} parts");
            return;
        }

        var characters = 0L;
        var index = 0;
        foreach (var part in document.RootElement.EnumerateArray())
        {
            characters += CheckPart(check, part, $"parts[{index++}]");
        }

        if (characters > TextLimits.MessageText)
        {
            check.Add("parts", $"must not hold more than {TextLimits.MessageText} characters of text");
        }
    }

    /// <returns>Characters of text it holds.</returns>
    private static long CheckPart(FieldChecks check, JsonElement part, string at)
    {
        if (part.ValueKind != JsonValueKind.Object)
        {
            check.Add(at, "must be an object");
            return 0;
        }

        var characters = 0L;
        if (
            !part.TryGetProperty("type", out var type)
            || type.ValueKind != JsonValueKind.String
            || PartKinds.Find(type.GetString()) is null
        )
        {
            check.Add(at + ".type", "must be a known kind of part");
        }

        foreach (var field in part.EnumerateObject())
        {
            characters += CheckField(check, field, $"{at}.{field.Name}");
        }

        return characters;
    }

    private static long CheckField(FieldChecks check, JsonProperty field, string at)
    {
        switch (field.Name)
        {
            case "type":
                return 0;
            case "name" or "call_id" or "url" or "text":
                return CheckText(check, field.Value, at);
            case "is_error" when field.Value.ValueKind is JsonValueKind.True or JsonValueKind.False:
            case "extra" when field.Value.ValueKind == JsonValueKind.Object:
                return 0;
            case "attachment" when field.Value.ValueKind == JsonValueKind.Object:
                return CheckAttachment(check, field.Value, at);
            default:
                check.Add(at, "is not known, or has a value that cannot be used");
                return 0;
        }
    }

    private static long CheckAttachment(FieldChecks check, JsonElement attachment, string at)
    {
        var characters = 0L;
        foreach (var field in attachment.EnumerateObject())
        {
            switch (field.Name)
            {
                case "id" or "name" or "media_type" or "source_ref" or "text":
                    characters += CheckText(check, field.Value, $"{at}.{field.Name}");
                    break;
                case "size"
                    when field.Value.ValueKind == JsonValueKind.Number
                        && field.Value.TryGetInt64(out var size)
                        && size >= 0:
                case "missing" when field.Value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                    break;
                default:
                    check.Add($"{at}.{field.Name}", "is not known, or has a value that cannot be used");
                    break;
            }
        }

        return characters;
    }

    private static long CheckText(FieldChecks check, JsonElement value, string at)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            check.Add(at, "must be text");
            return 0;
        }

        try
        {
            var text = value.GetString()!;
            check.Text(at, text, TextLimits.MessageText);
            return text.Length;
        }
        catch (InvalidOperationException)
        {
            // What the reader throws at half a surrogate pair.
            check.Add(at, "is not well-formed text");
            return 0;
        }
    }
}
