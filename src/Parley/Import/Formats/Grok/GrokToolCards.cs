using Parley.Conversations;

namespace Parley.Import.Formats.Grok;

/// <summary>
/// <c>&lt;xai:tool_usage_card&gt;&lt;xai:tool_name&gt;…&lt;xai:tool_args&gt;&lt;![CDATA[json]]&gt;</c>: how a step names
/// the tool it called.
/// </summary>
internal static class GrokToolCards
{
    private const string Begin = "<xai:tool_usage_card>";
    private const string End = "</xai:tool_usage_card>";

    /// <summary>The cards of a text, one after another; the text itself where it holds none.</summary>
    public static IEnumerable<string> Split(string text)
    {
        for (var at = text.IndexOf(Begin, StringComparison.Ordinal); at >= 0; )
        {
            var end = text.IndexOf(End, at, StringComparison.Ordinal);
            yield return end < 0 ? text[at..] : text[at..end];
            at = end < 0 ? -1 : text.IndexOf(Begin, end, StringComparison.Ordinal);
        }
    }

    public static PartDraft Call(string card, Utf8Arena arena)
    {
        var input = Field(card, "tool_args") ?? "";
        const string data = "<![CDATA[";
        if (input.StartsWith(data, StringComparison.Ordinal))
        {
            input = input.EndsWith("]]>", StringComparison.Ordinal) ? input[data.Length..^3] : input[data.Length..];
        }

        return new PartDraft(PartKind.ToolCall)
        {
            Name = Field(card, "tool_name"),
            CallId = Field(card, "tool_usage_card_id"),
            Text = arena.Add(input),
        };
    }

    private static string? Field(string card, string name)
    {
        var open = $"<xai:{name}>";
        var at = card.IndexOf(open, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        at += open.Length;
        var end = card.IndexOf($"</xai:{name}>", at, StringComparison.Ordinal);
        return (end < 0 ? card[at..] : card[at..end]).Trim() is { Length: > 0 } value ? value : null;
    }
}
