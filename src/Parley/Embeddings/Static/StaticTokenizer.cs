using System.Buffers;
using System.Text;

namespace Parley.Embeddings.Static;

/// <summary>Takes tokens as they are found; a struct, so that the call costs nothing.</summary>
internal interface ITokenSink
{
    /// <param name="token">UTF-8, valid during the call.</param>
    /// <param name="points">Code points of it.</param>
    void Take(ReadOnlySpan<byte> token, int points);
}

/// <summary>
/// Cuts UTF-8 into tokens exactly as models/README.md says ("Tokenising"), by the classes and folds of the table. Broken
/// UTF-8 is a separator. Holds its buffers from text to text; not thread-safe.
/// </summary>
internal sealed class StaticTokenizer(StaticTable table)
{
    // Beside the classes of the table: what a stream holds before the second step.
    private const byte Apostrophe = 4;
    private const byte Underscore = 5;

    /// <summary>Texts larger than this leave no buffers behind.</summary>
    private const int KeptPoints = 1 << 16;

    private int[] points = new int[2048];
    private byte[] kinds = new byte[2048];
    private int length;
    private byte[] token = new byte[256];
    private readonly List<(int Begin, int End)> parts = [];

    public void Tokenize<TSink>(ReadOnlySpan<byte> text, ref TSink sink)
        where TSink : struct, ITokenSink
    {
        Fold(text);
        DropPossessives();
        DropApostrophes();
        CutRuns(ref sink);
        if (points.Length > KeptPoints)
        {
            (points, kinds) = (new int[2048], new byte[2048]);
        }
    }

    // Step 1: code points with their classes; what is not ASCII is folded.
    private void Fold(ReadOnlySpan<byte> text)
    {
        length = 0;
        Reserve(text.Length);
        while (!text.IsEmpty)
        {
            int point = text[0];
            if (point < 0x80)
            {
                text = text[1..];
                Put(
                    point,
                    point switch
                    {
                        '\'' => Apostrophe,
                        '_' => Underscore,
                        _ => table.ClassOf(point),
                    }
                );
                continue;
            }

            if (Rune.DecodeFromUtf8(text, out var rune, out var bytes) != OperationStatus.Done)
            {
                text = text[bytes..];
                Put(' ', StaticTable.Separator);
                continue;
            }

            text = text[bytes..];
            FoldOne(rune.Value, text.Length);
        }
    }

    private void FoldOne(int point, int left)
    {
        var fold = table.FoldOf(point);
        if (fold is ['\''])
        {
            Put('\'', Apostrophe);
            return;
        }

        switch (table.ClassOf(point))
        {
            case StaticTable.Ignored:
                return;
            case StaticTable.Separator:
                Put(' ', StaticTable.Separator);
                return;
            case var kind when fold.IsEmpty:
                Put(point, kind);
                return;
        }

        // A fold may be longer than the bytes it stands for.
        Reserve(length + fold.Length + left);
        foreach (var to in fold)
        {
            Put(to, table.ClassOf(to));
        }
    }

    // Step 2 (a): 's at the end of a word becomes a space. Neighbours are those before this pass.
    private void DropPossessives()
    {
        if (kinds.AsSpan(0, length).IndexOf(Apostrophe) is not (>= 0 and var to))
        {
            return;
        }

        // The one before, as it was: what is written here may already stand in its place.
        var before = to > 0 ? kinds[to - 1] : StaticTable.Separator;
        for (var from = to; from < length; from++)
        {
            var kind = kinds[from];
            if (
                kind == Apostrophe
                && IsOfWord(before)
                && from + 1 < length
                && points[from + 1] is 's' or 'S'
                && EndsAt(from + 2)
            )
            {
                (points[to], kinds[to++]) = (' ', StaticTable.Separator);
                before = kinds[++from];
            }
            else
            {
                (points[to], kinds[to++]) = (points[from], kind);
                before = kind;
            }
        }

        length = to;
    }

    private bool EndsAt(int at) => at >= length || kinds[at] is StaticTable.Separator or Apostrophe or Underscore;

    // Step 2 (b): one between two characters of words goes, any other is a space. Neighbours are those before this pass.
    private void DropApostrophes()
    {
        if (kinds.AsSpan(0, length).IndexOf(Apostrophe) is not (>= 0 and var to))
        {
            return;
        }

        var before = to > 0 ? kinds[to - 1] : StaticTable.Separator;
        for (var from = to; from < length; from++)
        {
            var kind = kinds[from];
            if (kind != Apostrophe)
            {
                (points[to], kinds[to++]) = (points[from], kind);
            }
            else if (!IsOfWord(before) || from + 1 >= length || !IsOfWord(kinds[from + 1]))
            {
                (points[to], kinds[to++]) = (' ', StaticTable.Separator);
            }

            before = kind;
        }

        length = to;
    }

