using System.Buffers;
using System.Text.Json;

namespace Parley.Import;

/// <summary>
/// Makes JSON of what is nearly JSON: <c>NaN</c> and <c>Infinity</c> as Python writes them become null (imports.md 1.1,
/// rule 7), raw control characters and unknown escapes within strings are escaped. Only tried on what did not parse.
/// </summary>
internal static class JsonMend
{
    private static readonly SearchValues<byte> InString = SearchValues.Create([
        (byte)'"',
        (byte)'\\',
        .. Enumerable.Range(0, 0x20).Select(c => (byte)c),
    ]);
    private static readonly SearchValues<byte> Outside = SearchValues.Create("\"NI"u8);

    /// <summary>False where there is nothing of the kind to mend.</summary>
    public static bool TryMend(ReadOnlySpan<byte> json, out ReadOnlyMemory<byte> mended)
    {
        var to = new ArrayBufferWriter<byte>(json.Length + 64);
        var changed = false;
        while (!json.IsEmpty)
        {
            changed |= Between(ref json, to);
            changed |= String(ref json, to);
        }

        mended = to.WrittenMemory;
        return changed;
    }

    /// <summary>The same without commas behind the last element of arrays and objects; itself where there are none.</summary>
    /// <exception cref="JsonException">It is no JSON but for such commas.</exception>
    public static ReadOnlyMemory<byte> WithoutTrailingCommas(ReadOnlyMemory<byte> json)
    {
        var span = json.Span;
        var reader = new Utf8JsonReader(
            span,
            new JsonReaderOptions { MaxDepth = 1_000_000, AllowTrailingCommas = true }
        );
        ArrayBufferWriter<byte>? to = null;
        var copied = 0;
        var behind = 0;
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
            {
                var comma = span[behind..(int)reader.TokenStartIndex].IndexOf((byte)',');
                if (comma >= 0)
                {
                    to ??= new ArrayBufferWriter<byte>(span.Length);
                    to.Write(span[copied..(behind + comma)]);
                    copied = behind + comma + 1;
                }
            }

            behind = (int)reader.BytesConsumed;
        }

        if (to is null)
        {
            return json;
        }

        to.Write(span[copied..]);
        return to.WrittenMemory;
    }

    /// <summary>Up to and with the next opening quote.</summary>
    private static bool Between(ref ReadOnlySpan<byte> json, ArrayBufferWriter<byte> to)
    {
        var changed = false;
        while (!json.IsEmpty)
        {
            var stop = json.IndexOfAny(Outside);
            var taken = stop < 0 ? json.Length : stop;
            var literal = stop < 0 || json[stop] == '"' ? 0 : Literal(json[stop..]);
            if (literal > 0)
            {
                // The sign of -Infinity stands before it.
                to.Write(json[..(stop > 0 && json[stop - 1] == '-' ? stop - 1 : stop)]);
                to.Write("null"u8);
                json = json[(stop + literal)..];
                changed = true;
                continue;
            }

            taken += stop < 0 ? 0 : 1;
            to.Write(json[..taken]);
            var quote = stop >= 0 && json[stop] == '"';
            json = json[taken..];
            if (quote)
            {
                break;
            }
        }

        return changed;
    }

    private static int Literal(ReadOnlySpan<byte> json) =>
        json.StartsWith("NaN"u8) ? 3
        : json.StartsWith("Infinity"u8) ? 8
        : 0;

    /// <summary>Up to and with the closing quote.</summary>
    private static bool String(ref ReadOnlySpan<byte> json, ArrayBufferWriter<byte> to)
    {
        var changed = false;
        while (!json.IsEmpty)
        {
            var stop = json.IndexOfAny(InString);
            if (stop < 0)
            {
                to.Write(json);
                json = default;
                break;
            }

            to.Write(json[..stop]);
            var at = json[stop];
            if (at == '"')
            {
                to.Write("\""u8);
                json = json[(stop + 1)..];
                break;
            }

            var known = at == '\\' && stop + 1 < json.Length && "\"\\/bfnrtu"u8.Contains(json[stop + 1]);
            to.Write(
                known ? json.Slice(stop, 2)
                : at == '\\' ? "\\\\"u8
                : [(byte)'\\', (byte)'u', (byte)'0', (byte)'0', Hex(at >> 4), Hex(at & 15)]
            );
            changed |= !known;
            json = json[(stop + (known ? 2 : 1))..];
        }

        return changed;
    }

    private static byte Hex(int digit) => (byte)"0123456789abcdef"[digit];
}
