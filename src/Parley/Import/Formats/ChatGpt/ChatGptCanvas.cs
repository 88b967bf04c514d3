using System.Text.Json;
using Parley.Conversations;

namespace Parley.Import.Formats.ChatGpt;

/// <summary>
/// Documents of the canvas ("canmore"): they are written as JSON within a tool call, so their text stands escaped
/// there. It is given as a part of its own, to be read and found (imports.md 3.4); the call keeps its input as it is.
/// </summary>
internal static class ChatGptCanvas
{
    public static void Add(in ChatGptScope scope, ReadOnlyMemory<byte> input)
    {
        try
        {
            using var document = JsonSlices.Parse(input);
            AddWhole(scope, new Json(document.RootElement));
        }
        catch (JsonException)
        {
            AddCutOff(scope, input.Span);
        }
    }

    private static void AddWhole(in ChatGptScope scope, Json document)
    {
        AddText(scope, document["content"u8].Utf8(scope.Arena), document["type"u8].String());
        foreach (var update in document["updates"u8].Items())
        {
            AddText(scope, update["replacement"u8].Utf8(scope.Arena), null);
        }

        foreach (var comment in document["comments"u8].Items())
        {
            AddText(scope, comment["comment"u8].Utf8(scope.Arena), null);
        }
    }

    /// <summary>An answer that was stopped ends within the JSON: what the members hold up to there.</summary>
    private static void AddCutOff(in ChatGptScope scope, ReadOnlySpan<byte> input)
    {
        foreach (var member in (ReadOnlySpan<string>)["\"content\"", "\"replacement\""])
        {
            var rest = input;
            while (rest.IndexOf(System.Text.Encoding.UTF8.GetBytes(member)) is >= 0 and var found)
            {
                rest = rest[(found + member.Length)..].TrimStart(" \t\r\n:"u8);
                if (rest.IsEmpty || rest[0] != '"')
                {
                    continue;
                }

                var length = StringLength(rest[1..]);
                AddText(scope, JsonText.Unescape(rest.Slice(1, length), scope.Arena), null);
                rest = rest[(1 + length)..];
            }
        }
    }

    private static int StringLength(ReadOnlySpan<byte> body)
    {
        var at = 0;
        while (body[at..].IndexOfAny((byte)'"', (byte)'\\') is >= 0 and var stop)
        {
            at += stop;
            if (body[at] == '"')
            {
                return at;
            }

            at = Math.Min(body.Length, at + 2);
        }

        return body.Length;
    }

    /// <param name="type">What the canvas says it is: <c>document</c>, or <c>code/python</c>.</param>
    private static void AddText(in ChatGptScope scope, ReadOnlyMemory<byte> text, string? type)
    {
        if (text.IsEmpty)
        {
            return;
        }

        var isCode = type is not null && type.StartsWith("code/", StringComparison.Ordinal);
        scope.Message.Add(
            isCode
                ? new PartDraft(PartKind.Code) { Name = type!["code/".Length..], Text = text }
                : new PartDraft(PartKind.Text) { Text = text }
        );
    }
}
