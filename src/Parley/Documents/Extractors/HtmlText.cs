using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Parley.Kernel.Html;

namespace Parley.Documents;

/// <summary>Pages as Markdown. Of a page of the web only its main text: what stands around it is on every page.</summary>
internal static class HtmlText
{
    /// <summary>Text of a block that could be the main one, in characters.</summary>
    private const int SomeText = 250;

    private static readonly string[] Around =
    [
        "nav",
        "aside",
        "footer",
        "form",
        "script",
        "style",
        "noscript",
        "template",
    ];

    private static readonly string[] AroundRoles =
    [
        "navigation",
        "banner",
        "contentinfo",
        "complementary",
        "search",
        "dialog",
        "menu",
    ];

    /// <param name="mainOnly">Leave out navigation and what else surrounds the main text.</param>
    public static void Read(ReadOnlySpan<byte> utf8, DocumentText text, bool mainOnly)
    {
        using var page = new HtmlMarkdown().Parse(Encoding.UTF8.GetString(utf8));
        var title = page.Title?.Trim();
        text.Title ??= string.IsNullOrEmpty(title) ? null : title;
        var body = (IElement?)page.Body ?? page.DocumentElement;
        if (body is null)
        {
            return;
        }

        var main = mainOnly ? MainPart(body) : body;
        var words = HtmlMarkdown.Convert(main.ChildNodes).Markdown;
        if (!string.IsNullOrEmpty(title) && !words.TrimStart().StartsWith("# ", StringComparison.Ordinal))
        {
            text.Heading(1, title);
        }

        text.Add(words);
        text.Block();
    }

    /// <summary>What the page calls its main part, else the part with most text that is not links.</summary>
    private static IElement MainPart(IElement body)
    {
        foreach (var odd in body.QuerySelectorAll(string.Join(',', Around)).ToList())
        {
            odd.Remove();
        }

        foreach (var part in body.QuerySelectorAll("[role],[aria-hidden=true],[hidden]").ToList())
        {
            if (part.GetAttribute("role") is not { } role || AroundRoles.Contains(role))
            {
                part.Remove();
            }
        }

        var articles = body.QuerySelectorAll("article").ToList();
        var stated = body.QuerySelector("main,[role=main]") ?? (articles.Count == 1 ? articles[0] : null);
        return stated is not null && stated.TextContent.Length >= SomeText ? stated : Densest(body);
    }

    /// <summary>Down from the body into the child that holds nearly all of its text, as long as one does.</summary>
    private static IElement Densest(IElement body)
    {
        var at = body;
        while (true)
        {
            var whole = Weight(at);
            var next = at.Children.FirstOrDefault(child =>
                child.LocalName is "div" or "section" or "article" or "main"
                && Weight(child) >= SomeText
                && Weight(child) * 10 >= whole * 8
            );
            if (next is null)
            {
                return at;
            }

            at = next;
        }
    }

    private static int Weight(IElement element) =>
        element.TextContent.Length - element.QuerySelectorAll("a").Sum(link => link.TextContent.Length);
}
