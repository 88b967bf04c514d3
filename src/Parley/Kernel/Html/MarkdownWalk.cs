using System.Globalization;
using AngleSharp.Dom;

namespace Parley.Kernel.Html;

/// <summary>Walks a parsed tree and tells the writer. Recursive: the parser bounds the depth (<see cref="HtmlMarkdown"/>).</summary>
internal sealed class MarkdownWalk
{
    private readonly List<HtmlMedium> media = [];

    public MarkdownWalk() { }

    /// <summary>A walk over one cell of a table: text of its own on one line, media of the whole.</summary>
    public MarkdownWalk(MarkdownWalk around)
    {
        media = around.media;
        Writer.OneLine = true;
    }

    public MarkdownWriter Writer { get; } = new();
    public IReadOnlyList<HtmlMedium> Media => media;

    public void Nodes(IEnumerable<INode> nodes)
    {
        foreach (var node in nodes)
        {
            if (node is IText text)
            {
                Writer.Text(text.Data);
            }
            else if (node is IElement element)
            {
                Element(element);
            }
        }
    }

    private void Element(IElement element)
    {
        switch (element.LocalName)
        {
            case "script"
            or "style"
            or "template"
            or "head"
            or "title"
            or "iframe"
            or "object"
            or "embed"
            or "svg"
            or "select"
            or "button":
                break;
            case "br":
                Writer.HardBreak();
                break;
            case "hr":
                Writer.Block();
                Writer.Raw("---");
                Writer.Block();
                break;
            case "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                Heading(element);
                break;
            case "b" or "strong":
                Span(element, "**", "**");
                break;
            case "i" or "em":
                Span(element, "*", "*");
                break;
            case "s" or "del" or "strike":
                Span(element, "~~", "~~");
                break;
            case "q":
                Span(element, "“", "”");
                break;
            case "code" or "kbd" or "samp" or "tt":
                Writer.Raw(InlineCode(element.TextContent));
                break;
            case "pre":
                Pre(element);
                break;
            case "a":
                Link(element);
                break;
            case "img":
                Image(element.GetAttribute("src"), element.GetAttribute("alt"));
                break;
            case "audio" or "video" or "source":
                Image(element.GetAttribute("src"), null);
                Nodes(element.ChildNodes);
                break;
            case "input":
                Checkbox(element);
                break;
            case "math":
                Writer.Text(element.QuerySelector("annotation")?.TextContent ?? element.TextContent);
                break;
            case "ul" or "ol" or "menu" or "dir":
                List(element);
                break;
            case "li":
                Item(element, "- ");
                break;
            case "blockquote":
                Writer.Block();
                Writer.Push("", "> ");
                Nodes(element.ChildNodes);
                Writer.Pop();
                Writer.Block();
                break;
            case "table":
                MarkdownTable.Write(this, element);
                break;
            case "dt":
                Writer.Block();
                Span(element, "**", "**");
                Writer.Line();
                break;
            case "p"
            or "div"
            or "section"
            or "article"
            or "main"
            or "header"
            or "footer"
            or "aside"
            or "nav"
            or "figure"
            or "figcaption"
            or "address"
            or "dl"
            or "dd"
            or "details"
            or "summary"
            or "form"
            or "fieldset"
            or "center"
            or "caption"
            or "tr"
            or "td"
            or "th":
                Writer.Block();
                Nodes(element.ChildNodes);
                Writer.Block();
                break;
            default:
                Nodes(element.ChildNodes);
                break;
        }
    }

    private void Heading(IElement element)
    {
        Writer.Block();
        if (!Writer.OneLine)
        {
            Writer.Push(new string('#', element.LocalName[1] - '0') + " ", "");
            Writer.OneLine = true;
            Nodes(element.ChildNodes);
            Writer.OneLine = false;
            Writer.Pop();
        }
        else
        {
            Nodes(element.ChildNodes);
        }

        Writer.Block();
    }

    private void Span(IElement element, string open, string close)
    {
        Writer.Open(open, close);
        Nodes(element.ChildNodes);
        Writer.Close();
    }

