using System.Text;
using Parley.Import.Formats.Gemini;

namespace Parley.Tests.Import;

public sealed class ActivityCellsTests
{
    [Fact]
    public void A_file_is_cut_into_its_rows_wherever_reads_end()
    {
        const string row =
            "<div class=\"outer-cell mdl-cell\">outer-cell &lt;div class=\"outer-cell\"> <b title='outer-cell'>ü</b></div>";
        var html =
            "<html><style>.outer-cell {}</style>"
            + string.Concat(Enumerable.Range(0, 50).Select(i => row.Replace("ü", $"ü{i}", StringComparison.Ordinal)))
            + "</html>";
        foreach (var step in new[] { 1, 7, 64, 1_000_000 })
        {
            var cells = Cut(html, step);
            Assert.Equal(50, cells.Count);
            Assert.All(
                cells.Index(),
                c =>
                    Assert.StartsWith(
                        row.Replace("ü", $"ü{c.Index}", StringComparison.Ordinal),
                        c.Item,
                        StringComparison.Ordinal
                    )
            );
        }
    }

    [Fact]
    public void A_row_too_long_is_left_out_and_the_next_follows()
    {
        var html =
            "<div class='outer-cell'>one</div><div class='outer-cell'>"
            + new string('x', 700_000)
            + "</div><div class='outer-cell'>three</div>";
        var cells = Cut(html, 1000, maxCellBytes: 300_000);
        Assert.Equal(3, cells.Count);
        Assert.Null(cells[1]);
        Assert.Equal("<div class='outer-cell'>three</div>", cells[2]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<div>outer-cell")]
    public void A_file_without_rows_gives_none(string html) => Assert.Empty(Cut(html, 10));

    private static List<string?> Cut(string html, int step, int maxCellBytes = ActivityCells.DefaultMaxCell)
    {
        using var cells = new ActivityCells(new Steps(Encoding.UTF8.GetBytes(html), step), maxCellBytes);
        var all = new List<string?>();
        while (cells.MoveNext())
        {
            all.Add(cells.Current);
        }

        return all;
    }

    private sealed class Steps(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(count, step));
    }
}
