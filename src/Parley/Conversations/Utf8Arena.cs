using System.Text;

namespace Parley.Conversations;

/// <summary>
/// Memory for the texts of one draft: pooled blocks, filled front to back, given back all at once. Not thread-safe;
/// nothing obtained from it may be used after <see cref="Dispose"/>.
/// </summary>
internal sealed class Utf8Arena : IDisposable
{
    private readonly List<byte[]> blocks = [];
    private byte[] current = [];
    private int used;

    /// <summary>Bytes handed out so far: how batches are sized.</summary>
    public long Length { get; private set; }

    /// <summary>Room for <paramref name="max"/> bytes; call <see cref="Commit"/> with what was filled.</summary>
    public Memory<byte> Reserve(int max)
    {
        if (current.Length - used < max)
        {
            current = ArenaBlocks.Shared.Rent(Math.Max(max, (int)Math.Min(Length, ArenaBlocks.Largest)));
            blocks.Add(current);
            used = 0;
        }

        return current.AsMemory(used, max);
    }

    /// <summary>Keeps the first <paramref name="count"/> bytes of the last <see cref="Reserve"/>.</summary>
    public ReadOnlyMemory<byte> Commit(int count)
    {
        var kept = current.AsMemory(used, count);
        used += count;
        Length += count;
        return kept;
    }

    public ReadOnlyMemory<byte> Add(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return default;
        }

        utf8.CopyTo(Reserve(utf8.Length).Span);
        return Commit(utf8.Length);
    }

    /// <summary>Lone surrogates become U+FFFD (imports.md 1.1, rule 8).</summary>
    public ReadOnlyMemory<byte> Add(string text)
    {
        if (text.Length == 0)
        {
            return default;
        }

        var room = Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        return Commit(Encoding.UTF8.GetBytes(text, room.Span));
    }

    public void Dispose()
    {
        foreach (var block in blocks)
        {
            ArenaBlocks.Shared.Return(block);
        }

        blocks.Clear();
        current = [];
        used = 0;
    }
}
