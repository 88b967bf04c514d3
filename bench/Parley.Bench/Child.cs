using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Parley.Bench;

/// <summary>A child process with what the system says it used.</summary>
internal sealed partial class Child : IDisposable
{
    private readonly Process process;

    private Child(Process process) => this.process = process;

    public int Id => process.Id;
    public StreamReader Output => process.StandardOutput;
    public StreamWriter Input => process.StandardInput;

    public static Child Start(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.StandardInput.AutoFlush = true;
        process.ErrorDataReceived += (_, e) =>
        {
            if (e.Data is not null)
            {
                Console.Error.WriteLine("  " + e.Data);
            }
        };
        process.BeginErrorReadLine();
        return new Child(process);
    }

    /// <summary>Runs it to its end; CPU seconds (user and system), wall seconds, peak resident bytes.</summary>
    public static (double Cpu, double Wall, long PeakRss, int ExitCode) Run(string file, params string[] arguments)
    {
        var before = ChildrenCpu();
        var clock = Stopwatch.StartNew();
        using var child = Start(file, arguments);
        var reading = child.Output.ReadToEndAsync();
        long peak = 0;
        while (!child.process.WaitForExit(50))
        {
            peak = Math.Max(peak, child.Memory("VmHWM"));
        }

        child.process.WaitForExit();
        Console.WriteLine("  " + reading.GetAwaiter().GetResult().Trim().ReplaceLineEndings("\n  "));
        return (ChildrenCpu() - before, clock.Elapsed.TotalSeconds, peak, child.process.ExitCode);
    }

    /// <summary>User and system seconds so far, all threads.</summary>
    public double Cpu()
    {
        var stat = File.ReadAllText($"/proc/{Id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (
                long.Parse(fields[11], CultureInfo.InvariantCulture)
                + long.Parse(fields[12], CultureInfo.InvariantCulture)
            ) / 100.0;
    }

    /// <summary>A line of /proc/PID/status in bytes: VmRSS, VmHWM.</summary>
    public long Memory(string field)
    {
        try
        {
            var line = File.ReadLines($"/proc/{Id}/status")
                .FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal));
            return line is null
                ? 0
                : 1024
                    * long.Parse(
                        line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
                        CultureInfo.InvariantCulture
                    );
        }
        catch (IOException)
        {
            return 0;
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            _ = Kill(process.Id, 15);
            if (!process.WaitForExit(10_000))
            {
                process.Kill();
            }
        }

        process.Dispose();
    }

    private static double ChildrenCpu()
    {
        var usage = new long[18];
        _ = GetUsage(-1, usage);
        return usage[0] + (usage[1] / 1e6) + usage[2] + (usage[3] / 1e6);
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetUsage(int who, [Out] long[] usage);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    /// <summary>Waits until the process does nothing: less than a twentieth of a core for two seconds; half an hour at most.</summary>
    /// <returns>CPU seconds it had used by then.</returns>
    public async Task<double> SettleAsync()
    {
        // The vectors of a million messages take some minutes.
        const int mostSeconds = 1_800;
        var quiet = 0;
        for (var second = 0; second < mostSeconds && quiet < 2; second++)
        {
            process.Refresh();
            var before = process.TotalProcessorTime;
            await Task.Delay(TimeSpan.FromSeconds(1));
            process.Refresh();
            quiet = (process.TotalProcessorTime - before).TotalMilliseconds < 50 ? quiet + 1 : 0;
        }

        return process.TotalProcessorTime.TotalSeconds;
    }
}
