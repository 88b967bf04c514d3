using System.Runtime.InteropServices;

namespace Parley.Tests.Import;

/// <summary>Compresses for tests, with and without the content size in the frame's header.</summary>
internal static unsafe partial class ZstdWriter
{
    private const int ContentSizeFlag = 200;

    public static byte[] Compress(ReadOnlySpan<byte> data, bool contentSize = false)
    {
        var to = new byte[ZSTD_compressBound((nuint)data.Length)];
        var context = ZSTD_createCCtx();
        ZSTD_CCtx_setParameter(context, ContentSizeFlag, contentSize ? 1 : 0);
        nuint written;
        fixed (
            byte* target = to,
                source = data
        )
        {
            written = ZSTD_compress2(context, target, (nuint)to.Length, source, (nuint)data.Length);
        }

        ZSTD_freeCCtx(context);
        return to[..(int)written];
    }

    [LibraryImport("libzstd.so.1")]
    private static partial nint ZSTD_createCCtx();

    [LibraryImport("libzstd.so.1")]
    private static partial nuint ZSTD_freeCCtx(nint context);

    [LibraryImport("libzstd.so.1")]
    private static partial nuint ZSTD_CCtx_setParameter(nint context, int parameter, int value);

    [LibraryImport("libzstd.so.1")]
    private static partial nuint ZSTD_compressBound(nuint size);

    [LibraryImport("libzstd.so.1")]
    private static partial nuint ZSTD_compress2(nint context, byte* to, nuint room, byte* from, nuint size);
}
