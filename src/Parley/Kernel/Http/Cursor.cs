using System.Buffers.Binary;
using System.Buffers.Text;
using Parley.Kernel.Problems;

namespace Parley.Kernel.Http;

/// <summary>
/// Where the next page begins: the sort key of the last item, as base64url. Opaque to clients; one that was tampered
/// with or belongs to another list is refused, never misread as a position.
/// </summary>
internal static class Cursor
{
    /// <param name="list">A letter of the list's own, so that cursors are not carried from one to another.</param>
    public static string Write(char list, params ReadOnlySpan<long> keys)
    {
        Span<byte> bytes = stackalloc byte[1 + (keys.Length * 8)];
        bytes[0] = (byte)list;
        for (var i = 0; i < keys.Length; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes[(1 + (i * 8))..], keys[i]);
        }

        return Base64Url.EncodeToString(bytes);
    }

    /// <exception cref="ProblemException">It is none that this list gave out.</exception>
    public static void Read(string text, char list, params Span<long> keys)
    {
        Span<byte> bytes = stackalloc byte[1 + (keys.Length * 8)];
        var sound =
            Base64Url.IsValid(text, out var length)
            && length == bytes.Length
            && Base64Url.TryDecodeFromChars(text, bytes, out _)
            && bytes[0] == list;
        if (!sound)
        {
            throw new ProblemException(
                ProblemCodes.Validation,
                "cursor: is none of this list",
                new FieldError("cursor", "is none of this list")
            );
        }

        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = BinaryPrimitives.ReadInt64BigEndian(bytes[(1 + (i * 8))..]);
        }
    }
}
