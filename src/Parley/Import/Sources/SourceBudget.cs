using System.Runtime.CompilerServices;
using Parley.Kernel.Archives;

namespace Parley.Import;

/// <summary>
/// The limits of one source, counted while inflating (security.md section 6): what headers state is not believed. An
/// entry that is opened again is not counted again.
/// </summary>
internal sealed class SourceBudget(ImportOptions options)
{
    /// <summary>Up to here any ratio will do: small files of zeros and blanks are common.</summary>
    private const long RatioFree = 10 * 1024 * 1024;

    /// <summary>What is read as a stream and never held whole: for these the limit of the archive is the limit of the entry.</summary>
    private static readonly HashSet<string> Streamed =
    [
        ".json",
        ".jsonl",
        ".ndjson",
        ".js",
        ".html",
        ".htm",
        ".csv",
        ".zip",
        ".tgz",
        ".tar",
        ".gz",
        ".db",
        ".sqlite",
        ".vscdb",
    ];

    private long inflated;

    public int MaxEntries => options.MaxArchiveEntries;

    /// <summary>Counts a stream of inflated bytes.</summary>
    /// <param name="packed">Bytes the entry takes in the archive.</param>
    /// <param name="seen">How far the entry was read before, kept by the entry from one opening to the next.</param>
    public Stream Count(Stream stream, string entry, long packed, StrongBox<long> seen) =>
        new CountedStream(this, stream, entry, packed, seen);

    private void Take(string entry, long packed, long position, StrongBox<long> seen)
    {
        var limit = Streamed.Contains(Path.GetExtension(entry).ToLowerInvariant())
            ? options.MaxArchiveBytes
            : options.MaxEntryBytes;
        if (position > limit)
        {
            throw new SourceException("entry-limit", entry, $"it inflates to more than {limit} bytes");
        }

        if (position > RatioFree && position / options.MaxArchiveRatio > packed)
        {
            throw new SourceException(
                "entry-limit",
                entry,
                $"it inflates to more than {options.MaxArchiveRatio} times its size"
            );
        }

        var before = Interlocked.Exchange(ref seen.Value, Math.Max(seen.Value, position));
        if (position > before && Interlocked.Add(ref inflated, position - before) > options.MaxArchiveBytes)
        {
            throw new SourceException(
                "entry-limit",
                entry,
                $"the archive inflates to more than {options.MaxArchiveBytes} bytes"
            );
        }
    }

    private sealed class CountedStream(
        SourceBudget budget,
        Stream inner,
        string entry,
        long packed,
        StrongBox<long> seen
    ) : Stream
    {
        private long position;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => position;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            try
            {
                var read = inner.Read(buffer);
                position += read;
                budget.Take(entry, packed, position, seen);
                return read;
            }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
            {
                throw new SourceException(
                    "damaged-entry",
                    entry,
                    $"it is damaged behind byte {position}: {e.Message}",
                    e
                );
            }
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