    private static bool IsOfWord(byte kind) => kind is StaticTable.Word or StaticTable.Ideograph;

    // Step 3: pieces of ideographs, and of everything else, between separators.
    private void CutRuns<TSink>(ref TSink sink)
        where TSink : struct, ITokenSink
    {
        for (var at = 0; at < length; )
        {
            if (kinds[at] == StaticTable.Separator)
            {
                at++;
                continue;
            }

            var begin = at;
            var ideographs = kinds[at] == StaticTable.Ideograph;
            while (
                ++at < length && kinds[at] != StaticTable.Separator && kinds[at] == StaticTable.Ideograph == ideographs
            ) { }

            if (ideographs)
            {
                GiveIdeographs(begin, at, ref sink);
            }
            else
            {
                CutIdentifier(begin, at, ref sink);
            }
        }
    }

    private void GiveIdeographs<TSink>(int begin, int end, ref TSink sink)
        where TSink : struct, ITokenSink
    {
        for (var at = begin; at < end; at++)
        {
            Give(at, at + 1, ref sink);
        }

        for (var at = begin; at + 1 < end; at++)
        {
            Give(at, at + 2, ref sink);
        }
    }

    // Step 4.
    private void CutIdentifier<TSink>(int begin, int end, ref TSink sink)
        where TSink : struct, ITokenSink
    {
        parts.Clear();
        for (var at = begin; at < end; at++)
        {
            var from = at;
            while (at < end && kinds[at] != Underscore)
            {
                at++;
            }

            if (at > from)
            {
                CutPart(from, at);
            }
        }

        foreach (ref var point in points.AsSpan(begin, end - begin))
        {
            point += IsUpper(point) ? 32 : 0;
        }

        if (parts is [var only])
        {
            Give(only.Begin, only.End, ref sink);
            return;
        }

        var given = false;
        foreach (var (from, to) in parts)
        {
            if (to - from >= 2)
            {
                Give(from, to, ref sink);
                given = true;
            }
        }

        if (parts.Count > 0)
        {
            GiveJoined(!given, ref sink);
        }
    }

    private void CutPart(int begin, int end)
    {
        if (HasLower(begin, end))
        {
            for (var at = begin + 1; at < end; at++)
            {
                if (
                    IsUpper(points[at])
                    && (
                        IsLower(points[at - 1])
                        || points[at - 1] is >= '0' and <= '9'
                        || (
                            IsUpper(points[at - 1])
                            && at + 2 < end
                            && IsLower(points[at + 1])
                            && IsLower(points[at + 2])
                        )
                    )
                )
                {
                    parts.Add((begin, at));
                    begin = at;
                }
            }
        }

        parts.Add((begin, end));
    }

    private bool HasLower(int begin, int end)
    {
        foreach (var point in points.AsSpan(begin, end - begin))
        {
            if (IsLower(point))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsLower(int point) => point is >= 'a' and <= 'z';

    private static bool IsUpper(int point) => point is >= 'A' and <= 'Z';

    /// <summary>All parts as one: where that is a known word, or nothing else was given.</summary>
    private void GiveJoined<TSink>(bool always, ref TSink sink)
        where TSink : struct, ITokenSink
    {
        var (bytes, count) = (0, 0);
        foreach (var (from, to) in parts)
        {
            (bytes, count) = (Encode(from, to, bytes), count + to - from);
        }

        var joined = token.AsSpan(0, bytes);
        if (always || table.Find(joined) >= 0)
        {
            sink.Take(joined, count);
        }
    }

    private void Give<TSink>(int begin, int end, ref TSink sink)
        where TSink : struct, ITokenSink
    {
        // First: a long token gets a larger array in place of this one.
        var bytes = Encode(begin, end, 0);
        sink.Take(token.AsSpan(0, bytes), end - begin);
    }

    /// <returns>Where the next byte goes.</returns>
    private int Encode(int begin, int end, int to)
    {
        if (token.Length < to + (4 * (end - begin)))
        {
            Array.Resize(ref token, to + (4 * (end - begin)));
        }

        foreach (var point in points.AsSpan(begin, end - begin))
        {
            if (point < 0x80)
            {
                token[to++] = (byte)point;
            }
            else
            {
                to += new Rune(point).EncodeToUtf8(token.AsSpan(to));
            }
        }

        return to;
    }

    private void Put(int point, byte kind)
    {
        points[length] = point;
        kinds[length++] = kind;
    }

    private void Reserve(int room)
    {
        if (points.Length < room)
        {
            room = Math.Max(room, Math.Min(points.Length * 2, 1 << 30));
            Array.Resize(ref points, room);
            Array.Resize(ref kinds, room);
        }
    }
}
