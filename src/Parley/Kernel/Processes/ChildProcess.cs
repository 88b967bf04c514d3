using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Parley.Kernel.Processes;

/// <summary>
/// A program that runs for Parley: what it writes is read as it comes, the last lines of its complaints are kept, and it
/// ends when it is told to, with everything it started. Its input is a pipe of ours, so a program that reads it also ends
/// when Parley is killed; for others there is <see cref="ChildCommand.DiesWithParley"/>. Thread-safe.
/// </summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int LongestComplaint = 16 * 1024;
    private const int Terminate = 15;
    private const int Kill = 9;
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Killed = TimeSpan.FromSeconds(5);

    private readonly Process process;
    private readonly bool leadsGroup;
    private readonly CancellationTokenSource unheard = new();
    private readonly Task complaining;
    private volatile bool ended;

    private ChildProcess(Process process, bool leadsGroup, LineReader? said, int longest, LastLines complaints)
    {
        this.process = process;
        this.leadsGroup = leadsGroup;
        Id = process.Id;
        Input = process.StandardInput.BaseStream;
        Complaints = complaints;
        complaining = ListenAsync(process.StandardError.BaseStream, LongestComplaint, cut: true, complaints.Add);
        Output = ListenAsync(
            process.StandardOutput.BaseStream,
            said is null ? LongestComplaint : longest,
            cut: said is null,
            said ?? complaints.Add
        );
        Ended = WatchAsync();
    }

    public int Id { get; }

    /// <summary>Its standard input. Writes are the caller's to put in order.</summary>
    public Stream Input { get; }

    /// <summary>Its end: the exit code, 128 and the signal's number where a signal ended it. Never fails.</summary>
    public Task<int> Ended { get; }

    /// <summary>Done when it writes no more. Never fails.</summary>
    public Task Output { get; }

    /// <summary>The last lines of its standard error; of its standard output too, where nobody else reads that.</summary>
    public LastLines Complaints { get; }

    /// <summary>Why it was ended, where it broke the rules; null otherwise.</summary>
    public string? Fault { get; private set; }

    /// <summary>Starts it. Blocks for as long as the system needs to begin a process: not for threads that serve sockets.</summary>
    /// <param name="said">Given each line of its standard output; null: they are kept among the complaints.</param>
    /// <param name="longest">Bytes of a line; what writes a longer one is ended.</param>
    /// <param name="complaints">Where its complaints go; null: to a list of its own.</param>
    /// <exception cref="ChildException">It cannot be started.</exception>
    public static ChildProcess Start(
        ChildCommand command,
        LineReader? said = null,
        int longest = LongestComplaint,
        LastLines? complaints = null
    )
    {
        if (command.Folder is { } folder && !Directory.Exists(folder))
        {
            throw new ChildException($"{command.Program} cannot be started: there is no folder {folder}");
        }

        var program =
            ProgramPath.Find(command.Program, command.Folder, command.Environment.GetValueOrDefault("PATH"))
            ?? throw new ChildException($"there is no program {command.Program} that can be run");

        // In a session of its own it leads a group, by which all it starts can be ended; a Ctrl-C at the terminal is for
        // Parley alone, which ends it in order. The framework cannot begin one, setsid(1) of every Linux can.
        var leader = OperatingSystem.IsLinux() ? ProgramPath.Find("setsid") : null;
        var mortal = leader is not null && command.DiesWithParley ? ProgramPath.Find("setpriv") : null;
        var start = new ProcessStartInfo(leader ?? program)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = command.Folder ?? "",
        };
        foreach (var argument in Words(leader, mortal, program))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var argument in command.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return new ChildProcess(
                mortal is null ? Process.Start(start)! : LastingThread.Start(start),
                leader is not null,
                said,
                longest,
                complaints ?? new LastLines()
            );
        }
        catch (Exception refused) when (refused is Win32Exception or IOException)
        {
            throw new ChildException($"{program} cannot be started: {refused.Message}", refused);
        }
    }

    /// <summary>What stands between the first program and the arguments of the one that is wanted.</summary>
    private static string[] Words(string? leader, string? mortal, string program) =>
        mortal is not null ? [mortal, "--pdeathsig", "KILL", program]
        : leader is not null ? [program]
        : [];

    /// <summary>Ends it: first by closing its input, then by SIGTERM, then by SIGKILL. Harmless where it has ended.</summary>
    /// <param name="afterInput">How long it may take to end by itself once its input is closed.</param>
    /// <param name="afterSignal">How long it may take after SIGTERM.</param>
    public async Task StopAsync(TimeSpan afterInput, TimeSpan afterSignal)
    {
        try
        {
            await Input.DisposeAsync();
        }
        catch (IOException)
        {
            // It reads no more, and need not be told.
        }

        if (await EndsWithinAsync(afterInput))
        {
            return;
        }

        Signal(Terminate);
        if (!await EndsWithinAsync(afterSignal))
        {
            Signal(Kill);
            await EndsWithinAsync(Killed);
        }
    }

    /// <summary>Ends it at once.</summary>
    public ValueTask DisposeAsync() => new(StopAsync(TimeSpan.Zero, TimeSpan.Zero));

    /// <summary>What an exit code says.</summary>
    public static string Words(int exitCode) => exitCode > 128 ? $"signal {exitCode - 128}" : $"exit code {exitCode}";

    private async Task<bool> EndsWithinAsync(TimeSpan limit)
    {
        try
        {
            await Ended.WaitAsync(limit, CancellationToken.None);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<int> WatchAsync()
    {
        await process.WaitForExitAsync(CancellationToken.None);
        var exitCode = process.ExitCode;
        ended = true;
        SignalGroup(Kill); // what it started and left behind
        unheard.CancelAfter(LastWords); // its last words may still be in the pipes
        await Task.WhenAll(Output, complaining);
        process.Dispose();
        unheard.Dispose();
        return exitCode;
    }

    private async Task ListenAsync(Stream stream, int longest, bool cut, LineReader line)
    {
        try
        {
            await LinePump.RunAsync(stream, longest, cut, line, unheard.Token);
        }
        catch (InvalidDataException tooMuch)
        {
            Fault = $"it wrote {tooMuch.Message}";
            Signal(Kill);
        }
        catch (Exception over) when (over is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // It has ended, and what still holds the pipe is none of ours.
        }
    }

    private void Signal(int number)
    {
        if (OperatingSystem.IsWindows())
        {
            try
            {
                process.Kill(entireProcessTree: true);
            }
            catch (InvalidOperationException)
            {
                // It has ended.
            }

            return;
        }

        // Right after its start it may not lead its group yet.
        if (!SignalGroup(number) && !ended)
        {
            _ = SendSignal(Id, number);
        }
    }

    /// <summary>False where it leads no group, or nothing of the group is left.</summary>
    private bool SignalGroup(int number) => leadsGroup && SendSignal(-Id, number) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
