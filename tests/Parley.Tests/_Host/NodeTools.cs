using System.Diagnostics;

namespace Parley.Tests;

/// <summary>What the tests use of others' servers, browsers and libraries: <c>tests/node</c>, installed as its lock file has it.</summary>
internal static class NodeTools
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly Lazy<string> Installed = new(Install);

    /// <summary>Where the scripts are, and the libraries they use.</summary>
    public static string Folder => Installed.Value;

    /// <summary>Starts a script of that folder, which ends when its input does.</summary>
    public static Process Start(string script, params string[] arguments) =>
        Run("node", [script, .. arguments], Folder);

    /// <summary>The first line a script prints, once it does.</summary>
    public static async Task<string> ReadLineAsync(Process script)
    {
        using var limit = new CancellationTokenSource(Limit);
        return await script.StandardOutput.ReadLineAsync(limit.Token)
            ?? throw new InvalidOperationException(await script.StandardError.ReadToEndAsync(limit.Token));
    }

    /// <summary>Runs a script to its end, with that input; gives what it printed.</summary>
    public static async Task<string> RunAsync(string script, string input, params string[] arguments)
    {
        using var process = Start(script, arguments);
        using var limit = new CancellationTokenSource(Limit);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        Assert.True(process.ExitCode == 0, $"{script} ended with {process.ExitCode}: {await errors}{await output}");
        return await output;
    }

    private static string Install()
    {
        var folder = Path.Combine(SourceTree.Root, "tests", "node");
        var installed = new FileInfo(Path.Combine(folder, "node_modules", ".package-lock.json"));
        var wanted = new FileInfo(Path.Combine(folder, "package-lock.json"));
        if (installed.Exists && installed.LastWriteTimeUtc >= wanted.LastWriteTimeUtc)
        {
            return folder;
        }

        using var npm = Run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder);
        npm.StandardInput.Close();
        var errors = npm.StandardError.ReadToEndAsync();
        npm.StandardOutput.ReadToEnd();
        Assert.True(npm.WaitForExit(Limit), "npm ci takes too long");
        Assert.True(npm.ExitCode == 0, $"npm ci in tests/node: {errors.GetAwaiter().GetResult()}");
        return folder;
    }

    private static Process Run(string program, string[] arguments, string folder) =>
        Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
}
