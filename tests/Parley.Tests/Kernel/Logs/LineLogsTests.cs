using System.Text;
using Microsoft.Extensions.Logging;
using Parley.Kernel;

namespace Parley.Tests.Kernel.Logs;

public sealed class LineLogsTests
{
    [Fact]
    public void A_line_says_when_how_grave_where_and_what()
    {
        var text = Written(LogLevel.Information, logs => Say(logs, "Parley.Kernel.Db", LogLevel.Warning, "slow"));

        Assert.Equal("2026-11-21T12:00:00.000Z warn Parley.Kernel.Db[7] slow\n", text);
    }

    [Fact]
    public void Strangers_words_and_exceptions_stay_on_their_line()
    {
        var text = Written(
            LogLevel.Information,
            logs =>
                logs.CreateLogger("Parley")
                    .Log(
                        LogLevel.Error,
                        default,
                        "a\r\nb\u001b[2Jc\u2028d\u0085é",
                        new InvalidDataException("first\nsecond"),
                        (state, _) => state
                    )
        );

        Assert.Equal(
            "2026-11-21T12:00:00.000Z fail Parley[0] a  b [2Jc d é System.IO.InvalidDataException: first second\n",
            text
        );
    }

    [Theory]
    [InlineData("Parley.Chat.TurnRunner", LogLevel.Information, LogLevel.Information)]
    [InlineData("Parley.Chat.TurnRunner", LogLevel.Trace, LogLevel.Trace)]
    [InlineData("Microsoft.Hosting.Lifetime", LogLevel.Trace, LogLevel.Warning)]
    [InlineData("Microsoft.Hosting.Lifetime", LogLevel.Error, LogLevel.Error)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Trace, LogLevel.Critical)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel.Connections", LogLevel.Trace, LogLevel.Warning)]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Trace, LogLevel.None)]
    [InlineData("Parley", LogLevel.None, LogLevel.None)]
    public void What_is_below_its_level_is_not_written(string category, LogLevel asked, LogLevel least)
    {
        var text = Written(
            asked,
            logs =>
            {
                for (var level = LogLevel.Trace; level <= LogLevel.None; level++)
                {
                    Say(logs, category, level, level.ToString());
                }
            }
        );

        var levels = text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => Enum.Parse<LogLevel>(line[(line.LastIndexOf(' ') + 1)..]));
        Assert.Equal(Enumerable.Range((int)least, LogLevel.None - least).Select(level => (LogLevel)level), levels);
    }

    [Fact]
    public void Who_does_not_read_holds_up_nobody_and_what_was_dropped_is_counted()
    {
        using var output = new HeldStream();
        using (var lines = new LineWriter(output))
        {
            lines.Write("first\n");
            output.Reached.Wait(TestContext.Current.CancellationToken);
            for (var i = 0; i < 4_100; i++)
            {
                lines.Write($"{i}\n");
            }

            output.Go.Set();
        }

        var written = Encoding.UTF8.GetString(output.ToArray()).Split('\n');
        Assert.Equal(["first", "4 lines are missing here", "0", "1"], written[..4]);
        Assert.Equal("4095", written[^2]);
    }

    private static string Written(LogLevel least, Action<LineLogs> say)
    {
        using var output = new MemoryStream();
        using (var lines = new LineWriter(output))
        {
            using var logs = new LineLogs(least, lines, new TestClock());
            say(logs);
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static void Say(LineLogs logs, string category, LogLevel level, string text) =>
        logs.CreateLogger(category).Log(level, new EventId(7), text, null, (state, _) => state);

    /// <summary>Takes nothing until it is told to.</summary>
    private sealed class HeldStream : MemoryStream
    {
        public ManualResetEventSlim Reached { get; } = new();
        public ManualResetEventSlim Go { get; } = new();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Reached.Set();
            Go.Wait();
            base.Write(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            Reached.Dispose();
            Go.Dispose();
            base.Dispose(disposing);
        }
    }
}
