namespace Parley.Conversations;

/// <summary>Texts one below the other.</summary>
internal static class Utf8Lines
{
    public static ReadOnlyMemory<byte> Join(IReadOnlyList<ReadOnlyMemory<byte>> texts, Utf8Arena arena)
    {
        if (texts.Count < 2)
        {
            return texts.Count == 0 ? default : texts[0];
        }

        var room = arena.Reserve(texts.Sum(t => t.Length + 1));
        var written = 0;
        foreach (var text in texts)
        {
            if (written > 0)
            {
                room.Span[written++] = (byte)'\n';
            }

            text.CopyTo(room[written..]);
            written += text.Length;
        }

        return arena.Commit(written);
    }
}
