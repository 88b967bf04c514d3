using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Parley.Conversations;

/// <summary>The extras column of a message: <c>{raw_role?, finish?, source?}</c>, source being the provider's own fields as they stood.</summary>
internal static class MessageExtras
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static ReadOnlyMemory<byte> Of(MessageDraft draft, Utf8Arena arena)
    {
        if (draft.RawRole is null && draft.Finish is null && draft.Extras.IsEmpty)
        {
            return default;
        }

        var buffer = new ArrayBufferWriter<byte>(64 + draft.Extras.Length);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            if (draft.RawRole is { } role)
            {
                json.WriteString("raw_role"u8, role);
            }

            if (draft.Finish is { } finish)
            {
                json.WriteString("finish"u8, finish);
            }

            if (!draft.Extras.IsEmpty)
            {
                json.WritePropertyName("source"u8);
                json.WriteRawValue(draft.Extras.Span, skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        return arena.Add(buffer.WrittenSpan);
    }
}
