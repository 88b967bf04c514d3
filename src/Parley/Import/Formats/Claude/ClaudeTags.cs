using Parley.Conversations;

namespace Parley.Import.Formats.Claude;

/// <summary>
/// Models of 2024 wrote their thoughts into the text, between tags; artifacts stood there likewise and stay there, as
/// text (imports.md 4.2).
/// </summary>
internal static class ClaudeTags
{
    private static ReadOnlySpan<byte> Open => "<antThinking>"u8;

    private static ReadOnlySpan<byte> Close => "</antThinking>"u8;

    public static void Add(MessageDraft message, ReadOnlyMemory<byte> text)
    {
        while (message.Role != Role.User && text.Span.IndexOf(Open) is >= 0 and var open)
        {
            var inner = text[(open + Open.Length)..];
            var close = inner.Span.IndexOf(Close);
            AddUnlessBlank(message, PartKind.Text, text[..open]);
            AddUnlessBlank(message, PartKind.Thinking, close < 0 ? inner : inner[..close]);
            text = close < 0 ? default : inner[(close + Close.Length)..];
            if (text.Span.Trim(" \t\r\n"u8).IsEmpty)
            {
                return;
            }
        }

        message.AddText(text);
    }

    private static void AddUnlessBlank(MessageDraft message, PartKind kind, ReadOnlyMemory<byte> text)
    {
        if (!text.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            message.Add(new PartDraft(kind) { Text = text });
        }
    }
}
