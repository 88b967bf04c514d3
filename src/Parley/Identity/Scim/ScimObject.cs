using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Parley.Identity.Scim;

/// <summary>
/// A resource or a complex value: attributes by names that ignore case (RFC 7643, 2.1). Values are text, <c>bool</c>,
/// <c>double</c>, <see cref="ScimObject"/> or a <c>List&lt;object&gt;</c> of these; null is absent, as the RFC has it.
/// </summary>
internal sealed class ScimObject : Dictionary<string, object>
{
    public ScimObject()
        : base(StringComparer.OrdinalIgnoreCase) { }

    public string? Text(string name) => TryGetValue(name, out var value) ? value as string : null;

    public ScimObject? Inner(string name) => TryGetValue(name, out var value) ? value as ScimObject : null;

    /// <summary>The values of a multi-valued attribute; empty where there are none.</summary>
    public IReadOnlyList<object> List(string name) =>
        TryGetValue(name, out var value) ? value as List<object> ?? [value] : [];

    /// <summary>Some directories write their truths as texts: <c>"False"</c>.</summary>
    public bool? Truth(string name) =>
        TryGetValue(name, out var value)
            ? value as bool? ?? (bool.TryParse(value as string, out var text) ? text : null)
            : null;

    public static object? Read(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.Object => ReadObject(json),
            JsonValueKind.Array => ReadList(json),
            JsonValueKind.String => json.GetString(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => json.GetDouble(),
            _ => null,
        };

    public static ScimObject Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 32 });
            return Read(document.RootElement) as ScimObject
                ?? throw ScimException.Bad("invalidSyntax", "send a JSON object");
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            // The latter: half a surrogate pair, which is no text.
            throw ScimException.Bad("invalidSyntax", "the body is no JSON");
        }
    }

    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Kernel.Http.JsonOut.Options))
        {
            Write(json, this);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public override string ToString() => Encoding.UTF8.GetString(ToJson());

    private static void Write(Utf8JsonWriter json, object value)
    {
        switch (value)
        {
            case ScimObject inner:
                json.WriteStartObject();
                foreach (var (name, of) in inner)
                {
                    json.WritePropertyName(name);
                    Write(json, of);
                }

                json.WriteEndObject();
                break;
            case List<object> list:
                json.WriteStartArray();
                list.ForEach(item => Write(json, item));
                json.WriteEndArray();
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case double number:
                json.WriteNumberValue(number);
                break;
            default:
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static ScimObject ReadObject(JsonElement json)
    {
        var read = new ScimObject();
        foreach (var property in json.EnumerateObject())
        {
            if (Read(property.Value) is { } value)
            {
                read[property.Name] = value;
            }
        }

        return read;
    }

    private static List<object> ReadList(JsonElement json)
    {
        var read = new List<object>();
        foreach (var item in json.EnumerateArray())
        {
            if (Read(item) is { } value)
            {
                read.Add(value);
            }
        }

        return read;
    }
}
