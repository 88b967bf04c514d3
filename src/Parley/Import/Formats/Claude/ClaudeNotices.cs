using Parley.Conversations;

namespace Parley.Import.Formats.Claude;

/// <summary>The words that stand in a message's <c>text</c> in place of each block an old client could not show.</summary>
internal static class ClaudeNotices
{
    private static ReadOnlySpan<byte> Notice => "This block is not supported on your current device yet."u8;

    /// <summary>The text without those notices and their fences; empty where nothing else is left.</summary>
    public static ReadOnlyMemory<byte> Strip(ReadOnlyMemory<byte> text, Utf8Arena arena)
    {
        if (text.Span.IndexOf(Notice) < 0)
        {
            return text.Span.Trim(" \t\r\n"u8).IsEmpty ? default : text;
        }

        var rest = text.Span;
        var room = arena.Reserve(rest.Length).Span;
        var written = 0;
        for (var at = rest.IndexOf(Notice); at >= 0; at = rest.IndexOf(Notice))
        {
            var before = Unfence(rest[..at], end: true);
            before.CopyTo(room[written..]);
            written += before.Length;
            rest = Unfence(rest[(at + Notice.Length)..], end: false);
        }

        rest.CopyTo(room[written..]);
        written += rest.Length;
        var kept = room[..written].Trim(" \t\r\n"u8);
        kept.CopyTo(room);
        return arena.Commit(kept.Length);
    }

    /// <summary>Takes off the fence that closes (<paramref name="end"/>) or opens this text, with the white space around it.</summary>
    private static ReadOnlySpan<byte> Unfence(ReadOnlySpan<byte> text, bool end)
    {
        var bare = end ? text.TrimEnd(" \t\r\n"u8) : text.TrimStart(" \t\r\n"u8);
        if (end)
        {
            return bare.EndsWith("```"u8) ? bare[..^3] : text;
        }

        return bare.StartsWith("```"u8) ? bare[3..] : text;
    }
}
