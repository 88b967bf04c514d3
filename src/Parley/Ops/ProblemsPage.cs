using Parley.Kernel.Problems;

namespace Parley.Ops;

/// <summary>What the <c>type</c> of every problem points at.</summary>
internal static class ProblemsPage
{
    public static StaticFile Make()
    {
        var page = new HtmlPage("Problem codes").Element(
            "p",
            "Every error is an application/problem+json (RFC 9457). Its code is one of these and stays the same; its detail says what happened this time; "
                + "its trace_id stands in the server's log beside it."
        );
        page.Markup(
            "<table>\n<thead><tr><th scope=\"col\">Code</th><th scope=\"col\">Status</th><th scope=\"col\">Meaning</th></tr></thead>\n<tbody>"
        );
        foreach (var code in ProblemCodes.All)
        {
            page.Markup(
                $"<tr id=\"{code.Code}\"><td><code>{code.Code}</code></td><td>{code.Status}</td><td>{HtmlPage.Encode(code.Title)}</td></tr>"
            );
        }

        return page.Markup("</tbody>\n</table>").ToFile();
    }
}
