using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Parley.Documents;

/// <summary>JSON: as it stands where it has lines, otherwise written out with a line a value.</summary>
internal static class JsonText
{
    private const int LongLine = 2_000;

    /// <summary>Its first tokens are those of JSON.</summary>
    public static bool LooksLike(ReadOnlySpan<byte> begin)
    {
        var reader = new Utf8JsonReader(begin, isFinalBlock: false, default);
        try
        {
            for (var i = 0; i < 20 && reader.Read(); i++) { }

            return reader.TokensSeen();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public static void Read(ReadOnlySpan<byte> utf8, DocumentText text)
    {
        if (!HasLongLine(utf8))
        {
            text.Add(utf8);
            return;
        }

        var lines = new ArrayBufferWriter<byte>(utf8.Length + (utf8.Length / 4));
        try
        {
            Indent(utf8, lines, text);
        }
        catch (JsonException)
        {
            // Not sound to its end: as it stands.
            text.Add(utf8);
            return;
        }

        text.Add(lines.WrittenSpan);
    }

    private static void Indent(ReadOnlySpan<byte> utf8, ArrayBufferWriter<byte> lines, DocumentText text)
    {
        var reader = new Utf8JsonReader(
            utf8,
            new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, MaxDepth = 256 }
        );
        using var writer = new Utf8JsonWriter(
            lines,
            new JsonWriterOptions
            {
                Indented = true,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                SkipValidation = true,
            }
        );
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    writer.WriteStartObject();
                    break;
                case JsonTokenType.EndObject:
                    writer.WriteEndObject();
                    break;
                case JsonTokenType.StartArray:
                    writer.WriteStartArray();
                    break;
                case JsonTokenType.EndArray:
                    writer.WriteEndArray();
                    break;
                case JsonTokenType.PropertyName:
                    writer.WritePropertyName(reader.GetString()!);
                    break;
                case JsonTokenType.String:
                    writer.WriteStringValue(reader.GetString());
                    break;
                case JsonTokenType.True or JsonTokenType.False:
                    writer.WriteBooleanValue(reader.GetBoolean());
                    break;
                case JsonTokenType.Null:
                    writer.WriteNullValue();
                    break;
                default:
                    Number(ref reader, writer);
                    break;
            }

            if (lines.WrittenCount + writer.BytesPending > DocumentText.MostBytes)
            {
                writer.Flush();
                text.Add(lines.WrittenSpan); // says what is too much
            }

            text.Deadline.ThrowIfCancellationRequested();
        }
    }

    /// <summary>As it is written: 2.50 stays so. A raw value gets no line of its own.</summary>
    private static void Number(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        if (reader.ValueSpan.IndexOfAny("eE"u8) < 0 && reader.TryGetDecimal(out var number))
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
        }
    }

    private static bool HasLongLine(ReadOnlySpan<byte> utf8)
    {
        while (utf8.Length > LongLine)
        {
            var end = utf8.IndexOf((byte)'\n');
            if (end < 0 || end > LongLine)
            {
                return true;
            }

            utf8 = utf8[(end + 1)..];
        }

        return false;
    }

    private static bool TokensSeen(this Utf8JsonReader reader) =>
        reader.BytesConsumed > 0 && reader.TokenType != JsonTokenType.None;
}
