using System.Buffers;
using System.Text.Json;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>
/// The text rendering of stored parts: what was said, as Markdown. Code stands in fences, files as their names; thinking,
/// tool calls and their results are no part of what was said.
/// </summary>
internal static class ContentText
{
    public static Utf8Text Of(ReadOnlySpan<byte> parts)
    {
        var to = new ArrayBufferWriter<byte>(parts.Length);
        var reader = new Utf8JsonReader(parts, new JsonReaderOptions { MaxDepth = 100_000 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            using var part = JsonDocument.ParseValue(ref reader);
            Write(to, part.RootElement);
        }

        return new Utf8Text(to.WrittenMemory);
    }

    private static void Write(ArrayBufferWriter<byte> to, JsonElement part)
    {
        var kind = PartKinds.Find(part.GetProperty("type"u8).GetString());
        var text =
            part.TryGetProperty("text"u8, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()!
                : "";
        switch (kind)
        {
            case PartKind.Text when text.Length > 0:
                Paragraph(to, text);
                break;
            case PartKind.Code:
                Paragraph(to, Markdown.Fence(text, Text(part, "name"u8)));
                break;
            case PartKind.Image or PartKind.Audio or PartKind.Video or PartKind.File:
                Paragraph(to, $"[{Markdown.LinkText(FileName(part) ?? PartKinds.Name(kind.Value))}]");
                if (text.Length > 0)
                {
                    Paragraph(to, text);
                }

                break;
        }
    }

    private static string? FileName(JsonElement part) =>
        part.TryGetProperty("attachment"u8, out var file) ? Text(file, "name"u8) : null;

    private static string? Text(JsonElement at, ReadOnlySpan<byte> name) =>
        at.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static void Paragraph(ArrayBufferWriter<byte> to, string text)
    {
        if (to.WrittenCount > 0)
        {
            to.Write("\n\n"u8);
        }

        to.Advance(
            System.Text.Encoding.UTF8.GetBytes(text, to.GetSpan(System.Text.Encoding.UTF8.GetMaxByteCount(text.Length)))
        );
    }
}
