using System.Buffers;
using System.Text.Json;
using Parley.Kernel.Http;

namespace Parley.Conversations.ChatDocuments;

/// <summary>The members of one JSON object by name, each value as it stood.</summary>
internal sealed class ChatMembers
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>> values = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => values.Keys;

    public bool IsEmpty => values.Count == 0;

    public ReadOnlyMemory<byte>? this[string name] =>
        values.TryGetValue(name, out var json) ? json : (ReadOnlyMemory<byte>?)null;

    /// <summary>The members of an object; none where the value is something else. Of a repeated name the last counts.</summary>
    public static ChatMembers Of(JsonElement value)
    {
        var members = new ChatMembers();
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                members.Set(member.Name, Raw(member.Value));
            }
        }

        return members;
    }

    public static ChatMembers Of(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, ChatJson.Reading);
        return Of(document.RootElement);
    }

    public static byte[] Raw(JsonElement value) =>
        System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value).ToArray();

    public ChatMembers Set(string name, ReadOnlyMemory<byte> json)
    {
        values[name] = json;
        return this;
    }

    public void SetText(string name, string? value)
    {
        if (value is not null)
        {
            Set(name, ChatJson.Text(value));
        }
    }

    public void Remove(string name) => values.Remove(name);

    public ReadOnlyMemory<byte> ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, JsonOut.Options))
        {
            Write(json);
        }

        return buffer.WrittenMemory;
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (name, value) in values)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value.Span, skipInputValidation: true);
        }

        json.WriteEndObject();
    }
}

/// <summary>Small pieces of JSON.</summary>
internal static class ChatJson
{
    /// <summary>Deeper than any request may be: what imports kept is read too.</summary>
    public static readonly JsonDocumentOptions Reading = new() { MaxDepth = 1_000 };

    public static readonly ReadOnlyMemory<byte> True = "true"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> False = "false"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> Null = "null"u8.ToArray();

    public static ReadOnlyMemory<byte> Text(ReadOnlySpan<byte> utf8)
    {
        var buffer = new ArrayBufferWriter<byte>(utf8.Length + 16);
        using (var json = new Utf8JsonWriter(buffer, JsonOut.Options))
        {
            json.WriteStringValue(utf8);
        }

        return buffer.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> Text(string value) => Text(System.Text.Encoding.UTF8.GetBytes(value));

    public static ReadOnlyMemory<byte> Number(long value)
    {
        Span<byte> digits = stackalloc byte[20];
        System.Buffers.Text.Utf8Formatter.TryFormat(value, digits, out var length);
        return digits[..length].ToArray();
    }

    public static ReadOnlyMemory<byte> Array(IEnumerable<ReadOnlyMemory<byte>> items)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, JsonOut.Options))
        {
            json.WriteStartArray();
            foreach (var item in items)
            {
                json.WriteRawValue(item.Span, skipInputValidation: true);
            }

            json.WriteEndArray();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>The same value, whatever the order of members, the white space and the escapes.</summary>
    public static bool Same(ReadOnlyMemory<byte>? one, ReadOnlyMemory<byte>? other)
    {
        if (one is not { } first || other is not { } second)
        {
            return one is null && other is null;
        }

        if (first.Span.SequenceEqual(second.Span))
        {
            return true;
        }

        using var left = JsonDocument.Parse(first, Reading);
        using var right = JsonDocument.Parse(second, Reading);
        return JsonElement.DeepEquals(left.RootElement, right.RootElement);
    }

    /// <summary>The text in a JSON string; null for any other value.</summary>
    public static string? TextIn(ReadOnlyMemory<byte>? json)
    {
        if (json is not { } value || value.Span[0] != (byte)'"')
        {
            return null;
        }

        var reader = new Utf8JsonReader(value.Span);
        reader.Read();
        return reader.GetString();
    }

    /// <summary>Whether every text and name in it can be read: half a surrogate pair cannot.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1_000 });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    _ = reader.GetString();
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // what the reader throws at one
        }
    }
}
