using System.Globalization;
using System.Text;

namespace Parley.Documents;

internal enum XmlToken
{
    /// <summary>Nothing more.</summary>
    End,

    /// <summary>An element opens; <see cref="XmlScan.IsEmpty"/> says whether it closes at once.</summary>
    Open,
    Close,
    Text,
}

/// <summary>
/// Reads XML forwards, over UTF-8. Forgiving, and without what makes XML dangerous (S34): no DTD is read, no entity is
/// known but the five of XML and numbers, nothing is fetched, nesting is bounded. Names are without their prefix.
/// </summary>
internal ref struct XmlScan(ReadOnlySpan<byte> xml)
{
    /// <summary>Elements inside each other; a table in a table in a text box needs some sixty.</summary>
    public const int MostDepth = 256;

    private ReadOnlySpan<byte> rest = xml;
    private ReadOnlySpan<byte> attributes;
    private ReadOnlySpan<byte> text;
    private bool isRaw;

    /// <summary>Of the element that opened or closed, without prefix.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The element that opened has no content; no <see cref="XmlToken.Close"/> follows.</summary>
    public bool IsEmpty { get; private set; }

    /// <summary>How many elements are open, the one that just opened included.</summary>
    public int Depth { get; private set; }

    /// <exception cref="ExtractionException">It is nested deeper than anything real.</exception>
    public XmlToken Read()
    {
        while (!rest.IsEmpty)
        {
            if (rest[0] != (byte)'<')
            {
                var end = rest.IndexOf((byte)'<');
                return Text(end < 0 ? rest.Length : end, 0, raw: false);
            }

            if (rest.StartsWith("<!--"u8))
            {
                Skip("-->"u8);
            }
            else if (rest.StartsWith("<![CDATA["u8))
            {
                rest = rest[9..];
                var end = rest.IndexOf("]]>"u8);
                return Text(end < 0 ? rest.Length : end, 3, raw: true);
            }
            else if (rest.StartsWith("<?"u8))
            {
                Skip("?>"u8);
            }
            else if (rest.StartsWith("<!"u8))
            {
                SkipDeclaration();
            }
            else
            {
                return Tag();
            }
        }

        return XmlToken.End;
    }

    /// <summary>Of what was read as text: as it is meant.</summary>
    public readonly string Value => isRaw ? Encoding.UTF8.GetString(text) : Decode(text);

    /// <summary>An attribute of the element that opened, by its name without prefix; null where it has none.</summary>
    public readonly string? Attribute(ReadOnlySpan<byte> name)
    {
        var left = attributes;
        while (true)
        {
            var equals = left.IndexOf((byte)'=');
            if (equals < 0)
            {
                return null;
            }

            var own = LocalName(left[..equals].Trim(" \t\r\n"u8));
            left = left[(equals + 1)..].TrimStart(" \t\r\n"u8);
            if (left.IsEmpty || left[0] is not ((byte)'"' or (byte)'\''))
            {
                return null;
            }

            var end = left[1..].IndexOf(left[0]);
            if (end < 0)
            {
                return null;
            }

            if (own.SequenceEqual(name))
            {
                return Decode(left.Slice(1, end));
            }

            left = left[(end + 2)..];
        }
    }

    /// <summary>Whether any attribute of the element that opened has that value.</summary>
    public readonly bool HasValue(string value)
    {
        Span<byte> quoted = stackalloc byte[256];
        if (Encoding.UTF8.GetByteCount(value) > quoted.Length - 2)
        {
            return false;
        }

        quoted[0] = (byte)'"';
        var length = Encoding.UTF8.GetBytes(value, quoted[1..]) + 2;
        quoted[length - 1] = (byte)'"';
        return attributes.IndexOf(quoted[..length]) >= 0;
    }

    /// <summary>Passes over what is in the element that just opened, its end included.</summary>
    public void SkipElement()
    {
        if (IsEmpty)
        {
            return;
        }

        var within = Depth;
        while (Depth >= within && Read() != XmlToken.End) { }
    }

    private XmlToken Tag()
    {
        var end = EndOfTag(rest);
        var tag = rest[1..end];
        rest = end < rest.Length ? rest[(end + 1)..] : default;
        if (tag.StartsWith("/"u8))
        {
            Name = LocalName(tag[1..].TrimEnd(" \t\r\n"u8));
            IsEmpty = false;
            Depth = Math.Max(0, Depth - 1);
            return XmlToken.Close;
        }

        IsEmpty = tag.EndsWith("/"u8);
        tag = IsEmpty ? tag[..^1] : tag;
        var name = tag.IndexOfAny(" \t\r\n"u8);
        Name = LocalName(name < 0 ? tag : tag[..name]);
        attributes = name < 0 ? default : tag[name..];
        if (!IsEmpty && ++Depth > MostDepth)
        {
            throw new ExtractionException($"it is damaged: its elements are nested more than {MostDepth} deep");
        }

        return XmlToken.Open;
    }

    /// <summary>A &gt; inside a quoted value does not end it.</summary>
    private static int EndOfTag(ReadOnlySpan<byte> tag)
    {
        var at = 1;
        while (at < tag.Length)
        {
            var next = tag[at..].IndexOfAny((byte)'>', (byte)'"', (byte)'\'');
            if (next < 0)
            {
                return tag.Length;
            }

            at += next;
            if (tag[at] == (byte)'>')
            {
                return at;
            }

            var close = tag[(at + 1)..].IndexOf(tag[at]);
            if (close < 0)
            {
                return tag.Length;
            }

            at += close + 2;
        }

        return tag.Length;
    }

    private XmlToken Text(int length, int behind, bool raw)
    {
        text = rest[..length];
        isRaw = raw;
        rest = rest[Math.Min(rest.Length, length + behind)..];
        return XmlToken.Text;
    }

    private void Skip(ReadOnlySpan<byte> until)
    {
        var end = rest.IndexOf(until);
        rest = end < 0 ? default : rest[(end + until.Length)..];
    }

    /// <summary>A DTD, with what it declares between brackets: none of it counts.</summary>
    private void SkipDeclaration()
    {
        var end = rest.IndexOfAny((byte)'>', (byte)'[');
        if (end >= 0 && rest[end] == (byte)'[')
        {
            var close = rest.IndexOf("]"u8);
            rest = close < 0 ? default : rest[close..];
            end = rest.IndexOf((byte)'>');
        }

        rest = end < 0 ? default : rest[(end + 1)..];
    }

    private static ReadOnlySpan<byte> LocalName(ReadOnlySpan<byte> name)
    {
        var colon = name.LastIndexOf((byte)':');
        return colon < 0 ? name : name[(colon + 1)..];
    }

    /// <summary>Entities as what they stand for; one that is not known stays as it is written.</summary>
    private static string Decode(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8);
        if (!text.Contains('&', StringComparison.Ordinal))
        {
            return text;
        }

        var decoded = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; )
        {
            var end = text[at] == '&' ? text.AsSpan(at, Math.Min(12, text.Length - at)).IndexOf(';') : -1;
            if (end > 1 && Entity(text.AsSpan(at + 1, end - 1)) is { } meant)
            {
                decoded.Append(meant);
                at += end + 1;
            }
            else
            {
                decoded.Append(text[at++]);
            }
        }

        return decoded.ToString();
    }

    private static string? Entity(ReadOnlySpan<char> name)
    {
        if (name[0] == '#')
        {
            var isHex = name.Length > 1 && name[1] is 'x' or 'X';
            return
                int.TryParse(
                    name[(isHex ? 2 : 1)..],
                    isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var code
                ) && Rune.IsValid(code)
                ? new Rune(code).ToString()
                : null;
        }

        return name switch
        {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            "apos" => "'",
            _ => null,
        };
    }
}
