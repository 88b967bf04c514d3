using System.Globalization;
using System.Text;

namespace Parley.Documents;

/// <summary>Header fields of a mail or of one of its parts, and how bodies are packed (RFC 2045 to 2047, 2231).</summary>
internal sealed class MimeHeaders
{
    private const int MostFields = 1_000;
    private const int MostParts = 1_000;
    private readonly Dictionary<string, byte[]> fields = new(StringComparer.Ordinal);

    /// <summary>The name of what is attached; null for a part that is to be read here.</summary>
    public string? FileName =>
        Parameter("content-disposition", "filename")
        ?? Parameter("content-type", "name")
        ?? (
            Value("content-disposition")?.StartsWith("attachment", StringComparison.OrdinalIgnoreCase) == true
                ? "file"
                : null
        );

    /// <summary>The fields, unfolded, and what follows them. Of a field that repeats the first counts.</summary>
    public static MimePart Read(ReadOnlySpan<byte> part)
    {
        var headers = new MimeHeaders();
        string? name = null;
        while (!part.IsEmpty)
        {
            var end = part.IndexOf((byte)'\n');
            var line = (end < 0 ? part : part[..end]).TrimEnd((byte)'\r');
            part = end < 0 ? default : part[(end + 1)..];
            if (line.IsEmpty)
            {
                break;
            }

            var colon = line.IndexOf((byte)':');
            if (line[0] is (byte)' ' or (byte)'\t')
            {
                if (name is not null)
                {
                    headers.fields[name] = [.. headers.fields[name], (byte)' ', .. line.Trim(" \t"u8)];
                }
            }
            else if (colon > 0)
            {
                name = Encoding.Latin1.GetString(line[..colon]).Trim().ToLowerInvariant();
                var isNew =
                    headers.fields.Count < MostFields
                    && headers.fields.TryAdd(name, line[(colon + 1)..].Trim(" \t"u8).ToArray());
                name = isNew ? name : null;
            }
        }

        return new MimePart(headers, part);
    }

    /// <summary>Where the parts between the lines of a boundary stand.</summary>
    public static List<(int Start, int Length)> Split(ReadOnlySpan<byte> body, string boundary)
    {
        var mark = Encoding.UTF8.GetBytes("--" + boundary);
        var parts = new List<(int, int)>();
        var (from, at) = (-1, 0);
        while (at < body.Length && parts.Count < MostParts)
        {
            var end = body[at..].IndexOf((byte)'\n');
            var next = end < 0 ? body.Length : at + end + 1;
            if (body[at..].StartsWith(mark))
            {
                if (from >= 0)
                {
                    parts.Add((from, Math.Max(0, at - from)));
                }

                from = body[(at + mark.Length)..].StartsWith("--"u8) ? -1 : next;
            }

            at = next;
        }

        if (from >= 0 && from < body.Length)
        {
            parts.Add((from, body.Length - from)); // cut off
        }

        return parts;
    }

