using System.Buffers.Binary;
using Parley.Files;

namespace Parley.Documents;

/// <summary>What a document is, from its bytes; of texts that look alike the name tells which.</summary>
internal static class DocumentKinds
{
    public const string Markdown = "markdown";
    public const string Plain = "text";
    public const string Code = "code";
    public const string Html = "html";
    public const string Csv = "csv";
    public const string Json = "json";
    public const string Mail = "mail";
    public const string Pdf = "pdf";
    public const string Zip = "zip";

    private const int LooksAt = 16 * 1024;

    private static readonly string[] CodeNames =
    [
        ".c",
        ".h",
        ".cc",
        ".cpp",
        ".hpp",
        ".cs",
        ".java",
        ".kt",
        ".scala",
        ".go",
        ".rs",
        ".swift",
        ".py",
        ".rb",
        ".php",
        ".pl",
        ".lua",
        ".r",
        ".jl",
        ".js",
        ".mjs",
        ".cjs",
        ".ts",
        ".tsx",
        ".jsx",
        ".vue",
        ".svelte",
        ".css",
        ".scss",
        ".less",
        ".sql",
        ".sh",
        ".bash",
        ".zsh",
        ".ps1",
        ".bat",
        ".toml",
        ".ini",
        ".cfg",
        ".conf",
        ".yaml",
        ".yml",
        ".xml",
        ".svg",
        ".tf",
        ".proto",
        ".gradle",
        ".cmake",
        ".mk",
        ".dart",
        ".ex",
        ".exs",
        ".erl",
        ".hs",
        ".ml",
        ".fs",
        ".clj",
        ".lisp",
        ".vim",
        ".zig",
        ".nim",
    ];

    /// <summary>The kind of these bytes, a zip's by what is in it later.</summary>
    /// <exception cref="ExtractionException">Nothing that is read here.</exception>
    public static string Of(ReadOnlySpan<byte> whole, string name)
    {
        var head = whole[..Math.Min(LooksAt, whole.Length)];
        if (head.IndexOf("%PDF-"u8) is >= 0 and < 1024)
        {
            return Pdf;
        }

        if (head.StartsWith("PK\u0003\u0004"u8))
        {
            return Zip;
        }

        RefuseKnown(head);
        return Charsets.IsText(whole) ? OfText(head, Path.GetExtension(name).ToLowerInvariant()) : throw Unknown();
    }

    private static void RefuseKnown(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 8 && BinaryPrimitives.ReadUInt64BigEndian(head) == 0xD0CF11E0A1B11AE1)
        {
            throw new ExtractionException(
                "it is a Word, Excel or PowerPoint file of the old kind, or one protected by a password: save it as DOCX, XLSX, PPTX or PDF, without a password"
            );
        }

        if (head.StartsWith("{\\rtf"u8))
        {
            throw new ExtractionException("RTF is not read: save it as DOCX, ODT or PDF");
        }

        if (MediaTypes.FromContent(head) is { } media && !media.StartsWith("audio/mpeg", StringComparison.Ordinal))
        {
            throw new ExtractionException($"it is {media}, which holds no text that could be read");
        }
    }

    private static string OfText(ReadOnlySpan<byte> head, string extension)
    {
        var begin = head.StartsWith("\uFEFF"u8) ? head[3..] : head;
        begin = begin.TrimStart(" \t\r\n"u8);
        if (IsHtml(begin))
        {
            return Html;
        }

        if (MailReader.IsMail(begin))
        {
            return Mail;
        }

        if (CodeNames.Contains(extension))
        {
            return Code;
        }

        return extension is ".md" or ".markdown" or ".mdx" ? Markdown
            : begin.Length > 1 && begin[0] is (byte)'{' or (byte)'[' && JsonText.LooksLike(begin) ? Json
            : CsvText.Delimiter(begin, extension) is not null ? Csv
            : MarkdownSigns.Has(begin) ? Markdown
            : Plain;
    }

    private static bool IsHtml(ReadOnlySpan<byte> begin)
    {
        if (begin.IsEmpty || begin[0] != (byte)'<')
        {
            return false;
        }

        var head = System.Text.Encoding.Latin1.GetString(begin[..Math.Min(2048, begin.Length)]).ToLowerInvariant();
        return head.StartsWith("<!doctype html", StringComparison.Ordinal)
            || head.Contains("<html", StringComparison.Ordinal)
            || head.Contains("<body", StringComparison.Ordinal)
            || head.Contains("<p>", StringComparison.Ordinal)
            || head.Contains("<div", StringComparison.Ordinal);
    }

    private static ExtractionException Unknown() =>
        new(
            "it is none of the kinds that are read: text, Markdown, HTML, CSV, JSON, mail, PDF, DOCX, PPTX, XLSX, ODT, EPUB"
        );
}

/// <summary>Whether a text is written in Markdown.</summary>
internal static class MarkdownSigns
{
    /// <summary>Two lines that only Markdown begins or fills so.</summary>
    public static bool Has(ReadOnlySpan<byte> head)
    {
        var signs = 0;
        foreach (var range in head.Split((byte)'\n'))
        {
            var line = head[range].TrimEnd((byte)'\r');
            var isSign =
                line.StartsWith("# "u8)
                || line.StartsWith("## "u8)
                || line.StartsWith("### "u8)
                || line.StartsWith("```"u8)
                || line.StartsWith("| "u8)
                || line.StartsWith("- ["u8)
                || line.StartsWith("> "u8)
                || line.IndexOf("]("u8) > 0
                || (line.IndexOf("**"u8) is >= 0 and var bold && line[(bold + 2)..].IndexOf("**"u8) > 0);
            signs += isSign ? 1 : 0;
            if (signs == 2)
            {
                return true;
            }
        }

        return false;
    }
}
