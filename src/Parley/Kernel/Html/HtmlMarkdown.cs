using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Parley.Kernel.Html;

/// <summary>An image, or another medium, that HTML shows and Markdown text does not hold.</summary>
/// <param name="Source">As written: a file name in the archive, or a <c>data:</c> URL.</param>
internal readonly record struct HtmlMedium(string Source, string? Alt);

/// <summary>What became of HTML: Markdown, and the media of the archive it showed, in order.</summary>
internal readonly record struct HtmlText(string Markdown, IReadOnlyList<HtmlMedium> Media)
{
    public bool IsEmpty => Markdown.Length == 0 && Media.Count == 0;
}

/// <summary>
/// Strangers' HTML as Markdown. AngleSharp parses it as a browser would, without scripting, without a network, and
/// never nests deeper than <see cref="MaxDepth"/>, so that walking the tree by recursion is safe. Literal text stays
/// as it is, but for what Markdown would take for HTML. One per run, used by one thread.
/// </summary>
internal sealed class HtmlMarkdown
{
    /// <summary>Elements nested deeper become siblings, as in browsers; those stop at 512.</summary>
    public const int MaxDepth = 200;

    private readonly HtmlParser parser = new(new HtmlParserOptions { IsScripting = false, MaximumDepth = MaxDepth });

    public IHtmlDocument Parse(string html) => parser.ParseDocument(HtmlBudget.Bound(html));

    public HtmlText Convert(string html)
    {
        if (!html.Contains('<', StringComparison.Ordinal))
        {
            return new HtmlText(Plain(html), []);
        }

        using var document = Parse(html);
        return Convert(document.Body?.ChildNodes ?? document.ChildNodes);
    }

    public static HtmlText Convert(IEnumerable<INode> nodes)
    {
        var walk = new MarkdownWalk();
        walk.Nodes(nodes);
        return new HtmlText(walk.Writer.ToString(), walk.Media);
    }

    /// <summary>Text without a tag: its line breaks are meant.</summary>
    private string Plain(string html)
    {
        if (!html.Contains('&', StringComparison.Ordinal))
        {
            return html.Trim();
        }

        using var document = parser.ParseDocument("<pre>" + html + "</pre>");
        return document.Body?.TextContent.Trim() ?? "";
    }
}
