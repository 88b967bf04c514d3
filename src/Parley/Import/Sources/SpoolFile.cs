using Parley.Kernel.Archives;

namespace Parley.Import;

/// <summary>
/// Where entries go that cannot be read in place: one file without a name, entry behind entry. Names of entries never
/// become paths (security.md S32), and however the process ends, nothing is left behind.
/// </summary>
internal sealed class SpoolFile(string? folder) : IDisposable
{
    private FileStream? file;
    private long end;

    /// <summary>Copies a stream to its end; what is there when it breaks stays in the file and is no range.</summary>
    public ByteRange Add(Stream from, CancellationToken ct)
    {
        file ??= Create();
        var start = end;
        var buffer = new byte[128 * 1024];
        int read;
        while ((read = from.Read(buffer)) > 0)
        {
            ct.ThrowIfCancellationRequested();
            RandomAccess.Write(file.SafeFileHandle, buffer.AsSpan(0, read), end);
            end += read;
        }

        return new ByteRange(file.SafeFileHandle, start, end - start);
    }

    public void Dispose() => file?.Dispose();

    private FileStream Create()
    {
        var path = Path.Combine(folder ?? Path.GetTempPath(), $"parley-spool-{Guid.NewGuid():N}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var made = new FileStream(path, options);
        if (!OperatingSystem.IsWindows())
        {
            // The open file lives on without its name.
            File.Delete(path);
        }

        return made;
    }
}