    public static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> body, string? encoding) =>
        encoding?.Trim().ToLowerInvariant() switch
        {
            "base64" => FromBase64(body),
            "quoted-printable" => FromQuoted(body, isWord: false),
            _ => body,
        };

    /// <summary>A field as it stands, in bytes of one character each.</summary>
    public string? Value(string name) =>
        fields.TryGetValue(name, out var value) ? Encoding.UTF8.GetString(Charsets.ToUtf8(value)) : null;

    /// <summary>A field with its encoded words as what they say.</summary>
    public string? Words(string name)
    {
        if (Value(name) is not { } value)
        {
            return null;
        }

        var words = new StringBuilder();
        for (var at = 0; at < value.Length; )
        {
            var begin = value.IndexOf("=?", at, StringComparison.Ordinal);
            if (begin < 0 || Word(value.AsSpan(begin)) is not { } word)
            {
                var to = begin < 0 ? value.Length : begin + 2;
                words.Append(value.AsSpan(at, to - at));
                at = to;
                continue;
            }

            // Blanks between two encoded words are not meant.
            var between = value.AsSpan(at, begin - at);
            words.Append(at > 0 && between.IsWhiteSpace() ? "" : between).Append(word.Text);
            at = begin + word.Length;
        }

        return words.ToString().Trim();
    }

    /// <summary>A parameter of a field, in the plain form or in that of RFC 2231.</summary>
    public string? Parameter(string field, string name)
    {
        if (Value(field) is not { } value)
        {
            return null;
        }

        var joined = new StringBuilder();
        foreach (var piece in SplitParameters(value))
        {
            var equals = piece.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                continue;
            }

            var key = piece[..equals].Trim().ToLowerInvariant();
            var given = piece[(equals + 1)..].Trim().Trim('"');
            if (key == name)
            {
                var stand = new MimeHeaders();
                stand.fields["x"] = Encoding.UTF8.GetBytes(given);
                return stand.Words("x");
            }

            if (key.StartsWith(name + "*", StringComparison.Ordinal))
            {
                var mark = given.LastIndexOf('\'');
                joined.Append(key.EndsWith('*') ? Uri.UnescapeDataString(given[(mark + 1)..]) : given);
            }
        }

        return joined.Length > 0 ? joined.ToString() : null;
    }

    private static List<string> SplitParameters(string value)
    {
        var pieces = new List<string>();
        var (from, quoted) = (0, false);
        for (var i = 0; i <= value.Length; i++)
        {
            if (i == value.Length || (value[i] == ';' && !quoted))
            {
                pieces.Add(value[from..i]);
                from = i + 1;
            }
            else
            {
                quoted ^= value[i] == '"';
            }
        }

        return pieces;
    }

    /// <summary><c>=?charset?B?…?=</c>; null where it is none.</summary>
    private static (string Text, int Length)? Word(ReadOnlySpan<char> value)
    {
        var charset = value[2..].IndexOf('?');
        if (charset < 0 || value.Length < charset + 5 || value[charset + 4] != '?')
        {
            return null;
        }

        var begin = charset + 5;
        var length = value[begin..].IndexOf("?=");
        if (length < 0)
        {
            return null;
        }

        var packed = Encoding.UTF8.GetBytes(value.Slice(begin, length).ToString());
        var bytes = value[charset + 3] is 'B' or 'b' ? FromBase64(packed) : FromQuoted(packed, isWord: true);
        var name = value.Slice(2, charset);
        var language = name.IndexOf('*');
        var text = Encoding.UTF8.GetString(Charsets.ToUtf8(bytes, (language < 0 ? name : name[..language]).ToString()));
        return (text, begin + length + 2);
    }

    /// <summary>What is no digit of base64 is passed over, as mails are read.</summary>
    private static byte[] FromBase64(ReadOnlySpan<byte> packed)
    {
        var bytes = new byte[(packed.Length * 3 / 4) + 3];
        var (length, bits, count) = (0, 0, 0);
        foreach (var c in packed)
        {
            var digit = c switch
            {
                >= (byte)'A' and <= (byte)'Z' => c - 'A',
                >= (byte)'a' and <= (byte)'z' => c - 'a' + 26,
                >= (byte)'0' and <= (byte)'9' => c - '0' + 52,
                (byte)'+' or (byte)'-' => 62,
                (byte)'/' or (byte)'_' => 63,
                _ => -1,
            };
            if (c == (byte)'=')
            {
                break;
            }

            if (digit < 0)
            {
                continue;
            }

            (bits, count) = ((bits << 6) | digit, count + 6);
            if (count >= 8)
            {
                count -= 8;
                bytes[length++] = (byte)(bits >> count);
                bits &= (1 << count) - 1;
            }
        }

        return bytes[..length];
    }

    private static byte[] FromQuoted(ReadOnlySpan<byte> packed, bool isWord)
    {
        var bytes = new byte[packed.Length];
        var length = 0;
        for (var i = 0; i < packed.Length; i++)
        {
            if (packed[i] == (byte)'=' && i + 2 < packed.Length + 1)
            {
                var rest = packed[(i + 1)..];
                if (rest.StartsWith("\r\n"u8) || rest.StartsWith("\n"u8))
                {
                    i += rest[0] == (byte)'\r' ? 2 : 1;
                    continue;
                }

                if (
                    rest.Length >= 2
                    && byte.TryParse(rest[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var b)
                )
                {
                    bytes[length++] = b;
                    i += 2;
                    continue;
                }
            }

            bytes[length++] = isWord && packed[i] == (byte)'_' ? (byte)' ' : packed[i];
        }

        return bytes[..length];
    }
}

/// <summary>A part of a mail: its fields, and the bytes behind them.</summary>
internal readonly ref struct MimePart(MimeHeaders headers, ReadOnlySpan<byte> body)
{
    private readonly ReadOnlySpan<byte> body = body;

    public void Deconstruct(out MimeHeaders fields, out ReadOnlySpan<byte> bytes)
    {
        fields = headers;
        bytes = body;
    }
}
