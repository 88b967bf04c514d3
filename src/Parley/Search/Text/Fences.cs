namespace Parley.Search.Text;

/// <summary>Walks a Markdown text as it alternates between prose and fenced code (CommonMark 4.5, backtick fences).</summary>
internal ref struct Fences(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;
    private bool _inside;

    /// <summary>Whether <see cref="Current"/> is code, its info string included.</summary>
    public bool IsCode { get; private set; }

    public ReadOnlySpan<byte> Current { get; private set; }

    public bool MoveNext()
    {
        if (_rest.IsEmpty)
            return false;
        IsCode = _inside;
        var end = FindFence(_rest, out var next);
        if (end < 0)
        {
            Current = _rest;
            _rest = default;
            return true;
        }

        Current = _rest[..end];
        _rest = _rest[next..];
        _inside = !_inside;
        return true;
    }

    /// <summary>The first run of three or more backticks with nothing but blanks or quote marks before it on its line.</summary>
    private static int FindFence(ReadOnlySpan<byte> text, out int next)
    {
        var from = 0;
        while (true)
        {
            var at = text[from..].IndexOf("```"u8);
            if (at < 0)
            {
                next = 0;
                return -1;
            }

            at += from;
            var ticks = text[at..].IndexOfAnyExcept((byte)'`');
            next = ticks < 0 ? text.Length : at + ticks;
            var line = text[(text[..at].LastIndexOf((byte)'\n') + 1)..at];
            if (line.IndexOfAnyExcept(" \t>"u8) < 0)
                return at;
            from = next;
        }
    }
}
