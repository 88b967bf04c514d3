namespace Parley.Ops;

/// <summary>The front page until the web interface lands.</summary>
internal static class HomePage
{
    public static StaticFile Make() =>
        new HtmlPage("Parley")
            .Element(
                "p",
                "Every conversation you have had with AI, in one place of your own, and any sentence of it in milliseconds."
            )
            .Element("h2", "Bring your conversations")
            .Markup("<p>Ask your provider for your data, then give Parley the file as it came:</p>")
            .Markup("<pre><code>parley import export.zip</code></pre>")
            .Element(
                "p",
                "ChatGPT, Claude, Gemini, Grok, Zed and many others are recognised by what is in the file. Importing again adds only what is new."
            )
            .Element("h2", "Find anything")
            .Markup("<pre><code>parley search \"that recipe with miso\"</code></pre>")
            .Markup(
                "<form action=\"/api/search\" role=\"search\"><label for=\"q\">Search</label> <input id=\"q\" name=\"q\" type=\"search\" required> <button>Search</button></form>"
            )
            .Element("p", "The answer is JSON until the web interface lands.")
            .Element("h2", "Where things are")
            .Markup(
                """
                <ul>
                <li><a href="/api/conversations">Conversations</a>, <a href="/api/stats">the archive in numbers</a>, <a href="/api/tags">tags</a>, <a href="/api/spaces">spaces</a></li>
                <li><a href="/api/export">Everything as a zip</a></li>
                <li><a href="/docs">The API</a>, <a href="/openapi.json">its description</a>, <a href="/docs/problems">its problem codes</a></li>
                <li><a href="/health">Health</a>, <a href="/metrics">metrics</a></li>
                </ul>
                """
            )
            .ToFile();
}
