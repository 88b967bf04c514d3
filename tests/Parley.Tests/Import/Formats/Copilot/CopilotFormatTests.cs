using System.Text;
using Parley.Conversations;
using Parley.Import.Formats.Copilot;

namespace Parley.Tests.Import.Formats.Copilot;

public sealed class CopilotFormatTests
{
    [Fact]
    public void Newest_first_rows_are_turned_round_and_grouped_by_title()
    {
        var run = FormatRun.OfText(
            "copilot-activity-history.csv",
            "\uFEFFConversation,Time,Author,Message\r\n"
                + "\"B\",2026-07-26T23:20:56,AI,\"An answer, with \"\"quotes\"\"\nand lines\"\r\n\"B\",2026-07-26T23:20:56,Human,later question\r\n"
                + "A,2026-07-25T10:00:00,AI,hi\r\nA,2026-07-25T10:00:00,Human,hello\r\n\"B\",2026-07-24T09:00:00,AI,first answer\r\nB,2026-07-24T09:00:00,Human,first question\r\n"
        );
        Assert.Equal(["B", "A"], run.Conversations.Select(c => c.Title));
        Assert.Equal(
            ["first question", "first answer", "later question", "An answer, with \"quotes\"\nand lines"],
            run.Conversations[0].Messages.Select(m => m.Text)
        );
        Assert.Equal(
            [Role.User, Role.Assistant, Role.User, Role.Assistant],
            run.Conversations[0].Messages.Select(m => m.Role)
        );
        Assert.Equal(1784883600000000, run.Conversations[0].CreatedAt);
        Assert.Contains(run.Warnings, w => w.Code == "time-without-zone");
    }

    [Fact]
    public void The_other_layout_stands_oldest_first()
    {
        var run = FormatRun.OfText(
            "copilot-chat-activity.csv",
            "CreatedAt,MessageContent,Author,ChatName\n1/1/2026 10:00:00 +00:00,Query,user,Research\n1/1/2026 10:00:01 +00:00,Answer,bot,Research\n1/1/2026 10:00:02 +00:00,Odd,goblin,\n"
        );
        Assert.Equal(["Query", "Answer"], run.Conversations[0].Messages.Select(m => m.Text));
        Assert.Null(run.Conversations[1].Title);
        Assert.Equal("goblin", run.Conversations[1].Messages[0].RawRole);
        Assert.Equal("unknown-role", Assert.Single(run.Warnings).Code);
    }

    [Fact]
    public void Rows_that_repeat_have_keys_of_their_own_and_short_rows_fail_with_their_number()
    {
        var run = FormatRun.OfText(
            "c.csv",
            "Conversation,Time,Author,Message\nA,2026-01-01T00:00:00Z,AI,ok\nA,2026-01-01T00:00:00Z,AI,ok\nA,2026\nA,whenever,Human,x\n"
        );
        Assert.Equal(3, run.Conversations[0].Messages.Count);
        Assert.Equal(3, Assert.Single(run.Failures).Index);
        Assert.Contains(run.Warnings, w => w.Code == "unknown-time");
    }

    [Theory]
    [InlineData("a,b\r\n\"x,\"\"y\"\"\",z", "a|b;x,\"y\"|z")]
    [InlineData("a\n\n\nb", "a;b")]
    [InlineData("\"open\nand never closed", "open\nand never closed")]
    [InlineData("\"\",", "|")]
    [InlineData("\"a\"tail,b\"c", "atail|b\"c")]
    [InlineData("", "")]
    public void Csv_is_read_by_the_book(string csv, string records)
    {
        using var reader = new CsvReader(new MemoryStream(Encoding.UTF8.GetBytes(csv)));
        var read = new List<string>();
        while (reader.Next() is { } fields)
        {
            read.Add(string.Join('|', fields));
        }

        Assert.Equal(records, string.Join(';', read));
    }
}
