using System.Globalization;
using System.Runtime.InteropServices;

namespace Parley.Kernel;

/// <summary>
/// The pages of the executable that this process holds. A start reads most of them once (the tables that types are made
/// from, the code that builds the server), and the system goes on counting them as ours: 25 of 42 MB. Let go, those
/// that are needed come back one by one from the page cache.
/// </summary>
internal static partial class MappedFile
{
    private const int DontNeed = 4;

    /// <summary>Lets go of what is mapped from the running file and was never changed. Does nothing but on Linux.</summary>
    public static void LetGo()
    {
        if (!OperatingSystem.IsLinux() || Environment.ProcessPath is not { } own)
        {
            return;
        }

        try
        {
            foreach (var (start, end) in Unchanged(File.ReadLines("/proc/self/smaps"), own))
            {
                _ = Advise(start, (nuint)(end - start), DontNeed);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return; // a system that hides its maps keeps the pages
        }
    }

    /// <summary>
    /// The ranges of a file that can only be read and have no page of their own (proc(5), smaps): what the loader has
    /// relocated is read-only, too, but the file does not hold it.
    /// </summary>
    internal static IEnumerable<(nint Start, nint End)> Unchanged(IEnumerable<string> smaps, string file)
    {
        (nint, nint)? range = null;
        foreach (var line in smaps)
        {
            if (line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                if (range is { } unchanged && line.AsSpan(10).Trim() is "0 kB")
                {
                    yield return unchanged;
                }

                range = null;
            }
            else if (line.EndsWith(" " + file, StringComparison.Ordinal))
            {
                range = Range(line);
            }
        }
    }

    /// <summary>Of a line such as <c>55d0c0000000-55d0c0100000 r-xp 00000000 fe:00 131 /usr/bin/parley</c>; null where it may be written.</summary>
    private static (nint Start, nint End)? Range(string line)
    {
        var (dash, space) = (line.IndexOf('-', StringComparison.Ordinal), line.IndexOf(' ', StringComparison.Ordinal));
        return
            dash > 0
            && space > dash
            && line[space + 2] == '-'
            && nint.TryParse(line.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var start)
            && nint.TryParse(
                line.AsSpan(dash + 1, space - dash - 1),
                NumberStyles.HexNumber,
                CultureInfo.InvariantCulture,
                out var end
            )
            ? (start, end)
            : null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
