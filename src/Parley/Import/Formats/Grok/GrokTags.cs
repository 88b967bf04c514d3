using System.Buffers;
using System.Text;
using Parley.Conversations;

namespace Parley.Import.Formats.Grok;

/// <summary>
/// The tags that stand in Grok's Markdown (imports.md 6.1): <c>&lt;grok:render&gt;</c> marks where a card is shown and
/// is taken out, the card itself being a citation of its own; the body of <c>&lt;xaiArtifact&gt;</c> is code;
/// <c>&lt;think&gt;</c> at the beginning is thinking. Quotes may be escaped once more than they should (X archive).
/// </summary>
internal static class GrokTags
{
    private static readonly byte[][] Marks =
    [
        [.. "<grok:"u8],
        [.. "<grok-card"u8],
        [.. "<xaiArtifact"u8],
        [.. "<xai:tool_usage_card"u8],
    ];

    /// <summary>Adds the parts of a message; slices of <paramref name="text"/> where nothing is taken out of it.</summary>
    public static void AddParts(MessageDraft message, ReadOnlyMemory<byte> text, Utf8Arena arena)
    {
        text = AddThinking(message, text);
        if (text.Span.IndexOf("<grok"u8) < 0 && text.Span.IndexOf("<xai"u8) < 0)
        {
            AddText(message, text);
            return;
        }

        var plain = new ArrayBufferWriter<byte>(text.Length);
        while (Next(text.Span) is var (at, mark) && at >= 0)
        {
            plain.Write(text.Span[..at]);
            text = text[at..];
            var (body, length) = Element(text, mark);
            if (mark >= 2)
            {
                Flush(message, plain, arena);
                message.Add(
                    mark == 2
                        ? Artifact(text, body, arena)
                        : GrokToolCards.Call(Encoding.UTF8.GetString(text.Span[..length]), arena)
                );
            }

            text = text[length..];
        }

        plain.Write(text.Span);
        Flush(message, plain, arena);
    }

    /// <summary>The value of an attribute in a tag or of an argument below it; null where there is none.</summary>
    public static string? Attribute(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> name)
    {
        for (var at = tag.IndexOf(name); at >= 0; )
        {
            var rest = tag[(at + name.Length)..].TrimStart((byte)' ');
            if (!rest.IsEmpty && rest[0] == '=')
            {
                var value = rest[1..].TrimStart(" \\"u8);
                if (!value.IsEmpty && value[0] is (byte)'"' or (byte)'\'')
                {
                    var end = value[1..].IndexOf(value[0]);
                    return end < 0 ? null : Encoding.UTF8.GetString(value.Slice(1, end).TrimEnd((byte)'\\'));
                }
            }

            var next = tag[(at + 1)..].IndexOf(name);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return null;
    }

    private static ReadOnlyMemory<byte> AddThinking(MessageDraft message, ReadOnlyMemory<byte> text)
    {
        var trimmed = text[(text.Length - text.Span.TrimStart(" \r\n\t"u8).Length)..];
        foreach (
            var (open, close) in ((string, string)[])
                [("<think>", "</think>"), ("<thinking>", "</thinking>"), ("<Thinking>", "</Thinking>")]
        )
        {
            if (!trimmed.Span.StartsWith(Encoding.ASCII.GetBytes(open)))
            {
                continue;
            }

            var body = trimmed[open.Length..];
            var end = body.Span.IndexOf(Encoding.ASCII.GetBytes(close));
            message.Add(new PartDraft(PartKind.Thinking) { Text = Trim(end < 0 ? body : body[..end]) });
            return end < 0 ? default : body[(end + close.Length)..];
        }

        return text;
    }

    private static (int At, int Mark) Next(ReadOnlySpan<byte> text)
    {
        var (first, which) = (-1, -1);
        for (var i = 0; i < Marks.Length; i++)
        {
            var at = text.IndexOf(Marks[i]);
            if (at >= 0 && (first < 0 || at < first))
            {
                (first, which) = (at, i);
                text = text[..Math.Min(text.Length, at + Marks[i].Length)];
            }
        }

        return (first, which);
    }

    /// <summary>What is between a tag and its end, and the length of all of it. Without an end: the tag alone, for an artifact all that follows.</summary>
    private static (ReadOnlyMemory<byte> Body, int Length) Element(ReadOnlyMemory<byte> text, int mark)
    {
        var span = text.Span;
        var open = TagLength(span);
        var name = span[1..];
        name = name[..Math.Max(0, name.IndexOfAny(" \t\r\n/>"u8) is var end and >= 0 ? end : name.Length)];
        if (open == span.Length || span[open - 2] == '/')
        {
            return (default, open);
        }

        var close = span[open..].IndexOf((byte[])[.. "</"u8, .. name, .. ">"u8]);
        if (close >= 0)
        {
            return (text.Slice(open, close), open + close + name.Length + 3);
        }

        return mark == 2 ? (text[open..], text.Length) : (default, open);
    }

    /// <summary>Bytes of the tag; a bracket inside a quoted value does not end it.</summary>
    private static int TagLength(ReadOnlySpan<byte> tag)
    {
        var quoted = false;
        for (var i = 0; i < tag.Length; i++)
        {
            if (tag[i] == '"')
            {
                quoted = !quoted;
            }
            else if (tag[i] == '>' && !quoted)
            {
                return i + 1;
            }
        }

        var first = tag.IndexOf((byte)'>');
        return first < 0 ? tag.Length : first + 1;
    }

    private static PartDraft Artifact(ReadOnlyMemory<byte> element, ReadOnlyMemory<byte> body, Utf8Arena arena)
    {
        var tag = element.Span[..(element.Length - body.Length)];
        var title = Attribute(tag, "title"u8);
        var id = Attribute(tag, "artifact_id"u8);
        var extras = new ArrayBufferWriter<byte>();
        using (var json = new System.Text.Json.Utf8JsonWriter(extras))
        {
            json.WriteStartObject();
            json.WriteString("title", title);
            json.WriteString("artifact_id", id);
            json.WriteEndObject();
        }

        return new PartDraft(PartKind.Code)
        {
            Text = Trim(body),
            Name = Language(Attribute(tag, "contentType"u8)),
            Extras = arena.Add(extras.WrittenSpan),
        };
    }

    /// <summary><c>text/x-python</c> → <c>python</c>.</summary>
    private static string? Language(string? contentType)
    {
        var name = contentType?[(contentType.LastIndexOf('/') + 1)..];
        return name is null ? null
            : name.StartsWith("x-", StringComparison.Ordinal) ? name[2..]
            : name;
    }

    private static void Flush(MessageDraft message, ArrayBufferWriter<byte> plain, Utf8Arena arena)
    {
        if (!plain.WrittenSpan.Trim(" \r\n\t"u8).IsEmpty)
        {
            AddText(message, arena.Add(plain.WrittenSpan));
        }

        plain.ResetWrittenCount();
    }

    private static void AddText(MessageDraft message, ReadOnlyMemory<byte> text)
    {
        if (!text.IsEmpty)
        {
            message.AddText(text);
        }
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> text)
    {
        var start = text.Length - text.Span.TrimStart("\r\n"u8).Length;
        return text.Slice(start, text.Span[start..].TrimEnd("\r\n"u8).Length);
    }
}
