using System.Text;

namespace Parley.Documents;

/// <summary>A mail (RFC 5322, MIME): who to whom and when, its words, and the names of what was attached.</summary>
internal sealed class MailReader(DocumentText text)
{
    private const int MostDepth = 20;
    private const int MostParts = 1_000;

    private static readonly string[] Known =
    [
        "from",
        "to",
        "cc",
        "subject",
        "date",
        "received",
        "message-id",
        "mime-version",
        "return-path",
        "delivered-to",
        "reply-to",
    ];

    private readonly List<string> attached = [];
    private int parts;

    /// <summary>It begins with header fields, two of which only mails have.</summary>
    public static bool IsMail(ReadOnlySpan<byte> begin)
    {
        var known = 0;
        foreach (var range in begin.Split((byte)'\n'))
        {
            var line = begin[range].TrimEnd((byte)'\r');
            if (line.IsEmpty)
            {
                break;
            }

            if (line[0] is (byte)' ' or (byte)'\t')
            {
                continue;
            }

            var colon = line.IndexOf((byte)':');
            if (colon <= 0 || line[..colon].IndexOf((byte)' ') >= 0)
            {
                return false;
            }

            known += Known.Contains(Encoding.Latin1.GetString(line[..colon]).ToLowerInvariant()) ? 1 : 0;
        }

        return known >= 2;
    }

    public void Read(ReadOnlySpan<byte> mail)
    {
        var (headers, body) = MimeHeaders.Read(mail);
        text.Heading(1, headers.Words("subject") is { Length: > 0 } subject ? subject : "Mail");
        foreach (var (name, label) in new[] { ("from", "From"), ("to", "To"), ("cc", "Cc"), ("date", "Date") })
        {
            if (headers.Words(name) is { Length: > 0 } words)
            {
                text.Add($"{label}: {words}");
                text.Line();
            }
        }

        text.Block();
        Part(headers, body, depth: 0);
        if (attached.Count > 0)
        {
            text.Block();
            text.Add("Attached: " + string.Join(", ", attached));
            text.Line();
        }
    }

    /// <summary>True where it gave words.</summary>
    private bool Part(MimeHeaders headers, ReadOnlySpan<byte> body, int depth)
    {
        if (depth > MostDepth || ++parts > MostParts)
        {
            throw new ExtractionException("it is damaged: its parts are nested without end");
        }

        var type = headers.Value("content-type")?.ToLowerInvariant() ?? "text/plain";
        if (headers.FileName is { } name && !type.StartsWith("multipart/", StringComparison.Ordinal))
        {
            attached.Add(name);
            return false;
        }

        if (
            type.StartsWith("multipart/", StringComparison.Ordinal)
            && headers.Parameter("content-type", "boundary") is { Length: > 0 } boundary
        )
        {
            return Parts(
                body,
                boundary,
                depth,
                isChoice: type.StartsWith("multipart/alternative", StringComparison.Ordinal)
            );
        }

        if (type.StartsWith("message/rfc822", StringComparison.Ordinal))
        {
            var (inner, words) = MimeHeaders.Read(MimeHeaders.Decode(body, headers.Value("content-transfer-encoding")));
            text.Heading(2, inner.Words("subject") ?? "Mail");
            return Part(inner, words, depth + 1);
        }

        if (!type.StartsWith("text/", StringComparison.Ordinal))
        {
            return false;
        }

        var bytes = MimeHeaders.Decode(body, headers.Value("content-transfer-encoding"));
        var utf8 = Charsets.ToUtf8(bytes, headers.Parameter("content-type", "charset"));
        text.Block();
        if (type.StartsWith("text/html", StringComparison.Ordinal))
        {
            HtmlText.Read(utf8, text, mainOnly: false);
        }
        else
        {
            text.Add(utf8);
        }

        return !utf8.IsEmpty;
    }

    private bool Parts(ReadOnlySpan<byte> body, string boundary, int depth, bool isChoice)
    {
        var said = false;
        var choices = new List<(MimeHeaders Headers, int Start, int Length)>();
        foreach (var (start, length) in MimeHeaders.Split(body, boundary))
        {
            var (headers, inner) = MimeHeaders.Read(body.Slice(start, length));
            if (isChoice)
            {
                choices.Add((headers, start + length - inner.Length, inner.Length));
            }
            else
            {
                said |= Part(headers, inner, depth + 1);
            }
        }

        // Plain words first: they are what HTML is made from, or the other way round.
        choices.Sort((a, b) => Rank(a.Headers).CompareTo(Rank(b.Headers)));
        foreach (var (headers, start, length) in choices)
        {
            if (!said)
            {
                said = Part(headers, body.Slice(start, length), depth + 1);
            }
        }

        return said;
    }

    private static int Rank(MimeHeaders headers) =>
        headers.Value("content-type")?.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase) != false ? 0 : 1;
}
