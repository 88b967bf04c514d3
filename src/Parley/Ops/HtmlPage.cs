using System.Net;
using System.Text;

namespace Parley.Ops;

/// <summary>A plain page of our own: one style sheet, and a script only where it has to act. Text is escaped on the way in.</summary>
internal sealed class HtmlPage
{
    private readonly StringBuilder body = new(8192);
    private readonly string title;

    public HtmlPage(string title)
    {
        this.title = title;
        body.Append("<header><a href=\"/\">Parley</a></header>\n<main>\n");
        Element("h1", title);
    }

    public HtmlPage Element(string name, string text, string? id = null)
    {
        body.Append('<')
            .Append(name)
            .Append(id is null ? "" : $" id=\"{Encode(id)}\"")
            .Append('>')
            .Append(Encode(text))
            .Append("</")
            .Append(name)
            .Append(">\n");
        return this;
    }

    /// <summary>Markup that holds nothing but our own words.</summary>
    public HtmlPage Markup(string html)
    {
        body.Append(html).Append('\n');
        return this;
    }

    public static string Encode(string text) => WebUtility.HtmlEncode(text);

    /// <param name="script">Where its script is; null: it has none.</param>
    public StaticFile ToFile(string? script = null) =>
        new(
            Encoding.UTF8.GetBytes(
                $"""
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>{Encode(title)}</title>
                <link rel="stylesheet" href="/site.css">{(
                    script is null ? "" : $"\n<script src=\"{script}\" defer></script>"
                )}
                </head>
                <body>
                {body}</main>
                </body>
                </html>

                """
            ),
            "text/html; charset=utf-8"
        );
}
