using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace Parley.Kernel.Html;

/// <summary>
/// Leaves out the tags of hostile HTML that would cost the parser more than they are worth; text stays. Bounding the
/// tree's depth alone is not enough: the parser keeps its stack of open elements as the standard says and walks it at
/// every tag, so that 100,000 nested elements take minutes; and each open formatting element is made anew in every
/// paragraph that follows. HTML within the budget comes back as it is.
/// </summary>
internal static class HtmlBudget
{
    /// <summary>Elements open at once; an answer's table in a list in a quote needs some twenty.</summary>
    private const int MostOpen = 150;

    /// <summary>Formatting elements open at once.</summary>
    private const int MostFormatting = 12;

    /// <summary>Tags in one piece of HTML.</summary>
    private const int MostTags = 200_000;

    private static readonly SearchValues<char> NameEnd = SearchValues.Create(" \t\r\n\f/>");

    private static readonly FrozenSet<string> Formatting = Names(
        "a b big code em font i nobr s small strike strong tt u"
    );

    /// <summary>These close themselves, or each other when they meet.</summary>
    private static readonly FrozenSet<string> Uncounted = Names(
        "area base br col embed hr img input link meta param source track wbr p li dd dt td th tr tbody thead tfoot colgroup caption option optgroup html head body"
    );

    private static readonly FrozenSet<string> RawText = Names(
        "script style textarea title xmp iframe noembed noframes"
    );

    public static string Bound(string html)
    {
        if (html.AsSpan().Count('<') <= MostFormatting)
        {
            return html;
        }

        var scan = new Scan(html);
        scan.Run();
        return scan.Kept is { } kept ? kept.Append(html.AsSpan(scan.Copied)).ToString() : html;
    }

    private static FrozenSet<string> Names(string names) =>
        names.Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private ref struct Scan(string html)
    {
        private readonly ReadOnlySpan<char> html = html;
        private int open;
        private int formatting;
        private int droppedOpen;
        private int droppedFormatting;
        private int tags;

        /// <summary>What was kept up to <see cref="Copied"/>; null as long as nothing was left out.</summary>
        public StringBuilder? Kept { get; private set; }
        public int Copied { get; private set; }

        public void Run()
        {
            var at = 0;
            while (at < html.Length)
            {
                var tag = html[at..].IndexOf('<');
                if (tag < 0)
                {
                    return;
                }

                at += tag;
                at = Tag(at);
            }
        }

        /// <summary>Looks at what begins with &lt; there; gives the place behind it.</summary>
        private int Tag(int at)
        {
            var rest = html[at..];
            if (rest.StartsWith("<!--"))
            {
                var end = rest.IndexOf("-->");
                return end < 0 ? html.Length : at + end + 3;
            }

            var closing = rest.Length > 1 && rest[1] == '/';
            var name = Name(rest[(closing ? 2 : 1)..]);
            if (name.IsEmpty)
            {
                return at + 1;
            }

            var next = at + Length(rest);
            if (!IsKept(name, closing))
            {
                Drop(at, next, Formatting.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name) ? "" : " ");
            }

            return !closing && RawText.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name)
                ? BehindRawText(next, name)
                : next;
        }

        private bool IsKept(ReadOnlySpan<char> name, bool closing)
        {
            if (++tags > MostTags)
            {
                return false;
            }

            if (Uncounted.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name))
            {
                return true;
            }

            return Formatting.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name)
                ? IsKept(closing, ref formatting, ref droppedFormatting, MostFormatting)
                : IsKept(closing, ref open, ref droppedOpen, MostOpen);
        }

        private static bool IsKept(bool closing, ref int open, ref int dropped, int most)
        {
            if (!closing)
            {
                var room = open < most;
                open += room ? 1 : 0;
                dropped += room ? 0 : 1;
                return room;
            }

            if (dropped > 0)
            {
                dropped--;
                return false;
            }

            open = Math.Max(0, open - 1);
            return true;
        }

        private void Drop(int from, int to, string instead)
        {
            Kept ??= new StringBuilder(html.Length);
            Kept.Append(html[Copied..from]).Append(instead);
            Copied = to;
        }

        private readonly int BehindRawText(int at, ReadOnlySpan<char> name)
        {
            while (at < html.Length)
            {
                var end = html[at..].IndexOf("</");
                if (end < 0)
                {
                    return html.Length;
                }

                at += end;
                if (Name(html[(at + 2)..]).Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return at;
                }

                at += 2;
            }

            return at;
        }

        private static ReadOnlySpan<char> Name(ReadOnlySpan<char> text)
        {
            if (text.IsEmpty || !char.IsAsciiLetter(text[0]))
            {
                return default;
            }

            var end = text.IndexOfAny(NameEnd);
            return end < 0 ? text : text[..end];
        }

        /// <summary>Characters of a tag; a &gt; inside a quoted value does not end it.</summary>
        private static int Length(ReadOnlySpan<char> tag)
        {
            var at = 1;
            while (at < tag.Length)
            {
                var next = tag[at..].IndexOfAny('>', '"', '\'');
                if (next < 0)
                {
                    return tag.Length;
                }

                at += next;
                if (tag[at] == '>')
                {
                    return at + 1;
                }

                if (tag[..at].TrimEnd().EndsWith("="))
                {
                    var close = tag[(at + 1)..].IndexOf(tag[at]);
                    if (close < 0)
                    {
                        return tag.Length;
                    }

                    at += close + 1;
                }

                at++;
            }

            return tag.Length;
        }
    }
}
