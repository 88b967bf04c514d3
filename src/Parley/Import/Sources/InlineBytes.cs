using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Parley.Conversations;

namespace Parley.Import;

/// <summary>Files that stand inside JSON as base64, bare or as a <c>data:</c> URL (RFC 2397). Decoded only when opened.</summary>
internal static class InlineBytes
{
    /// <summary>Opens base64 text that lives in a draft's arena; null where it is empty or no base64.</summary>
    public static Func<Stream>? Open(ReadOnlyMemory<byte> base64) =>
        Base64.IsValid(base64.Span, out var length) && length > 0 ? () => Decode(base64.Span, length) : null;

    /// <summary>An attachment of a <c>data:</c> URL; null where it is another kind of URL.</summary>
    public static AttachmentDraft? OfDataUrl(ReadOnlyMemory<byte> url)
    {
        var span = url.Span;
        var comma = span.IndexOf((byte)',');
        if (comma < 0 || span.Length < 5 || !Ascii.EqualsIgnoreCase(span[..5], "data:"u8))
        {
            return null;
        }

        var head = Encoding.UTF8.GetString(span[5..comma]);
        var semicolon = head.IndexOf(';', StringComparison.Ordinal);
        var mediaType = semicolon < 0 ? head : head[..semicolon];
        var body = url[(comma + 1)..];
        return new AttachmentDraft
        {
            MediaType = mediaType.Length == 0 ? null : mediaType,
            Open = head.EndsWith(";base64", StringComparison.OrdinalIgnoreCase) ? Open(body) : () => Unescape(body),
        };
    }

    private static MemoryStream Decode(ReadOnlySpan<byte> base64, int length)
    {
        var bytes = new byte[length];
        var status = Base64.DecodeFromUtf8(base64, bytes, out _, out var written);
        return status == OperationStatus.Done
            ? new MemoryStream(bytes, 0, written, writable: false)
            : throw new FormatException("the inline base64 cannot be decoded");
    }

    private static MemoryStream Unescape(ReadOnlyMemory<byte> percentEncoded) =>
        new(
            Encoding.UTF8.GetBytes(Uri.UnescapeDataString(Encoding.UTF8.GetString(percentEncoded.Span))),
            writable: false
        );
}
