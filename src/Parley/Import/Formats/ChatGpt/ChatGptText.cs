using Parley.Conversations;

namespace Parley.Import.Formats.ChatGpt;

/// <summary>Strings joined to one text in a draft's arena. One string alone is not copied again.</summary>
internal ref struct ChatGptText(Utf8Arena arena)
{
    private readonly Utf8Arena arena = arena;
    private ReadOnlyMemory<byte> first;
    private List<ReadOnlyMemory<byte>>? more;

    /// <summary>Adds a string, or any other value as JSON; nothing where there is none or it is empty.</summary>
    public void Add(Json value, ReadOnlySpan<byte> separator = default)
    {
        if (value.Exists && !value.Is(""u8))
        {
            Add(value.TextOrRaw(arena), separator);
        }
    }

    public void Add(ReadOnlyMemory<byte> text, ReadOnlySpan<byte> separator = default)
    {
        if (first.IsEmpty)
        {
            first = text;
            return;
        }

        more ??= [];
        more.Add(arena.Add(separator));
        more.Add(text);
    }

    public readonly ReadOnlyMemory<byte> Finish()
    {
        if (more is null)
        {
            return first;
        }

        var length = first.Length + more.Sum(m => m.Length);
        var room = arena.Reserve(length);
        first.CopyTo(room);
        var at = first.Length;
        foreach (var piece in more)
        {
            piece.CopyTo(room[at..]);
            at += piece.Length;
        }

        return arena.Commit(length);
    }
}
