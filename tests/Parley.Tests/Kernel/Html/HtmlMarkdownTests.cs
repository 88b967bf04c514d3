using Parley.Kernel.Html;

namespace Parley.Tests.Kernel.Html;

public sealed class HtmlMarkdownTests
{
    [Theory]
    [InlineData("<p>One  \n two</p><p>three</p>", "One two\n\nthree")]
    [InlineData("<p>a<br>b<br><br>c<br></p>", "a  \nb\n\nc")]
    [InlineData("<p>a <b> bold </b>and <i>it</i>, <b></b><s>gone</s>.</p>", "a **bold** and *it*, ~~gone~~.")]
    [InlineData("<b><p>one</p><p>two</p></b>", "**one**\n\n**two**")]
    [InlineData("<h2>A <br>head</h2>text", "## A head\n\ntext")]
    [InlineData(
        "<ul><li>one</li><li><p>two</p><ul><li>deep</li></ul></li><li>three</li></ul>after",
        "- one\n- two\n  - deep\n- three\n\nafter"
    )]
    [InlineData("<ol start=\"9\"><li>nine</li><li>ten<br>more</li></ol>", "9. nine\n10. ten  \n    more")]
    [InlineData(
        "<ul><li><input type=checkbox checked> done</li><li><input type=checkbox>open</li></ul>",
        "- [x] done\n- [ ] open"
    )]
    [InlineData("<blockquote><p>q</p><p>r</p></blockquote>", "> q\n>\n> r")]
    [InlineData(
        "<pre><code class=\"language-c\">if (a &lt; b) {\n    x();\n\n}\n</code></pre>",
        "```c\nif (a < b) {\n    x();\n\n}\n```"
    )]
    [InlineData("<pre data-language='md'>```\nx\n```</pre>", "````md\n```\nx\n```\n````")]
    [InlineData("<ul><li>x<pre>a\nb</pre></li></ul>", "- x\n\n  ```\n  a\n  b\n  ```")]
    [InlineData("use <code>a  `b`</code>", "use `` a `b` ``")]
    [InlineData(
        "<a href=\"https://e.org/a (b)\">the <b>link</b></a> <a href=\"javascript:x()\">no</a>",
        "[the **link**](https://e.org/a%20(b%29) no"
    )]
    [InlineData("a<hr>b", "a\n\n---\n\nb")]
    [InlineData(
        "<table><tr><th>a</th><th>b|c</th></tr><tr><td>1<br>2</td><td><b>x</b></td></tr></table>",
        "| a | b\\|c |\n| --- | --- |\n| 1 2 | **x** |"
    )]
    [InlineData(
        "<table><tr><td colspan=2>a</td></tr><tr><td>1</td><td>2</td></tr></table>",
        "| a |  |\n| --- | --- |\n| 1 | 2 |"
    )]
    [InlineData("<table><tr><td><pre>framed</pre></td></tr></table>", "```\nframed\n```")]
    [InlineData("<style>p{}</style><script>alert(1)</script><p>seen</p>", "seen")]
    [InlineData(
        "<p>literal &lt;b&gt; and a &lt; b, &amp;amp; and R&amp;D</p>",
        "literal \\<b> and a < b, \\&amp; and R&D"
    )]
    [InlineData("no tag\n  at all &amp; so", "no tag\n  at all & so")]
    [InlineData("$$\\sum_{i=1}^{2}$$ *stays* snake_case", "$$\\sum_{i=1}^{2}$$ *stays* snake_case")]
    [InlineData(
        "<math><semantics><mi>x</mi><annotation encoding=\"application/x-tex\">x^2</annotation></semantics></math>",
        "x^2"
    )]
    [InlineData("<img src=\"https://e.org/a.png\" alt=\"pic\">", "![pic](https://e.org/a.png)")]
    [InlineData("", "")]
    [InlineData("<p>", "")]
    [InlineData("</div></b>x", "x")]
    public void Html_becomes_markdown(string html, string markdown) =>
        Assert.Equal(markdown, new HtmlMarkdown().Convert(html).Markdown);

    [Fact]
    public void Media_of_the_archive_are_handed_out()
    {
        var text = new HtmlMarkdown().Convert(
            "<p>A cat.<img src=\"generated-77.png\" alt=\"cat\"></p><table><tr><td>1</td><td><img src='data:image/png;base64,AA=='></td></tr></table>"
        );
        Assert.Equal(
            [new HtmlMedium("generated-77.png", "cat"), new HtmlMedium("data:image/png;base64,AA==", null)],
            text.Media
        );
        Assert.Equal("A cat.\n\n| 1 |  |\n| --- | --- |", text.Markdown);
    }

    [Theory]
    [InlineData("<div>", "</div>")]
    [InlineData("<b>", "</b>")]
    [InlineData("<ul><li>", "</li></ul>")]
    [InlineData("<blockquote><p>", "")]
    [InlineData("<table><tr><td>", "</td></tr></table>")]
    [InlineData("<b><i><p>", "")]
    [InlineData("<p><b class='>x'>y", "")]
    [InlineData("<a href='https://e.org'>", "")]
    [InlineData("</p></div></br>", "")]
    [InlineData("<!-- ", "")]
    public void Nesting_without_end_neither_overflows_nor_stalls(string open, string close)
    {
        const int depth = 100_000;
        var html =
            string.Concat(Enumerable.Repeat(open, depth)) + "needle" + string.Concat(Enumerable.Repeat(close, depth));
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var text = new HtmlMarkdown().Convert(html).Markdown;
        Assert.Equal(open != "<!-- ", text.Contains("needle", StringComparison.Ordinal));
        Assert.True(
            System.Diagnostics.Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20),
            open + System.Diagnostics.Stopwatch.GetElapsedTime(started)
        );
    }

    [Fact]
    public void Html_within_the_budget_comes_back_as_it_is()
    {
        var html = string.Concat(
            Enumerable.Repeat("<div title=\"a>b\"><p>x<br><b><i>y</i></b></div><script>if (a<b) {}</script>", 100)
        );
        Assert.Same(html, HtmlBudget.Bound(html));
    }
}
