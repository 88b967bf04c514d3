using System.Net;
using System.Text;
using System.Text.Json;
using Parley.Conversations;

namespace Parley.Import.Formats.OpenWebUi;

/// <summary>
/// Open WebUI folds what the model did into the answer's Markdown: <c>&lt;details type="reasoning" …&gt;</c>,
/// <c>type="tool_calls"</c> and <c>type="code_interpreter"</c>, with a <c>summary</c> for the eye. Attributes and
/// (since 2025) bodies are HTML-escaped; thoughts are quoted with "> ". A block counts at the beginning of a line and
/// outside of code fences; one without its end is the answer's own text.
/// </summary>
internal static class OpenWebUiDetails
{
    private const string Open = "<details";
    private const string Close = "</details>";

    /// <summary>Each failure looks through the whole rest of the text: a hostile one is not to take the square of its length.</summary>
    private const int MostFailures = 100;

    private static readonly string[] Kinds = ["reasoning", "tool_calls", "code_interpreter"];

    public static bool Occur(ReadOnlySpan<byte> text) =>
        text.IndexOf("<details type="u8) >= 0 || text.IndexOf("type=\"reasoning\""u8) >= 0;

    public static void Unfold(string text, MessageDraft to, Utf8Arena arena)
    {
        var said = 0;
        var line = 0;
        var failed = 0;
        var fence = false;
        while (line < text.Length)
        {
            var next = text.IndexOf('\n', line) is var end and >= 0 ? end + 1 : text.Length;
            var start = text.AsSpan(line, next - line).TrimStart(' ');
            fence ^= start.StartsWith("```", StringComparison.Ordinal);
            if (!fence && failed < MostFailures && start.StartsWith(Open, StringComparison.Ordinal))
            {
                if (Block.Read(text, next - start.Length) is { } block)
                {
                    AddText(text[said..line], to, arena);
                    Add(block, to, arena);
                    said = next = block.End;
                }
                else
                {
                    failed++;
                }
            }

            line = next;
        }

        AddText(text[said..], to, arena);
    }

    private static void Add(Block block, MessageDraft to, Utf8Arena arena)
    {
        switch (block["type"])
        {
            case "reasoning":
                to.Add(new PartDraft(PartKind.Thinking) { Text = arena.Add(Unquote(block.Body)) });
                break;
            case "tool_calls":
                AddTool(block, to, arena);
                break;
            default:
                to.Add(
                    new PartDraft(PartKind.ToolCall)
                    {
                        Name = "code_interpreter",
                        Text = arena.Add(Unfence(block.Body)),
                    }
                );
                if (block["output"] is { Length: > 0 } output)
                {
                    to.Add(
                        new PartDraft(PartKind.ToolResult) { Name = "code_interpreter", Text = Plain(output, arena) }
                    );
                }

                break;
        }
    }

    private static void AddTool(Block block, MessageDraft to, Utf8Arena arena)
    {
        var (id, name) = (block["id"], block["name"]);
        to.Add(
            new PartDraft(PartKind.ToolCall)
            {
                Name = name,
                CallId = id,
                Text = Plain(block["arguments"] ?? "", arena),
            }
        );
        if ((block["result"] ?? block.Body) is { Length: > 0 } result)
        {
            to.Add(
                new PartDraft(PartKind.ToolResult)
                {
                    Name = name,
                    CallId = id,
                    IsError = block["error"] == "true",
                    Text = Plain(result, arena),
                }
            );
        }
    }

    private static void AddText(string text, MessageDraft to, Utf8Arena arena)
    {
        var trimmed = text.Trim('\n');
        if (!string.IsNullOrWhiteSpace(trimmed))
        {
            to.AddText(arena.Add(trimmed));
        }
    }

