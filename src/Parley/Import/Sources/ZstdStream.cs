using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parley.Import;

/// <summary>
/// Reads zstd (RFC 8878) over libzstd: any number of frames one after another, with or without their content size.
/// What comes out is counted, headers are not believed. Bad, truncated or overgrown data throws
/// <see cref="InvalidDataException"/> with the reason. Forward only; owns its source.
/// </summary>
internal sealed unsafe partial class ZstdStream : Stream
{
    /// <summary>Largest inflated size unless told otherwise: threads run to tens of MB.</summary>
    public const long DefaultLimit = 256L << 20;

    /// <summary>
    /// Inflated to deflated, past <see cref="RatioFrom"/> bytes. Threads in which one file was read again and again
    /// compress several hundred times; bombs, tens of thousands.
    /// </summary>
    private const int MostRatio = 2000;

    private const long RatioFrom = 10L << 20;

    private readonly Stream source;
    private readonly long limit;
    private readonly byte[] input = new byte[64 * 1024];
    private nint decoder;
    private int start;
    private int end;
    private long deflated;
    private long inflated;
    private bool inFrame;

    public ZstdStream(Stream source, long limit = DefaultLimit)
    {
        this.source = source;
        this.limit = limit;
        decoder = ZSTD_createDStream();
        if (decoder == 0)
        {
            throw new InsufficientMemoryException("zstd: no memory for a decoder");
        }
    }

    /// <summary>Whether bytes begin like a zstd frame (RFC 8878, 3.1.1).</summary>
    public static bool IsZstd(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]);

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => inflated;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(decoder == 0, this);
        while (!buffer.IsEmpty)
        {
            if (start == end && !Fill())
            {
                if (!inFrame && deflated > 0)
                {
                    return 0;
                }

                // A decoder may still hold output of what it was given; only when none comes is the end too early.
                if (Decompress(buffer) is var rest and > 0)
                {
                    return rest;
                }

                throw new InvalidDataException(deflated == 0 ? "the zstd data is empty" : "the zstd data ends early");
            }

            if (Decompress(buffer) is var written and > 0)
            {
                return written;
            }
        }

        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (decoder != 0)
        {
            _ = ZSTD_freeDStream(decoder);
            decoder = 0;
        }

        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool Fill()
    {
        start = 0;
        end = source.Read(input);
        deflated += end;
        return end > 0;
    }

    private int Decompress(Span<byte> to)
    {
        nuint left;
        OutBuffer output;
        fixed (
            byte* target = to,
                bytes = input
        )
        {
            output = new OutBuffer { Bytes = target, Size = (nuint)to.Length };
            var from = new InBuffer
            {
                Bytes = bytes,
                Size = (nuint)end,
                Position = (nuint)start,
            };
            left = ZSTD_decompressStream(decoder, &output, &from);
            start = (int)from.Position;
        }

        if (ZSTD_isError(left) != 0)
        {
            throw new InvalidDataException(
                $"the zstd data is damaged: {Marshal.PtrToStringUTF8((nint)ZSTD_getErrorName(left))}"
            );
        }

        // 0 says that a frame is decoded and flushed whole.
        inFrame = left != 0;
        inflated += (long)output.Position;
        if (inflated > limit || (inflated > RatioFrom && inflated / MostRatio > deflated))
        {
            throw new InvalidDataException(
                $"the zstd data inflates to more than {Math.Min(inflated, limit)} bytes from {deflated}: not read further"
            );
        }

        return (int)output.Position;
    }

    private struct InBuffer
    {
        public byte* Bytes;
        public nuint Size;
        public nuint Position;
    }

    private struct OutBuffer
    {
        public byte* Bytes;
        public nuint Size;
        public nuint Position;
    }

    // The name is that of Debian's package; the native executable binds it statically (native/Publish.props).
    private const string Library = "libzstd.so.1";

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial nint ZSTD_createDStream();

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial nuint ZSTD_freeDStream(nint decoder);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial nuint ZSTD_decompressStream(nint decoder, OutBuffer* output, InBuffer* input);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial uint ZSTD_isError(nuint code);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial byte* ZSTD_getErrorName(nuint code);
}
