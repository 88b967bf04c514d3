using System.Buffers;
using System.Buffers.Text;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Parley.Providers.Wire;

/// <summary>Builds a JSON body of a request to an upstream.</summary>
internal static class RequestBody
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static HttpRequestMessage Post(Uri address, Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(body, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        var content = new ReadOnlyMemoryContent(body.WrittenMemory);
        content.Headers.ContentType = Json;
        return new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
    }

    /// <summary>The bytes in base64 as a JSON string, behind a prefix.</summary>
    public static void WriteBase64(this Utf8JsonWriter json, string prefix, ReadOnlySpan<byte> bytes)
    {
        var room = ArrayPool<byte>.Shared.Rent(prefix.Length + Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        var head = System.Text.Encoding.ASCII.GetBytes(prefix, room);
        Base64.EncodeToUtf8(bytes, room.AsSpan(head), out _, out var written);
        json.WriteStringValue(room.AsSpan(0, head + written));
        ArrayPool<byte>.Shared.Return(room);
    }

    /// <summary>A call's arguments as a JSON object; what the model wrote in its place is wrapped, for wires that take nothing else.</summary>
    public static void WriteArguments(this Utf8JsonWriter json, ReadOnlySpan<byte> arguments)
    {
        if (IsObject(arguments))
        {
            json.WriteRawValue(arguments, skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        if (!arguments.IsEmpty)
        {
            json.WriteString("arguments"u8, arguments);
        }

        json.WriteEndObject();
    }

    /// <summary>Whether it is one whole JSON object.</summary>
    public static bool IsObject(ReadOnlySpan<byte> utf8)
    {
        var json = new Utf8JsonReader(utf8);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            json.Skip();
            return !json.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The members of an object of options, each given to <paramref name="each"/>; none where it is no object.</summary>
    public static void ForEachMember(ReadOnlyMemory<byte>? options, Action<JsonProperty> each)
    {
        if (options is not { IsEmpty: false } given)
        {
            return;
        }

        using var document = JsonDocument.Parse(given);
        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in document.RootElement.EnumerateObject())
            {
                each(member);
            }
        }
    }
}
