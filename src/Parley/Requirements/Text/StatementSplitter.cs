namespace Parley.Requirements;

/// <summary>
/// Cuts a text of Markdown into statements: headings, sentences of paragraphs, items of lists, rows of tables, blocks of
/// code. An item is one statement unless it is long; a row is one; code is never cut. Comments, front matter, rules
/// and definitions of links are none. One pass over the lines; not thread-safe.
/// </summary>
/// <param name="text">Lines end with LF.</param>
internal sealed partial class StatementSplitter(string text)
{
    /// <summary>Characters of an item that is one statement whatever is in it; what is longer is cut into sentences.</summary>
    private const int WholeItem = 480;

    private const int LeadLevel = 7;
    private const int Deepest = 16;

    private readonly List<Statement> found = [];

    /// <summary>Which statement is the heading of each level, for what comes next.</summary>
    private readonly int[] headings = [-1, -1, -1, -1, -1, -1, -1, -1];

    /// <summary>Items that the next one may be nested in, with their indents.</summary>
    private readonly (int Indent, int Statement)[] items = new (int, int)[Deepest];
    private int depth;

    /// <summary>The sentence or line with a colon that the list below it continues; -1: none.</summary>
    private int lead = -1;

    public static List<Statement> Split(string text) => new StatementSplitter(text).Run();

    private List<Statement> Run()
    {
        for (var at = FrontMatter(); at < text.Length; )
        {
            at = Block(at);
        }

        return found;
    }

    /// <summary>What is told of a document before its text, between lines of three hyphens.</summary>
    private int FrontMatter()
    {
        if (!text.StartsWith("---\n", StringComparison.Ordinal))
        {
            return 0;
        }

        var end = text.IndexOf("\n---\n", 3, StringComparison.Ordinal);
        return end is > 0 and < 4_000 && text.AsSpan(0, end).Contains(':') ? end + 5 : 0;
    }

    private int Block(int at)
    {
        var line = Line(at, out var next);
        var words = line.Trim(" \t");
        if (words.IsEmpty)
        {
            return next;
        }

        if (words.StartsWith("<!--"))
        {
            var end = text.IndexOf("-->", at, StringComparison.Ordinal);
            return end < 0 ? text.Length : end + 3;
        }

        var indent = line.Length - line.TrimStart(" \t").Length;
        if (TextLines.HeadingLevel(words) is > 0 and var level)
        {
            Heading(at + indent, words, level);
            return next;
        }

        if (TextLines.Fence(words) is > 0 and var fence)
        {
            return Code(at + indent, next, words[0], fence);
        }

        if (words.Contains('|') && next < text.Length && TextLines.IsTableRule(Line(next, out _).Trim(" \t")))
        {
            return Table(words, next);
        }

        if (TextLines.IsRule(words) || IsLinkDefinition(words))
        {
            return next;
        }

        var mark = TextLines.ItemMark(words);
        return mark > 0 ? Item(at, indent, mark) : Paragraph(at, indent);
    }

    private void Heading(int at, ReadOnlySpan<char> words, int level)
    {
        var inner = words[Math.Min(level, words.Length)..];
        var start = at + level + (inner.Length - inner.TrimStart(" \t").Length);
        var end = at + words.Length;
        if (inner.TrimEnd(" \t") is var kept && kept.EndsWith("#"))
        {
            end = at + level + kept.TrimEnd('#').Length;
        }

        SetHeading(start, end, level);
    }

    private void SetHeading(int start, int end, int level)
    {
        (start, end) = Trim(start, end);
        if (start >= end)
        {
            return;
        }

        var above = -1;
        for (var i = 1; i < level; i++)
        {
            above = headings[i] >= 0 ? headings[i] : above;
        }

        var name = StatementNames.Leading(text.AsSpan(start, end - start), out _);
        found.Add(
            new Statement
            {
                Start = start,
                Length = end - start,
                Form = StatementForm.Heading,
                Level = level,
                Parent = above,
                Name = name,
            }
        );
        headings[level] = found.Count - 1;
        headings.AsSpan(level + 1).Fill(-1);
        (depth, lead) = (0, -1);
    }