    /// <summary>Values are JSON, and JSON within a JSON string: the inner one is meant.</summary>
    private static ReadOnlyMemory<byte> Plain(string value, Utf8Arena arena)
    {
        for (var i = 0; i < 2 && value.StartsWith('"'); i++)
        {
            try
            {
                using var json = JsonSlices.Parse(Encoding.UTF8.GetBytes(value));
                value = new Json(json.RootElement).String() ?? value;
            }
            catch (JsonException)
            {
                // A text that begins with a quotation mark is just that.
                break;
            }
        }

        return InnerJson.Readable(arena.Add(value), arena);
    }

    private static string Unquote(string body) =>
        string.Join(
            '\n',
            body.Split('\n')
                .Select(l =>
                    l.StartsWith("> ", StringComparison.Ordinal) ? l[2..]
                    : l == ">" ? ""
                    : l
                )
        );

    /// <summary>The code between the fences.</summary>
    private static string Unfence(string body)
    {
        var lines = body.Split('\n');
        return
            lines is [var first, .., var last]
            && first.StartsWith("```", StringComparison.Ordinal)
            && last.StartsWith("```", StringComparison.Ordinal)
            ? string.Join('\n', lines[1..^1])
            : body;
    }

    /// <summary>One block: attributes, unescaped, and the body behind its summary.</summary>
    private sealed class Block
    {
        private readonly Dictionary<string, string> attributes = [];

        public string? this[string name] => attributes.GetValueOrDefault(name);

        public string Body { get; private init; } = "";

        /// <summary>Where the text goes on.</summary>
        public int End { get; private init; }

        public static Block? Read(string text, int at)
        {
            var attributes = new Dictionary<string, string>();
            var open = ReadAttributes(text, at + Open.Length, attributes);
            if (open < 0 || !Kinds.Contains(attributes.GetValueOrDefault("type")))
            {
                return null;
            }

            var close = FindClose(text, open);
            if (close < 0)
            {
                return null;
            }

            var block = new Block
            {
                Body = WebUtility.HtmlDecode(BehindSummary(text[open..close])),
                End = close + Close.Length,
            };
            foreach (var (name, value) in attributes)
            {
                block.attributes[name] = value;
            }

            return block;
        }

        /// <summary>Reads <c>name="value"</c> up to the bracket; gives the place behind it, or -1.</summary>
        private static int ReadAttributes(string text, int at, Dictionary<string, string> into)
        {
            while (at < text.Length && text[at] != '>')
            {
                var equals = text.AsSpan(at).IndexOfAny('=', '>', '\n');
                if (equals < 0 || text[at + equals] != '=' || at + equals + 1 >= text.Length)
                {
                    return equals >= 0 && text[at + equals] == '>' ? at + equals + 1 : -1;
                }

                var name = text[at..(at + equals)].Trim();
                var quote = text[at + equals + 1];
                var start = at + equals + 2;
                var end = quote is '"' or '\'' ? text.IndexOf(quote, start) : -1;
                if (end < 0)
                {
                    return -1;
                }

                into[name] = WebUtility.HtmlDecode(text[start..end]);
                at = end + 1;
            }

            return at < text.Length ? at + 1 : -1;
        }

        /// <summary>The end that belongs to the block: blocks within its body have ends of their own.</summary>
        private static int FindClose(string text, int at)
        {
            for (var depth = 1; ; )
            {
                var close = text.IndexOf(Close, at, StringComparison.Ordinal);
                if (close < 0)
                {
                    return -1;
                }

                var inner = text.IndexOf(Open, at, close - at, StringComparison.Ordinal);
                if (inner >= 0)
                {
                    depth++;
                    at = inner + Open.Length;
                    continue;
                }

                if (--depth == 0)
                {
                    return close;
                }

                at = close + Close.Length;
            }
        }

        private static string BehindSummary(string body)
        {
            const string end = "</summary>";
            var summary = body.IndexOf(end, StringComparison.Ordinal);
            return (summary < 0 ? body : body[(summary + end.Length)..]).Trim('\n', ' ');
        }
    }
}
