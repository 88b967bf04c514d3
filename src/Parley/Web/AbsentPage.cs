using Parley.Ops;

namespace Parley.Web;

/// <summary>What stands in the page's place in a build without it.</summary>
internal static class AbsentPage
{
    public static StaticFile Make() =>
        new HtmlPage("Parley")
            .Element("p", "This build has no page in it: it takes Node. Install Node with npm, then build again:")
            .Markup("<pre><code>./dev run</code></pre>")
            .Markup(
                "<p>All the rest is here: <a href=\"/docs\">the API</a>, <a href=\"/health\">health</a>, and <code>parley</code> on the command line.</p>"
            )
            .ToFile();
}
