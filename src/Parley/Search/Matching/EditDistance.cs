using System.Numerics;
using System.Text;
using Parley.Search.Text;

namespace Parley.Search.Matching;

/// <summary>
/// The distance from one word to many, as far as a limit, by optimal string alignment. Words that come in order share
/// their beginnings: the rows of a beginning are computed once. Not thread-safe.
/// </summary>
internal sealed class EditDistance(string word, int limit)
{
    private readonly ulong _letters = Letters(Encoding.UTF8.GetBytes(word));
    private readonly bool _isAscii = System.Text.Ascii.IsValid(word);
    private readonly char[] _chars = new char[TextTokenizer.MaxTermBytes];
    private readonly byte[] _last = new byte[TextTokenizer.MaxTermBytes];
    private readonly int _width = word.Length + 1;

    /// <summary>Row n is the distances from the first n letters of the other word to every beginning of this one.</summary>
    private readonly int[] _rows = FirstRow(word.Length + 1);

    /// <summary>Rows that belong to the last word, behind the first.</summary>
    private int _known;

    /// <summary>The distance, or -1 where it is above the limit.</summary>
    /// <param name="hopeless">So many bytes of the word say that no word that begins with them is near; 0 where none do.</param>
    public int To(ReadOnlySpan<byte> utf8, out int hopeless)
    {
        hopeless = 0;
        if (_isAscii && System.Text.Ascii.IsValid(utf8))
        {
            var shared = Math.Min(utf8.CommonPrefixLength(_last), _known);
            utf8.CopyTo(_last);
            for (_known = shared; _known < utf8.Length; )
            {
                var before = _known == 0 ? (byte)0 : utf8[_known - 1];
                if (Row(++_known, (char)utf8[_known - 1], (char)before) <= limit)
                    continue;
                hopeless = _known--;
                return -1;
            }

            return Of(utf8.Length);
        }

        _known = 0;

        // An edit changes the bits of at most two letters, of up to three bytes each: most words are told by that alone.
        if (BitOperations.PopCount(_letters ^ Letters(utf8)) > limit * 6)
            return -1;
        var length = Encoding.UTF8.GetChars(utf8, _chars);
        if (Math.Abs(length - word.Length) > limit)
            return -1;
        for (var row = 1; row <= length; row++)
        {
            if (Row(row, _chars[row - 1], row == 1 ? '\0' : _chars[row - 2]) > limit)
                return -1;
        }

        return Of(length);
    }

    private static int[] FirstRow(int width)
    {
        var rows = new int[(TextTokenizer.MaxTermBytes + 1) * width];
        for (var column = 0; column < width; column++)
            rows[column] = column;
        return rows;
    }

    private static ulong Letters(ReadOnlySpan<byte> utf8)
    {
        ulong letters = 0;
        foreach (var b in utf8)
            letters |= 1UL << (b & 63);
        return letters;
    }

    private int Of(int length)
    {
        var distance = _rows[(length * _width) + word.Length];
        return distance <= limit ? distance : -1;
    }

    /// <summary>Computes a row, whose letter and the one before it are given.</summary>
    /// <returns>The least of it: no later row has less.</returns>
    private int Row(int row, char letter, char before)
    {
        var here = _rows.AsSpan(row * _width, _width);
        var above = _rows.AsSpan((row - 1) * _width, _width);
        var least = here[0] = row;
        for (var column = 1; column < here.Length; column++)
        {
            var cost = word[column - 1] == letter ? 0 : 1;
            var distance = Math.Min(Math.Min(here[column - 1], above[column]) + 1, above[column - 1] + cost);
            if (row > 1 && column > 1 && word[column - 1] == before && word[column - 2] == letter)
                distance = Math.Min(distance, _rows[((row - 2) * _width) + column - 2] + 1);
            here[column] = distance;
            least = Math.Min(least, distance);
        }

        return least;
    }
}
