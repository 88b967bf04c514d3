namespace Parley.Conversations;

/// <summary>Texts put together in an arena.</summary>
internal static class Utf8Lines
{
    /// <summary>One below the other.</summary>
    public static ReadOnlyMemory<byte> Join(IReadOnlyList<ReadOnlyMemory<byte>> texts, Utf8Arena arena) =>
        Join(texts, "\n"u8, arena);

    /// <summary>One right behind the other.</summary>
    public static ReadOnlyMemory<byte> Concat(IReadOnlyList<ReadOnlyMemory<byte>> texts, Utf8Arena arena) =>
        Join(texts, default, arena);

    private static ReadOnlyMemory<byte> Join(
        IReadOnlyList<ReadOnlyMemory<byte>> texts,
        ReadOnlySpan<byte> between,
        Utf8Arena arena
    )
    {
        if (texts.Count < 2)
        {
            return texts.Count == 0 ? default : texts[0];
        }

        var gap = between.Length;
        var room = arena.Reserve(texts.Sum(t => t.Length + gap)).Span;
        var written = 0;
        for (var i = 0; i < texts.Count; i++)
        {
            if (i > 0)
            {
                between.CopyTo(room[written..]);
                written += gap;
            }

            texts[i].Span.CopyTo(room[written..]);
            written += texts[i].Length;
        }

        return arena.Commit(written);
    }
}
