using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Parley.Kernel.Processes;

namespace Parley.Tests.Kernel.Processes;

/// <summary>Real processes of the system's shell.</summary>
public sealed class ChildProcessTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    private readonly Channel<string> lines = Channel.CreateUnbounded<string>();

    private ChildProcess Shell(string script, int longest = 64 * 1024) =>
        ChildProcess.Start(
            new ChildCommand("sh", ["-c", script]) { Environment = ChildEnvironment.With(Given) },
            line => lines.Writer.TryWrite(Encoding.UTF8.GetString(line)),
            longest
        );

    private static Dictionary<string, string> Given => new() { ["GIVEN"] = "yes" };

    private async Task<string> LineAsync()
    {
        using var limit = new CancellationTokenSource(Long);
        return await lines.Reader.ReadAsync(limit.Token);
    }

    private string[] Rest()
    {
        var rest = new List<string>();
        while (lines.Reader.TryRead(out var line))
        {
            rest.Add(line);
        }

        return [.. rest];
    }

    [Fact]
    public async Task Its_lines_come_whole_and_its_last_complaints_are_kept()
    {
        var child = Shell(
            """
            echo one; printf 'two\r\nthr'; printf ee
            for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do echo "complaint $i" >&2; done
            printf '\033[31mred\033[0m\001 at last\n' >&2
            exit 7
            """
        );
        Assert.Equal(7, await child.Ended.WaitAsync(Long));
        Assert.Equal(["one", "two", "three"], Rest());
        var last = child.Complaints.All;
        Assert.Equal(20, last.Count);
        Assert.Equal("complaint 7", last[0]);
        Assert.Equal("red at last", last[^1]);
    }

    [Fact]
    public async Task One_that_reads_its_input_ends_when_that_is_closed()
    {
        var child = Shell("cat");
        await child.Input.WriteAsync("hello\n"u8.ToArray());
        await child.Input.FlushAsync();
        Assert.Equal("hello", await LineAsync());
        await child.StopAsync(Long, Long);
        Assert.Equal(0, await child.Ended);
        await child.StopAsync(Long, Long); // a second time is harmless
    }

    [Fact]
    public async Task One_that_does_not_is_told_by_a_signal()
    {
        var child = Shell("echo up; exec sleep 300");
        await LineAsync();
        await child.StopAsync(Short, Long);
        Assert.Equal("signal 15", ChildProcess.Words(await child.Ended));
    }

    [Fact]
    public async Task One_that_hears_no_signal_is_killed_with_all_it_started()
    {
        var child = Shell("trap '' TERM; sleep 300 & echo $!; while :; do sleep 300; done");
        var started = int.Parse(await LineAsync(), CultureInfo.InvariantCulture);
        Assert.True(Lives(started));
        await child.StopAsync(Short, Short);
        Assert.Equal("signal 9", ChildProcess.Words(await child.Ended));
        await GoneAsync(started);
    }

    [Fact]
    public async Task What_it_leaves_behind_ends_with_it()
    {
        var child = Shell("sleep 300 & echo $!; exit 0");
        Assert.Equal(0, await child.Ended.WaitAsync(Long));
        await GoneAsync(int.Parse(await LineAsync(), CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task One_that_slipped_away_with_its_output_is_not_waited_for()
    {
        var child = Shell("setsid sleep 20 & exit 3");
        Assert.Equal(3, await child.Ended.WaitAsync(TimeSpan.FromSeconds(15)));
    }

    [Fact]
    public async Task Who_writes_a_line_without_end_is_ended()
    {
        var child = Shell("echo short; head -c 100000 /dev/zero | tr '\\0' x; sleep 300", longest: 8 * 1024);
        Assert.Equal("signal 9", ChildProcess.Words(await child.Ended.WaitAsync(Long)));
        Assert.Equal("it wrote a line of more than 8 KiB", child.Fault);
        Assert.Equal(["short"], Rest());
    }

    [Fact]
    public async Task It_gets_of_the_environment_what_it_is_given_and_no_more()
    {
        Environment.SetEnvironmentVariable("PARLEY_TEST_SECRET", "hidden");
        var child = Shell("env");
        Assert.Equal(0, await child.Ended.WaitAsync(Long));
        var names = Rest().Select(l => l.Split('=')[0]).ToHashSet();
        Assert.Contains("GIVEN", names);
        Assert.Contains("PATH", names);
        Assert.DoesNotContain("PARLEY_TEST_SECRET", names);
        Assert.DoesNotContain("PARLEY_TEST_SECRET", ChildEnvironment.WithoutOurs().Keys);
    }

    [Fact]
    public void What_cannot_be_started_says_why()
    {
        string Fault(ChildCommand command) => Assert.Throws<ChildException>(() => ChildProcess.Start(command)).Message;

        Assert.Equal(
            "there is no program no-such-program that can be run",
            Fault(new ChildCommand("no-such-program", []))
        );
        Assert.Equal("there is no program /etc/passwd that can be run", Fault(new ChildCommand("/etc/passwd", [])));
        Assert.Equal(
            "sh cannot be started: there is no folder /no/such",
            Fault(new ChildCommand("sh", []) { Folder = "/no/such" })
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Long_lines_are_cut_whatever_pieces_they_come_in(int piece)
    {
        var long1 = new string('x', 10_000);
        var exact = new string('y', 4096);
        var text = $"a\n\n{long1}\nb\n{exact}\n{long1}{long1}";
        var seen = new List<string>();
        await LinePump.RunAsync(
            new Pieces(Encoding.UTF8.GetBytes(text), piece),
            4096,
            cut: true,
            line => seen.Add(Encoding.UTF8.GetString(line)),
            default
        );
        Assert.Equal(["a", "", long1[..4096], "b", exact, long1[..4096]], seen);
    }

    [Fact]
    public void Pauses_double_up_to_the_longest()
    {
        var pauses = Enumerable
            .Range(0, 8)
            .Select(n => GrowingPause.After(n, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)).TotalSeconds);
        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], pauses);
    }

    /// <summary>A process that has ended may stand in the table until somebody asks for its exit code.</summary>
    /// <summary>A signal was sent to it: the system takes a moment to end what it was sent to.</summary>
    private static async Task GoneAsync(int id)
    {
        using var limit = new CancellationTokenSource(Long);
        while (Lives(id))
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static bool Lives(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    private sealed class Pieces(byte[] all, int piece) : MemoryStream(all)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Read(buffer.Span[..Math.Min(piece, buffer.Length)]));
    }
}
