using System.Globalization;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Parley.Conversations;

/// <summary>Names people gave, made fit for a header or an archive entry (S30).</summary>
internal static class FileNames
{
    private const int Longest = 120;

    /// <summary>A title as a file name: letters, digits and a few marks; never empty.</summary>
    public static string Of(string? title, string extension)
    {
        var name = new StringBuilder();
        foreach (var rune in (title ?? "").EnumerateRunes())
        {
            if (name.Length >= Longest)
            {
                break;
            }

            name.Append(
                Rune.IsLetterOrDigit(rune) || rune.Value is '-' or '_' or '.' or '(' or ')' ? rune.ToString() : " "
            );
        }

        var words = string.Join(' ', name.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)).Trim('.', ' ');
        return (words.Length == 0 ? "conversation" : words) + extension;
    }

    /// <summary>An attachment's own name without what could deceive: control, format and bidi characters, separators.</summary>
    public static string Clean(string? name)
    {
        var clean = new StringBuilder();
        foreach (var rune in (name ?? "").EnumerateRunes())
        {
            var odd =
                Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator;
            if (clean.Length < Longest && !odd && rune.Value is not ('/' or '\\' or '"'))
            {
                clean.Append(rune);
            }
        }

        return clean.Length == 0 ? "file" : clean.ToString();
    }

    /// <summary>Content-Disposition by RFC 6266, the name in ASCII and in UTF-8.</summary>
    public static string Disposition(string kind, string name)
    {
        var header = new ContentDispositionHeaderValue(kind);
        header.SetHttpFileName(name);
        return header.ToString();
    }
}
