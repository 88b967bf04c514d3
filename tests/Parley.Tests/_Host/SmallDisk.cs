using System.Diagnostics;

namespace Parley.Tests;

/// <summary>A real file system of a few megabytes (tmpfs), which needs root: without it the test is skipped.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly bool _mounted;

    public SmallDisk(int megabytes)
    {
        _mounted =
            OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", _folder.Path);
        if (!_mounted)
        {
            _folder.Dispose();
            Assert.Skip("a file system of its own needs root on Linux");
        }
    }

    public string Path => _folder.Path;

    public string File(string name) => _folder.File(name);

    public void Dispose()
    {
        if (_mounted && Run("umount", Path))
        {
            _folder.Dispose();
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardError = true }
            )!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
