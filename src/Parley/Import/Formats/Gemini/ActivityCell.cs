using AngleSharp.Dom;
using Parley.Kernel.Html;

namespace Parley.Import.Formats.Gemini;

/// <summary>
/// One row of the HTML file, taken apart (imports.md 5.3): a head with the product, a content cell with the prompt,
/// its files, a local time and the answer, all parted by nothing but <c>&lt;br&gt;</c>, and a caption cell with details.
/// </summary>
internal sealed class ActivityCell
{
    private readonly record struct Line(List<INode> Nodes)
    {
        public string Text => string.Concat(Nodes.Select(n => n.TextContent));
    }

    public string Product { get; private set; } = "";

    /// <summary>The cell's caption names the setting that allowed it to be kept: only things people asked have that.</summary>
    public bool HasControls { get; private set; }

    public List<string> Conversations { get; } = [];
    public string Title { get; private set; } = "";
    public List<ActivityFile> Files { get; } = [];
    public ActivityTime? Time { get; private set; }
    public HtmlText Answer { get; private set; } = new("", []);

    /// <summary>Null where the HTML holds no row.</summary>
    public static ActivityCell? Read(string html, HtmlMarkdown markdown)
    {
        using var document = markdown.Parse(html);
        var cells = document.QuerySelectorAll("div.content-cell");
        if (cells.Length == 0)
        {
            return null;
        }

        var row = new ActivityCell();
        var caption = cells.LastOrDefault(c => c != cells[0] && c.ClassList.Contains("mdl-typography--caption"));
        row.Product = document.QuerySelector("div.header-cell")?.TextContent.Trim() ?? "";
        if (caption is not null)
        {
            row.ReadCaption(caption);
        }

        row.ReadContent(cells[0]);
        return row;
    }

    private void ReadCaption(IElement caption)
    {
        foreach (var link in caption.QuerySelectorAll("a[href]"))
        {
            var target = link.GetAttribute("href")!;
            AddConversation(target);
            HasControls |= target.Contains("activitycontrols", StringComparison.Ordinal);
        }

        if (!ActivityVerbs.IsGemini(Product))
        {
            // Behind the first bold word, "Products:", stand the products of rows whose head names a feature.
            var products = caption
                .ChildNodes.SkipWhile(n => n is not IElement { LocalName: "b" })
                .Skip(1)
                .TakeWhile(n => n is not IElement { LocalName: "b" });
            Product = products.Select(n => n.TextContent).FirstOrDefault(ActivityVerbs.IsGemini) ?? Product;
        }
    }

    private void AddConversation(string? link)
    {
        if (ActivityLinks.Conversation(link) is { } id && !Conversations.Contains(id))
        {
            Conversations.Add(id);
        }
    }

    private void ReadContent(IElement content)
    {
        var nodes = content.ChildNodes.ToList();
        var lines = Lines(nodes, out var ends);
        var time = lines.FindIndex(1, l => IsTextOnly(l) && ActivityTimes.Read(l.Text) is not null);
        if (time > 0)
        {
            Time = ActivityTimes.Read(lines[time].Text);
        }
        else
        {
            time = lines.FindIndex(1, l => IsTextOnly(l) && ActivityTimes.Guess(l.Text) is not null);
            Time = time > 0 ? ActivityTimes.Guess(lines[time].Text) : null;
        }

        if (time > 0)
        {
            Answer = HtmlMarkdown.Convert(nodes.Skip(ends[time]));
            lines.RemoveRange(time, lines.Count - time);
        }

        ReadPrompt(lines);
    }

    /// <summary>The cell's top level, cut at its line breaks.</summary>
    /// <param name="ends">For each line the place of the node behind its break.</param>
    private static List<Line> Lines(List<INode> nodes, out List<int> ends)
    {
        var lines = new List<Line>();
        ends = [];
        var line = new List<INode>();
        for (var i = 0; i < nodes.Count; i++)
        {
            if (nodes[i] is IElement { LocalName: "br" })
            {
                lines.Add(new Line(line));
                ends.Add(i + 1);
                line = [];
            }
            else
            {
                line.Add(nodes[i]);
            }
        }

        lines.Add(new Line(line));
        ends.Add(nodes.Count);
        return lines;
    }

    private static bool IsTextOnly(Line line) =>
        line.Nodes.Count > 0 && line.Nodes.TrueForAll(n => n is IText or IComment);

    /// <summary>
    /// Lines before the time: the prompt, then "Attached 2 files." in the account's language, then a line for each
    /// with a link to its entry.
    /// </summary>
    private void ReadPrompt(List<Line> lines)
    {
        var prompt = lines.Count;
        for (var i = lines.Count - 1; i > 0 && EntryLink(lines[i]) is { } link; i--)
        {
            Files.Insert(
                0,
                new ActivityFile(Uri.UnescapeDataString(link.GetAttribute("href")!), Shown(link.TextContent))
            );
            prompt = i;
        }

        // The line that announces them is no part of the prompt.
        prompt -= Files.Count > 0 && prompt > 1 ? 1 : 0;
        foreach (
            var link in lines.Take(prompt).SelectMany(l => l.Nodes).OfType<IElement>().Where(e => e.LocalName == "a")
        )
        {
            AddConversation(link.GetAttribute("href"));
        }

        Title = string.Join('\n', lines.Take(prompt).Select(l => l.Text)).Trim('\n', '\r');
    }

    private static IElement? EntryLink(Line line) =>
        line
            .Nodes.OfType<IElement>()
            .FirstOrDefault(e => e.LocalName == "a" && ActivityLinks.IsEntry(e.GetAttribute("href")));

    private static string? Shown(string text) => text.Trim() is { Length: > 0 } name ? name : null;
}
