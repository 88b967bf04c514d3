namespace Parley.Tests;

/// <summary>What goes wrong.</summary>
public enum Fault
{
    /// <summary>SQLITE_FULL, nothing written.</summary>
    Full,

    /// <summary>SQLITE_IOERR_WRITE, nothing written.</summary>
    WriteError,

    /// <summary>Half of it is written, then SQLITE_FULL: what a disk does that fills up in the middle.</summary>
    ShortWrite,

    /// <summary>SQLITE_IOERR_FSYNC.</summary>
    SyncError,

    /// <summary>SQLITE_IOERR_READ.</summary>
    ReadError,

    /// <summary>SQLITE_IOERR_TRUNCATE.</summary>
    TruncateError,
}

/// <summary>
/// A disk that breaks: a VFS over the system's own, for <c>DbOptions.Vfs</c>. It fails the k-th call of a kind, once or for good, counts
/// syncs, and remembers what was written since each file's last sync, so that <see cref="Cut"/> can say what a power cut would leave.
/// </summary>
internal sealed partial class FaultDisk : IDisposable
{
    private const int Sector = 512;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Durable> _files = new(StringComparer.Ordinal);
    private Fault _fault;
    private long _calls;
    private long _failAt = long.MaxValue;
    private bool _forGood;

    /// <summary>Files of this name ending are meant; empty for all.</summary>
    private string _target = "";

    /// <summary>Calls of xSync so far.</summary>
    public long Syncs { get; private set; }

    /// <summary>True once the armed fault has struck.</summary>
    public bool Struck { get; private set; }

    /// <summary>Breaks the <paramref name="kth"/> call (from 1) of the fault's kind from now on.</summary>
    public void Break(Fault fault, long kth = 1, bool forGood = true, string target = "")
    {
        lock (_gate)
        {
            (_fault, _failAt, _forGood, _target, _calls, Struck) = (fault, kth, forGood, target, 0, false);
        }
    }

    public void Mend()
    {
        lock (_gate)
        {
            _failAt = long.MaxValue;
        }
    }

    /// <summary>
    /// Writes into <paramref name="folder"/> what a power cut now would leave of every file: what was synced, and of what came after it
    /// whatever the dice choose, single sectors of it too.
    /// </summary>
    public void Cut(string folder, Random dice)
    {
        lock (_gate)
        {
            foreach (var (path, file) in _files)
            {
                if (file.AfterCut(dice) is { } bytes)
                {
                    File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(path)), bytes);
                }
            }
        }
    }

    private bool Strikes(Fault one, Fault two, Fault three, string path)
    {
        if ((_fault != one && _fault != two && _fault != three) || !path.EndsWith(_target, StringComparison.Ordinal))
        {
            return false;
        }

        _calls++;
        var strikes = _forGood ? _calls >= _failAt : _calls == _failAt;
        Struck |= strikes;
        return strikes;
    }

    private Durable Of(string path)
    {
        if (!_files.TryGetValue(path, out var file))
        {
            _files.Add(path, file = new Durable(File.Exists(path) ? File.ReadAllBytes(path) : null));
        }

        return file;
    }

    /// <summary>One file's synced content and the changes since.</summary>
    private sealed class Durable(byte[]? content)
    {
        private readonly List<(long Offset, byte[]? Bytes)> _since = [];
        private MemoryStream? _content = content is null ? null : Stream(content);

        public void Write(long offset, ReadOnlySpan<byte> bytes) => _since.Add((offset, bytes.ToArray()));

        public void Truncate(long size) => _since.Add((size, null));

        public void Sync()
        {
            _content ??= new MemoryStream();
            foreach (var (offset, bytes) in _since)
            {
                Apply(_content, offset, bytes);
            }

            _since.Clear();
        }

        /// <summary>The folder is synced with it, as SQLite asks for.</summary>
        public void Delete()
        {
            _content = null;
            _since.Clear();
        }

        public byte[]? AfterCut(Random dice)
        {
            if (_content is null && (_since.Count == 0 || dice.Next(2) == 0))
            {
                return null; // a new file's name that was never written to its folder
            }

            var result = Stream(_content?.ToArray() ?? []);
            foreach (var (offset, bytes) in _since)
            {
                // The disk writes sectors, in any order, some not at all.
                for (var at = 0; at < (bytes?.Length ?? 1); at += Sector)
                {
                    if (dice.Next(3) != 0)
                    {
                        Apply(result, offset + at, bytes?[at..Math.Min(at + Sector, bytes.Length)]);
                    }
                }
            }

            return result.ToArray();
        }

        private static MemoryStream Stream(byte[] bytes)
        {
            var stream = new MemoryStream();
            stream.Write(bytes);
            return stream;
        }

        private static void Apply(MemoryStream content, long offset, byte[]? bytes)
        {
            if (bytes is null)
            {
                content.SetLength(offset);
                return;
            }

            content.Position = offset;
            content.Write(bytes);
        }
    }
}
