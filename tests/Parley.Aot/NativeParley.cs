using System.Diagnostics;
using System.Globalization;

namespace Parley.Aot;

/// <summary>The native executable under test, found by PARLEY_NATIVE (./dev aot sets it).</summary>
internal static class NativeParley
{
    public static string Path { get; } =
        Environment.GetEnvironmentVariable("PARLEY_NATIVE") is { Length: > 0 } path && File.Exists(path)
            ? path
            : throw new InvalidOperationException("PARLEY_NATIVE names no file: run these tests with ./dev aot");

    /// <summary>Runs one command to its end, at most a minute.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Start(Path, arguments);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException late)
        {
            process.Kill();
            throw new TimeoutException($"parley {string.Join(' ', arguments)} did not end within a minute", late);
        }
    }

    public static Process Start(string file, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>A line of /proc/PID/status given in kB, in bytes: VmRSS, VmHWM.</summary>
    public static long Memory(int processId, string name)
    {
        var line = File.ReadLines($"/proc/{processId}/status")
            .Single(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture)
            * 1024;
    }
}
