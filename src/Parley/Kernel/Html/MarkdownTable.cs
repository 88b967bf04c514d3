using System.Globalization;
using AngleSharp.Dom;

namespace Parley.Kernel.Html;

/// <summary>A table of HTML as a table of Markdown (GFM): the first row is its head, cells are one line each.</summary>
internal static class MarkdownTable
{
    private const int MostColumns = 100;

    public static void Write(MarkdownWalk walk, IElement table)
    {
        var writer = walk.Writer;
        var rows = Rows(table);
        var columns = Math.Min(MostColumns, rows.Count == 0 ? 0 : rows.Max(r => r.Count));
        if (writer.OneLine || columns < 2)
        {
            // A table in a cell, or a frame around something: what is in it counts.
            writer.Block();
            walk.Nodes(table.ChildNodes);
            writer.Block();
            return;
        }

        // The caption, and what stands between rows.
        writer.Block();
        walk.Nodes(table.ChildNodes.Where(n => n is not IElement { LocalName: "tr" or "thead" or "tbody" or "tfoot" }));
        writer.Block();

        for (var i = 0; i < rows.Count; i++)
        {
            Row(walk, rows[i], columns);
            writer.Line();
            if (i == 0)
            {
                writer.Raw("|" + string.Concat(Enumerable.Repeat(" --- |", columns)));
                writer.Line();
            }
        }

        writer.Block();
    }

    private static void Row(MarkdownWalk walk, List<IElement?> cells, int columns)
    {
        var line = new System.Text.StringBuilder("|");
        for (var i = 0; i < columns; i++)
        {
            line.Append(' ').Append(Cell(walk, i < cells.Count ? cells[i] : null)).Append(" |");
        }

        walk.Writer.Raw(line.ToString());
    }

    private static string Cell(MarkdownWalk walk, IElement? cell)
    {
        if (cell is null)
        {
            return "";
        }

        var inner = new MarkdownWalk(walk);
        inner.Nodes(cell.ChildNodes);
        return inner.Writer.ToString().Replace("|", "\\|", StringComparison.Ordinal);
    }

    /// <summary>Rows of this table, not of those inside it; null stands for a column that a cell spans.</summary>
    private static List<List<IElement?>> Rows(IElement table)
    {
        var rows = new List<List<IElement?>>();
        foreach (var child in table.Children)
        {
            if (child.LocalName == "tr")
            {
                rows.Add(Cells(child));
            }
            else if (child.LocalName is "thead" or "tbody" or "tfoot")
            {
                rows.AddRange(child.Children.Where(r => r.LocalName == "tr").Select(Cells));
            }
        }

        rows.RemoveAll(r => r.Count == 0);
        return rows;
    }

    private static List<IElement?> Cells(IElement row)
    {
        var cells = new List<IElement?>();
        foreach (var cell in row.Children.Where(c => c.LocalName is "td" or "th"))
        {
            cells.Add(cell);
            var spans = int.TryParse(
                cell.GetAttribute("colspan"),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var n
            )
                ? n
                : 1;
            for (var i = 1; i < Math.Min(spans, MostColumns); i++)
            {
                cells.Add(null);
            }
        }

        return cells;
    }
}