    /// <summary>The fence is longer than any run of back ticks inside.</summary>
    private static string InlineCode(string code)
    {
        code = string.Join(' ', code.Split((char[]?)[' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries));
        if (code.Length == 0)
        {
            return "";
        }

        var fence = new string('`', LongestRun(code, '`') + 1);
        var pad = code[0] == '`' || code[^1] == '`' ? " " : "";
        return fence + pad + code + pad + fence;
    }

    private void Pre(IElement pre)
    {
        var code = pre.TextContent.ReplaceLineEndings("\n").Trim('\n');
        if (code.Length == 0)
        {
            return;
        }

        if (Writer.OneLine)
        {
            Writer.Raw(InlineCode(code));
            return;
        }

        var fence = new string('`', Math.Max(3, LongestRun(code, '`') + 1));
        Writer.Block();
        Writer.Raw($"{fence}{Language(pre)}\n{code}\n{fence}");
        Writer.Block();
    }

    /// <summary>From <c>class="language-x"</c> or a data attribute, of the block or of the code in it.</summary>
    private static string Language(IElement pre)
    {
        foreach (var element in (IEnumerable<IElement>)[pre, .. pre.Children])
        {
            var stated = element.GetAttribute("data-language") ?? element.GetAttribute("data-lang");
            foreach (var name in element.ClassList)
            {
                stated ??=
                    name.StartsWith("language-", StringComparison.Ordinal) ? name["language-".Length..]
                    : name.StartsWith("lang-", StringComparison.Ordinal) ? name["lang-".Length..]
                    : null;
            }

            if (stated is { Length: > 0 and < 40 } && !stated.AsSpan().ContainsAny(" `\t\r\n"))
            {
                return stated;
            }
        }

        return "";
    }

    private void Link(IElement element)
    {
        var target = element.GetAttribute("href")?.Trim() ?? "";
        if (!IsLink(target))
        {
            Nodes(element.ChildNodes);
            return;
        }

        target = target.Replace(" ", "%20", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal);
        Span(element, "[", $"]({target.ReplaceLineEndings("")})");
    }

    /// <summary>Relative links lead nowhere outside the page; scripts are not followed.</summary>
    private static bool IsLink(string target) =>
        target.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        || target.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || target.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase);

    /// <summary>A picture of the web stays a reference in the text; one of the archive is handed out.</summary>
    private void Image(string? source, string? alt)
    {
        source = source?.Trim();
        if (string.IsNullOrEmpty(source))
        {
            Writer.Text(alt);
        }
        else if (IsLink(source))
        {
            Writer.Raw(
                $"![{alt?.Replace("]", "", StringComparison.Ordinal).ReplaceLineEndings(" ")}]({source.Replace(" ", "%20", StringComparison.Ordinal)})"
            );
        }
        else
        {
            media.Add(new HtmlMedium(source, string.IsNullOrWhiteSpace(alt) ? null : alt));
        }
    }

    private void Checkbox(IElement input)
    {
        if (string.Equals(input.GetAttribute("type"), "checkbox", StringComparison.OrdinalIgnoreCase))
        {
            Writer.Raw(input.HasAttribute("checked") ? "[x]" : "[ ]");
            Writer.Text(" ");
        }
    }

    private void List(IElement list)
    {
        var nested = list.ParentElement?.LocalName == "li";
        Break(nested);
        var ordered = list.LocalName == "ol";
        var number = int.TryParse(
            list.GetAttribute("start"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var start
        )
            ? start
            : 1;
        foreach (var child in list.ChildNodes)
        {
            if (child is IElement { LocalName: "li" } item)
            {
                Item(item, ordered ? $"{number++}. " : "- ");
            }
            else
            {
                Nodes([child]);
            }
        }

        Break(nested);
    }

    private void Break(bool line)
    {
        if (line)
        {
            Writer.Line();
            Writer.Tighten();
        }
        else
        {
            Writer.Block();
        }
    }

    private void Item(IElement item, string marker)
    {
        Writer.Line();
        Writer.Push(marker, new string(' ', marker.Length));
        Nodes(item.ChildNodes);
        Writer.Pop();
        Writer.Line();
        Writer.Tighten();
    }

    private static int LongestRun(string text, char of)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text)
        {
            run = c == of ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
