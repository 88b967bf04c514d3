using System.Net;
using System.Text;

namespace Parley.Conversations;

/// <summary>
/// What a link shows, as a page that runs nothing and loads nothing but our own style: every word is text, addresses
/// among them (S35, S36). Words of other people's, on our own address, to somebody who never signed in.
/// </summary>
internal static class SharePage
{
    public const string ContentType = "text/html; charset=utf-8";

    private const string Policy =
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }

    public static byte[] Write(SharedConversation shared)
    {
        var title = Encode(shared.Title ?? "Untitled");
        var html = new StringBuilder(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex, nofollow">
            <title>{title}</title>
            <link rel="stylesheet" href="/site.css">
            </head>
            <body>
            <header>Parley</header>
            <main>
            <h1>{title}</h1>
            <p>Shared by link, as it was on {shared.SharedAt[..10]}.</p>

            """
        );
        foreach (var message in shared.Messages)
        {
            html.Append("<section>\n<h2>").Append(Encode(Heading(message))).Append("</h2>\n");
            foreach (var part in message.Parts)
            {
                html.Append(Block(part)).Append('\n');
            }

            html.Append("</section>\n");
        }

        return Encoding.UTF8.GetBytes(html.Append("</main>\n</body>\n</html>\n").ToString());
    }

    private static string Heading(SharedMessage message)
    {
        var speaker = message.Role switch
        {
            "user" => "User",
            "assistant" => "Assistant",
            _ => "Tool",
        };
        return message.Model is null ? speaker : $"{speaker} ({message.Model})";
    }

    private static string Block(SharedPart part)
    {
        var text = Encode(part.Text ?? "");
        return PartKinds.Find(part.Type) switch
        {
            PartKind.Text => $"<p class=\"typed\">{text}</p>",
            PartKind.Code => $"<pre><code>{text}</code></pre>",
            PartKind.Thinking => Fold("Thinking", text),
            PartKind.ToolCall => Fold("Tool call: " + part.Name, text),
            PartKind.ToolResult => Fold("Tool result", text),
            PartKind.Citation => $"<p>{Encode(part.Name ?? "Source")}{Link(part.Url)}</p>",
            _ => $"<p>[{Encode(part.Name ?? part.Type)}]</p>"
                + (text.Length > 0 ? $"<p class=\"typed\">{text}</p>" : ""),
        };
    }

    /// <summary>The address itself is what is clicked, so that nobody is led elsewhere than they read.</summary>
    private static string Link(string? url) =>
        url is null
            ? ""
            : $": <a href=\"{Encode(url)}\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">{Encode(url)}</a>";

    private static string Fold(string summary, string text) =>
        $"<details><summary>{Encode(summary)}</summary><pre>{text}</pre></details>";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
