using System.Text;
using Parley.Import;

namespace Parley.Tests.Import;

public sealed class LineReaderTests
{
    [Fact]
    public void Blank_lines_are_counted_but_not_given_out() =>
        Assert.Equal([(1, "a"), (3, "b"), (4, "c")], Read("\n a \r\n\r\nb\nc"));

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_line() => Assert.Equal([(0, "{}")], Read("\uFEFF{}\n"));

    [Fact]
    public void Lines_longer_than_the_buffer_are_whole()
    {
        var line = new string('x', 1_000_000);
        Assert.Equal([(0, line), (1, "y")], Read(line + "\ny"));
    }

    [Fact]
    public void A_line_over_the_limit_is_left_out_and_the_next_is_read()
    {
        using var reader = new LineReader(
            new MemoryStream(Encoding.UTF8.GetBytes(new string('x', 500_000) + "\nnext\n")),
            200_000
        );
        Assert.True(reader.MoveNext());
        Assert.True(reader.IsTooLong);
        Assert.True(reader.MoveNext());
        Assert.False(reader.IsTooLong);
        Assert.Equal("next", Encoding.UTF8.GetString(reader.Current.Span));
        Assert.False(reader.MoveNext());
    }

    private static List<(int, string)> Read(string text)
    {
        using var reader = new LineReader(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        var lines = new List<(int, string)>();
        while (reader.MoveNext())
        {
            lines.Add(((int)reader.Index, Encoding.UTF8.GetString(reader.Current.Span)));
        }

        return lines;
    }
}
