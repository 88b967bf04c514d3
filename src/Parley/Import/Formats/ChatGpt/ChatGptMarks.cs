using System.Buffers;
using System.Text;
using System.Text.Json;
using Parley.Conversations;

namespace Parley.Import.Formats.ChatGpt;

/// <summary>
/// The marks that ChatGPT writes into its answers: private-use characters around <c>cite</c>, <c>entity</c> and the
/// like, older <c>【3†source】</c>. They leave the text; what stood where is kept in the part's extras, as offsets in
/// bytes of the text that is left. Stated offsets are not trusted (imports.md 3.4).
/// </summary>
internal sealed class ChatGptMarks
{
    /// <summary>No mark is longer; a beginning without an end within this is no mark.</summary>
    private const int Longest = 16 * 1024;

    /// <summary>An answer that was stopped may end within a mark.</summary>
    private const int LongestCut = 300;

    private static ReadOnlySpan<byte> Begin => "\uE200"u8;
    private static ReadOnlySpan<byte> End => "\uE201"u8;
    private static ReadOnlySpan<byte> Dagger => "†"u8;

    /// <summary>First bytes of the private-use characters and of 【.</summary>
    private static readonly SearchValues<byte> Leads = SearchValues.Create([0xEE, 0xE3]);

    private readonly ChatGptCitations citations = new();
    private MessageDraft? message;

    /// <summary>The text without its marks, and the marks; the text itself where it has none.</summary>
    public (ReadOnlyMemory<byte> Text, ReadOnlyMemory<byte> Extras) Strip(
        in ChatGptScope scope,
        ReadOnlyMemory<byte> text
    )
    {
        var span = text.Span;
        var isMarked = span.IndexOf(Begin) >= 0 || span.IndexOf("\uE203"u8) >= 0;
        if (!isMarked && span.IndexOf(Dagger) < 0)
        {
            return (text, default);
        }

        Start(scope);
        var left = scope.Arena.Reserve(span.Length);
        var written = 0;
        var found = new List<(int At, string Mark)>();
        while (!span.IsEmpty)
        {
            var next = span.IndexOfAny(Leads);
            var length = next < 0 ? 0 : MarkLength(span[next..], isMarked);
            var plain = next < 0 ? span.Length : Math.Max(next, length == 0 ? next + 1 : 0);
            span[..plain].CopyTo(left.Span[written..]);
            written += plain;
            if (length > 0)
            {
                var mark = Encoding.UTF8.GetString(span.Slice(plain, length));
                found.Add((written, mark));
                citations.Met(mark, written);
                written += Encoding.UTF8.GetBytes(Visible(mark), left.Span[written..]);
            }

            span = span[(plain + length)..];
        }

        return found.Count == 0 ? (text, default) : (scope.Arena.Commit(written), Extras(scope.Arena, found));
    }

    /// <summary>Adds the citations of the message, once its texts are there.</summary>
    public void Finish(in ChatGptScope scope)
    {
        Start(scope);
        citations.Add(scope);
        message = null;
    }

    private void Start(in ChatGptScope scope)
    {
        if (message != scope.Message)
        {
            message = scope.Message;
            citations.Begin();
        }
    }

    /// <summary>Bytes of the mark that begins here; 0 where none does.</summary>
    private static int MarkLength(ReadOnlySpan<byte> text, bool isMarked)
    {
        if (text.StartsWith(Begin))
        {
            var end = text[..Math.Min(text.Length, Longest)].IndexOf(End);
            return end >= 0 ? end + End.Length
                : text.Length <= LongestCut && text.IndexOf((byte)'\n') < 0 ? text.Length
                : Begin.Length;
        }

        // Around a cited passage, and what is left of broken marks: U+E201 to U+E206.
        if (text.Length >= 3 && text[0] == 0xEE)
        {
            return isMarked && text[1] == 0x88 && text[2] is > 0x80 and <= 0x86 ? 3 : 0;
        }

        return text.StartsWith("【"u8) ? SourceLength(text) : 0;
    }

    /// <summary><c>【3†source】</c>, <c>【4:0†file.pdf】</c>; other text in such brackets is text.</summary>
    private static int SourceLength(ReadOnlySpan<byte> text)
    {
        var at = 3;
        while (at < text.Length && (char.IsAsciiLetterOrDigit((char)text[at]) || text[at] == ':'))
        {
            at++;
        }

        if (!text[at..].StartsWith(Dagger))
        {
            return 0;
        }

        var rest = text[at..Math.Min(text.Length, at + LongestCut)];
        var end = rest.IndexOf("】"u8);
        return end < 0 || rest[..end].Contains((byte)'\n') ? 0 : at + end + 3;
    }

    /// <summary>What a reader sees in the mark's place: the name of an entity, the words of a link; nothing for citations.</summary>
    private static string Visible(string mark)
    {
        var fields = mark.Trim('\uE200', '\uE201').Split('\uE202');
        return fields[0] switch
        {
            "url" or "link_title" when fields.Length > 1 => fields[1],
            "entity" or "product_entity" when fields.Length > 1 => NameOf(fields[1]),
            _ when fields[0].StartsWith("entity[", StringComparison.Ordinal) => NameOf(fields[0]["entity".Length..]),
            _ => "",
        };
    }

    /// <summary><c>["company","Motorola","maker of phones"]</c> → Motorola.</summary>
    private static string NameOf(string list)
    {
        try
        {
            using var document = JsonDocument.Parse(list);
            var names = new Json(document.RootElement);
            return names.Items().ElementAtOrDefault(1).String() ?? "";
        }
        catch (JsonException)
        {
            // Cut off or of another form: it is no name, and stands in the extras.
            return "";
        }
    }

    private static ReadOnlyMemory<byte> Extras(Utf8Arena arena, List<(int At, string Mark)> marks)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("marks"u8);
            foreach (var (at, mark) in marks)
            {
                writer.WriteStartObject();
                writer.WriteNumber("at"u8, at);
                writer.WriteString("text"u8, mark);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return arena.Add(json.WrittenSpan);
    }
}
