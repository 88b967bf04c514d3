using Parley.Tests.Import.Sources;

namespace Parley.Tests.Import;

public sealed class FormatDetectorTests
{
    private const string Chat =
        """[{"id":"c1","title":"t","create_time":1,"mapping":{"m":{"parent":null,"message":{"author":{"role":"user"},"content":{"parts":["hello"]}}}}}]""";

    [Fact]
    public void Entries_that_no_format_knows_are_reported_with_what_they_are()
    {
        var run = Run(
            new ZipMaker()
                .Add("conversations.json", Chat)
                .Add("notes.txt", "words")
                .Add("more.txt", "words")
                .Add("x.json", "{\"a\":1}")
                .Add("picture.png", "not read")
        );

        Assert.Single(run.Conversations);
        Assert.Equal(
            ["notes.txt", "more.txt", "x.json"],
            run.Ignored.Where(i => i.Code == "unknown-entry").Select(i => i.Entry)
        );
        Assert.Equal(2, run.Ignored.Count(i => i.Reason == "no format knows it: text of no shape that is known"));
    }

    [Fact]
    public void Companions_alone_give_no_format_and_are_reported()
    {
        var run = Run(
            new ZipMaker().Add("message_feedback.json", "[]").Add("user.json", """{"chatgpt_plus_user":true}""")
        );

        Assert.Empty(run.Formats);
        Assert.Equal(
            ("companion-only", "message_feedback.json"),
            (Assert.Single(run.Ignored).Code, run.Ignored[0].Entry)
        );
    }

    [Fact]
    public void An_entry_that_cannot_be_read_is_failed_and_the_others_are_read()
    {
        var run = Run(
            new ZipMaker()
                .Add("broken.json", [0xFF, 0xFF, 0xFF, 0xFF], 9, null)
                .Add("bomb.json", ZipMaker.DeflatedBlanks(50 << 20), 9, null)
                .Add("conversations.json", Chat)
        );

        Assert.Single(run.Conversations);
        Assert.Equal(("damaged-entry", "broken.json"), (run.Failures[0].Code, run.Failures[0].Entry));
    }

    [Fact]
    public void A_bomb_among_the_conversations_fails_alone()
    {
        var bomb = Chat[..^1] + "," + new string(' ', 60 << 20) + Chat[1..];

        var run = Run(
            new ZipMaker()
                .Add("conversations-000.json", bomb)
                .Add("conversations-001.json", Chat.Replace("c1", "c2", StringComparison.Ordinal))
        );

        Assert.Equal(["c1", "c2"], run.Conversations.Select(c => c.ProviderId));
        var failure = Assert.Single(run.Failures);
        Assert.Equal("conversations-000.json", failure.Entry);
        Assert.Contains("100 times", failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_zip_that_broke_off_gives_what_it_holds()
    {
        var filler = string.Join(
            ',',
            Enumerable
                .Range(0, 3000)
                .Select(i => Chat[1..^1].Replace("c1", $"f{i * 7919 % 100_003}", StringComparison.Ordinal))
        );
        var zip = new ZipMaker()
            .Add("conversations-000.json", Chat)
            .Add("conversations-001.json", $"[{filler}]")
            .Make();

        var run = FormatRun.OfBytes("export.zip", zip[..(zip.Length * 2 / 3)]);

        Assert.True(run.Conversations.Count is > 100 and < 3001, $"{run.Conversations.Count}");
        Assert.Contains("the archive ends within it", Assert.Single(run.Failures).Reason, StringComparison.Ordinal);
        Assert.Contains("directory is missing", Assert.Single(run.Skipped).Reason, StringComparison.Ordinal);
    }

    private static FormatRun Run(ZipMaker zip) => FormatRun.OfBytes("export.zip", zip.Make());
}
