using System.Text;
using System.Text.Unicode;

namespace Parley.Kernel.Archives;

/// <summary>Names of archive entries: decoded, and judged. They are data and never paths (security.md S32).</summary>
internal static class EntryNames
{
    private const int Longest = 4096;

    /// <summary>Code page 437, which zips are in that say nothing else (APPNOTE D.1): the upper half.</summary>
    private const string Upper437 =
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00A0";

    /// <summary>Many write UTF-8 without saying so: what is sound UTF-8 is taken as such.</summary>
    public static string Decode(ReadOnlySpan<byte> name)
    {
        if (Utf8.IsValid(name))
        {
            return Encoding.UTF8.GetString(name);
        }

        var text = new StringBuilder(name.Length);
        foreach (var b in name)
        {
            text.Append(b < 0x80 ? (char)b : Upper437[b - 0x80]);
        }

        return text.ToString();
    }

    /// <summary>The name with '/' between its segments; null, with the reason, where the entry must not be read.</summary>
    public static string? Normalise(string name, out string? refused)
    {
        refused = null;
        var path = name.Replace('\\', '/');
        while (path.StartsWith("./", StringComparison.Ordinal))
        {
            path = path[2..];
        }

        if (path.Length == 0 || path.Length > Longest)
        {
            refused = path.Length == 0 ? "it has no name" : "its name is too long";
        }
        else if (path[0] == '/' || (path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0])))
        {
            refused = "its name is an absolute path";
        }
        else if (path.Split('/').Contains(".."))
        {
            refused = "its name points out of the archive";
        }
        else if (path.Contains('\0', StringComparison.Ordinal))
        {
            refused = "its name holds a NUL";
        }

        return refused is null ? path : null;
    }
}