    private int Code(int start, int next, char mark, int length)
    {
        var end = next;
        while (end < text.Length)
        {
            var line = Line(end, out var after).Trim(" \t");
            end = after;
            if (line.Length >= length && line.IndexOfAnyExcept(mark) < 0)
            {
                break;
            }
        }

        Add(start, end, StatementForm.Code, 0, Above(), null);
        return end;
    }

    private int Table(ReadOnlySpan<char> head, int rule)
    {
        var columns = new string(head.Trim('|').Trim());
        Line(rule, out var at);
        while (at < text.Length)
        {
            var line = Line(at, out var next);
            var words = line.Trim(" \t");
            if (!words.Contains('|'))
            {
                break;
            }

            if (words.IndexOfAnyExcept("| \t-:") >= 0)
            {
                Add(at, at + line.Length, StatementForm.Row, 0, Above(), columns);
            }

            at = next;
        }

        lead = -1;
        return at;
    }

    private int Item(int at, int indent, int mark)
    {
        var level = Nest(indent);
        var parent = level > 1 ? items[level - 2].Statement : Above();
        var start = at + indent + mark;
        var end = Continued(at, indent);
        depth = level;
        items[level - 1] = (indent, found.Count);
        var (from, to) = Trim(start, end);
        if (from >= to)
        {
            depth--;
            return Math.Max(end, at + 1);
        }

        if (to - from <= WholeItem)
        {
            Add(from, to, StatementForm.Item, level, parent, null);
        }
        else
        {
            Sentences(from, to, StatementForm.Item, level, parent);
        }

        return end;
    }

    /// <summary>How deep an item of that indent is, from 1; items that are not above it are closed.</summary>
    private int Nest(int indent)
    {
        while (depth > 0 && items[depth - 1].Indent >= indent)
        {
            depth--;
        }

        return Math.Min(depth + 1, Deepest);
    }

    private int Paragraph(int at, int indent)
    {
        var end = Continued(at, indent);
        var (from, to) = Trim(at, end);
        var first = Line(at, out var next).Trim(" \t");
        if (depth > 0 && indent <= items[depth - 1].Indent)
        {
            depth = 0;
        }

        // A heading of the other form: its line, then one of = or -.
        if (next < text.Length && TextLines.Underline(Line(next, out var below).Trim(" \t")) is > 0 and var level)
        {
            SetHeading(at + indent, at + indent + first.Length, level);
            return below;
        }

        var alone = from < to && !text.AsSpan(from, to - from).Contains('\n');
        if (alone && TextLines.IsLead(first))
        {
            SetHeading(from, to, LeadLevel);
            return end;
        }

        if (alone && depth == 0 && TextLines.PlainHeading(first) is > 0 and var plain)
        {
            SetHeading(from, to, plain);
            return end;
        }

        var nested = depth > 0;
        if (!nested)
        {
            lead = -1;
        }

        Sentences(from, to, StatementForm.Sentence, 0, nested ? items[depth - 1].Statement : Nearest());
        if (!nested && found.Count > 0 && from < to && text[to - 1] == ':')
        {
            lead = found.Count - 1;
        }

        return end;
    }

    private void Sentences(int from, int to, StatementForm form, int level, int parent)
    {
        for (var at = from; at < to; )
        {
            var end = SentenceEnds.Find(text, at, to);
            Add(at, end, form, level, parent, null);
            at = end;
        }
    }

    private void Add(int start, int end, StatementForm form, int level, int parent, string? head)
    {
        (start, end) = Trim(start, end);
        var words = text.AsSpan(start, Math.Max(0, end - start));
        if (words.IndexOfAnyExcept(" \t\n>*_-|.:") < 0)
        {
            return;
        }

        found.Add(
            new Statement
            {
                Start = start,
                Length = end - start,
                Form = form,
                Level = level,
                Parent = parent,
                Name = form == StatementForm.Code ? null : NameOf(words),
                TableHead = head,
            }
        );
    }
}
