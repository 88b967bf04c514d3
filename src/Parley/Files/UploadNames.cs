using System.Globalization;
using System.Text;

namespace Parley.Files;

/// <summary>The names people give files: only data (S30).</summary>
internal static class UploadNames
{
    /// <summary>Characters of a name, as code points.</summary>
    public const int Longest = 255;

    /// <summary>Without control, format and bidi characters, at most <see cref="Longest"/> characters; never empty.</summary>
    /// <param name="keepFolders">A path inside a folder that was handed over is kept; otherwise only its last segment.</param>
    public static string Clean(string? name, bool keepFolders = false)
    {
        var given = (name ?? "").Replace('\\', '/').Trim('/');
        given = keepFolders ? given : given[(given.LastIndexOf('/') + 1)..];
        var clean = new StringBuilder();
        var length = 0;
        foreach (var rune in given.EnumerateRunes())
        {
            var odd =
                Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator;
            if (!odd && length < Longest)
            {
                clean.Append(rune);
                length++;
            }
        }

        var words = clean.ToString().Trim();
        return words.Length == 0 ? "file" : words;
    }
}
