using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Parley.Conversations;

namespace Parley.Import;

/// <summary>
/// A forgiving view of one JSON value: any member of anything may be absent, null or of another type (imports.md),
/// and asking for it then gives nothing instead of throwing. Strings are unescaped by us, because the framework
/// throws on lone surrogates, which real exports hold.
/// </summary>
[DebuggerDisplay("{element}")]
internal readonly struct Json(JsonElement element)
{
    private readonly JsonElement element = element;

    public JsonValueKind Kind => element.ValueKind;
    public bool IsObject => element.ValueKind == JsonValueKind.Object;
    public bool IsArray => element.ValueKind == JsonValueKind.Array;
    public bool IsString => element.ValueKind == JsonValueKind.String;
    public bool IsNumber => element.ValueKind == JsonValueKind.Number;

    /// <summary>There, and not null.</summary>
    public bool Exists => element.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>The member of that name (the last one if repeated); nothing where this is no object or has none.</summary>
    public Json this[ReadOnlySpan<byte> name] =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
            ? new Json(value)
            : default;

    public Json this[string name] =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
            ? new Json(value)
            : default;

    /// <summary>The first of these members that exists.</summary>
    public Json Any(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (this[name] is { Exists: true } found)
            {
                return found;
            }
        }

        return default;
    }

    /// <summary>Elements of the array; none where this is no array.</summary>
    public IEnumerable<Json> Items()
    {
        return IsArray ? Each(element) : [];

        static IEnumerable<Json> Each(JsonElement array)
        {
            foreach (var item in array.EnumerateArray())
            {
                yield return new Json(item);
            }
        }
    }

    public int Count => element.ValueKind == JsonValueKind.Array ? element.GetArrayLength() : 0;

    /// <summary>Members of the object in file order; none where this is no object.</summary>
    public IEnumerable<(string Name, Json Value)> Members()
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                yield return (JsonText.ToString(JsonNames.Raw(member)), new Json(member.Value));
            }
        }
    }

    /// <summary>Members with their names as written (<see cref="JsonNames"/>), for loops that make no string per member.</summary>
    public JsonElement.ObjectEnumerator RawMembers() => IsObject ? element.EnumerateObject() : default;

    /// <summary>The string; null where this is none. Lone surrogates and broken UTF-8 become U+FFFD.</summary>
    public string? String() => IsString ? JsonText.ToString(StringBytes()) : null;

    /// <summary>The string, or the number or boolean as written; null otherwise. For ids that come in either form.</summary>
    public string? Scalar() =>
        Kind switch
        {
            JsonValueKind.String => String(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => element.GetRawText(),
            _ => null,
        };

    /// <summary>The string's UTF-8 in the arena; empty where this is no string.</summary>
    public ReadOnlyMemory<byte> Utf8(Utf8Arena arena) => IsString ? JsonText.Unescape(StringBytes(), arena) : default;

    /// <summary>The value's JSON as it stands in the source, in the arena; empty where there is nothing.</summary>
    public ReadOnlyMemory<byte> Raw(Utf8Arena arena) =>
        Exists ? JsonText.Valid(JsonMarshal.GetRawUtf8Value(element), arena) : default;

    /// <summary>The same without a copy, valid as long as the document; empty where there is nothing.</summary>
    public ReadOnlySpan<byte> RawBytes() => Exists ? JsonMarshal.GetRawUtf8Value(element) : default;

    /// <summary>Text as it should read: the string itself, or any other value as JSON without needless escapes.</summary>
    public ReadOnlyMemory<byte> TextOrRaw(Utf8Arena arena) => IsString ? Utf8(arena) : Readable(arena);

    /// <summary>The value's JSON with its characters written out, so that it can be searched (<see cref="JsonText.Readable"/>).</summary>
    public ReadOnlyMemory<byte> Readable(Utf8Arena arena) =>
        Exists ? JsonText.Readable(JsonMarshal.GetRawUtf8Value(element), arena) : default;

    public bool Bool() => element.ValueKind == JsonValueKind.True;

    /// <summary>There, and false: what is absent is not.</summary>
    public bool IsFalse => element.ValueKind == JsonValueKind.False;

    public long? Int64() =>
        IsNumber && (element.TryGetInt64(out var n) || (element.TryGetDouble(out var d) && Fits(d, out n))) ? n : null;

    public double? Double() => IsNumber && element.TryGetDouble(out var d) && double.IsFinite(d) ? d : null;

    /// <summary>Unix microseconds by the rules of imports.md 1.1, 7; null where it is no time.</summary>
    public long? Time() => Times.Read(this);

    /// <summary>Whether the string equals this ASCII text, without unescaping.</summary>
    public bool Is(ReadOnlySpan<byte> ascii) => IsString && StringBytes().SequenceEqual(ascii);

    private ReadOnlySpan<byte> StringBytes() => JsonMarshal.GetRawUtf8Value(element)[1..^1];

    private static bool Fits(double d, out long n)
    {
        var fits = d is > -9.2e18 and < 9.2e18;
        n = fits ? (long)d : 0;
        return fits;
    }
}
