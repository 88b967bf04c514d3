using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>
/// Parts to the JSON array that is stored and answered with, and back. The stored form is the wire form, so a
/// message is read without being parsed.
/// </summary>
internal static class PartsCodec
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>A message of one plain text part is stored as text, without JSON.</summary>
    public static bool IsPlain(MessageDraft message) =>
        message.Parts is [{ Kind: PartKind.Text, Extras.IsEmpty: true, Name: null, Url: null }];

    /// <param name="stored">What became of each attachment, in the order of the parts that have one.</param>
    public static void Write(IBufferWriter<byte> to, MessageDraft message, IReadOnlyList<StoredAttachment> stored)
    {
        using var json = new Utf8JsonWriter(to, Options);
        var next = 0;
        json.WriteStartArray();
        foreach (ref readonly var part in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(message.Parts))
        {
            Write(json, part, part.Attachment is null ? null : stored[next++]);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, in PartDraft part, StoredAttachment? attachment)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, PartKinds.Name(part.Kind));
        WriteIfAny(json, "name"u8, part.Name);
        WriteIfAny(json, "call_id"u8, part.CallId);
        WriteIfAny(json, "url"u8, part.Url);
        if (part.IsError)
        {
            json.WriteBoolean("is_error"u8, true);
        }

        if (!part.Text.IsEmpty || part.Kind is PartKind.Text or PartKind.Code)
        {
            json.WriteString("text"u8, part.Text.Span);
        }

        if (attachment is not null)
        {
            WriteAttachment(json, part.Attachment!, attachment);
        }

        if (!part.Extras.IsEmpty)
        {
            json.WritePropertyName("extra"u8);
            json.WriteRawValue(part.Extras.Span, skipInputValidation: true);
        }

        json.WriteEndObject();
    }

    private static void WriteAttachment(Utf8JsonWriter json, AttachmentDraft draft, StoredAttachment stored)
    {
        json.WriteStartObject("attachment"u8);
        json.WriteString("id"u8, Ids.Format(stored.Id, IdKind.File));
        WriteIfAny(json, "name"u8, draft.Name);
        WriteIfAny(json, "media_type"u8, stored.MediaType);
        if (stored.Size is { } size)
        {
            json.WriteNumber("size"u8, size);
        }

        json.WriteBoolean("missing"u8, stored.Blob is null);
        WriteIfAny(json, "source_ref"u8, draft.ProviderId);
        if (!draft.ExtractedText.IsEmpty)
        {
            json.WriteString("text"u8, draft.ExtractedText.Span);
        }

        json.WriteEndObject();
    }

    private static void WriteIfAny(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, Sound(value));
        }
    }

    /// <summary>A lone surrogate in a name would stop the writer.</summary>
    private static string Sound(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsSurrogate(value[i]))
            {
                return System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(value));
            }
        }

        return value;
    }

    /// <summary>Reads what was written back into parts whose texts live in the arena.</summary>
    public static void Read(ReadOnlyMemory<byte> stored, MessageDraft into, Utf8Arena arena)
    {
        using var document = JsonDocument.Parse(stored, new JsonDocumentOptions { MaxDepth = 1_000_000 });
        foreach (var part in document.RootElement.EnumerateArray())
        {
            into.Parts.Add(
                new PartDraft(PartKinds.Find(Text(part, "type"u8)) ?? PartKind.Unknown)
                {
                    Name = Text(part, "name"u8),
                    CallId = Text(part, "call_id"u8),
                    Url = Text(part, "url"u8),
                    IsError = part.TryGetProperty("is_error"u8, out var error) && error.ValueKind == JsonValueKind.True,
                    Text = Bytes(part, "text"u8, arena),
                    Attachment = part.TryGetProperty("attachment"u8, out var file) ? Attachment(file, arena) : null,
                    Extras = part.TryGetProperty("extra"u8, out var extra) ? arena.Add(extra.GetRawText()) : default,
                }
            );
        }
    }

    private static AttachmentDraft Attachment(JsonElement file, Utf8Arena arena) =>
        new()
        {
            Name = Text(file, "name"u8),
            MediaType = Text(file, "media_type"u8),
            Size = file.TryGetProperty("size"u8, out var size) ? size.GetInt64() : null,
            ProviderId = Text(file, "source_ref"u8),
            ExtractedText = Bytes(file, "text"u8, arena),
            StoredId = Ids.TryParse(Text(file, "id"u8), IdKind.File, out var id) ? id : null,
            HadBytes = file.TryGetProperty("missing"u8, out var missing) && missing.ValueKind == JsonValueKind.False,
        };

    private static string? Text(JsonElement at, ReadOnlySpan<byte> name) =>
        at.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ReadOnlyMemory<byte> Bytes(JsonElement at, ReadOnlySpan<byte> name, Utf8Arena arena) =>
        at.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? arena.Add(value.GetString()!)
            : default;
}

/// <summary>An attachment's row: its id, what its bytes turned out to be, and where they are (SHA-256; null = missing).</summary>
internal sealed record StoredAttachment(long Id, string? MediaType, long? Size, byte[]? Blob);
