namespace Parley.Sqlite;

/// <summary>What FTS5 wants tokens for; values of FTS5_TOKENIZE_* in sqlite3.h.</summary>
[Flags]
public enum Fts5TokenizeReason
{
    None = 0,

    /// <summary>A phrase of a query; with <see cref="Prefix"/> when its last token is a prefix.</summary>
    Query = 1,
    Prefix = 2,

    /// <summary>A value being inserted or deleted: both must give the same tokens.</summary>
    Document = 4,

    /// <summary>Asked for by an auxiliary function such as <c>highlight</c>.</summary>
    Auxiliary = 8,
}

/// <summary>
/// A tokenizer for FTS5. An instance serves one table on one connection, so one thread at a time, and may keep buffers between calls.
/// </summary>
public abstract class Fts5Tokenizer
{
    /// <summary>Gives every token of <paramref name="text"/> to <paramref name="sink"/> in order; stops when it says so.</summary>
    /// <param name="text">UTF-8 as stored, which need not be valid.</param>
    /// <param name="reason">What the tokens are for.</param>
    /// <param name="sink">Takes the tokens.</param>
    public abstract void Tokenize(ReadOnlySpan<byte> text, Fts5TokenizeReason reason, ref Fts5TokenSink sink);
}

/// <summary>Hands tokens straight to FTS5, which copies them.</summary>
public unsafe ref struct Fts5TokenSink
{
    private readonly delegate* unmanaged[Cdecl]<nint, int, byte*, int, int, int, int> _token;
    private readonly nint _context;

    internal Fts5TokenSink(delegate* unmanaged[Cdecl]<nint, int, byte*, int, int, int, int> token, nint context)
    {
        _token = token;
        _context = context;
    }

    /// <summary>FTS5's answer to the last token: 0, or the code with which tokenizing must end.</summary>
    internal int Code { get; private set; }

    /// <summary>Adds a token; false when FTS5 wants no more.</summary>
    /// <param name="token">The token as it is indexed or looked up.</param>
    /// <param name="start">Offset of its first byte in the text.</param>
    /// <param name="end">Offset behind its last byte.</param>
    /// <param name="colocated">It stands at the same position as the token before (a synonym); never for the first.</param>
    public bool Add(scoped ReadOnlySpan<byte> token, int start, int end, bool colocated = false)
    {
        if (Code != Codes.Ok)
        {
            return false;
        }

        fixed (byte* bytes = token)
        {
            Code = _token(_context, colocated ? 1 : 0, bytes, token.Length, start, end);
        }

        return Code == Codes.Ok;
    }
}
