using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Parley.Import;

/// <summary>
/// Member names as they stand in the source. <see cref="JsonProperty.Name"/> throws on a lone surrogate, and
/// <c>JsonMarshal.GetRawUtf8PropertyName</c> begins with .NET 10, which the native build cannot count on.
/// </summary>
internal static class JsonNames
{
    /// <summary>
    /// The name without its quotes, still escaped. The document keeps its text in one piece and knows where the value
    /// begins; before that stand only white space, the colon and the name (comments are not accepted by our parser).
    /// </summary>
    public static ReadOnlySpan<byte> Raw(JsonProperty member)
    {
        ref var value = ref MemoryMarshal.GetReference(JsonMarshal.GetRawUtf8Value(member.Value));
        var end = -1;
        while (Unsafe.Add(ref value, end) != '"')
        {
            end--;
        }

        var start = end;
        while (Unsafe.Add(ref value, start - 1) != '"' || IsEscaped(ref value, start - 1))
        {
            start--;
        }

        return MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref value, start), end - start);
    }

    // An odd number of backslashes before it makes a quote part of the name.
    private static bool IsEscaped(ref byte value, int quote)
    {
        var backslashes = 0;
        while (Unsafe.Add(ref value, quote - 1 - backslashes) == '\\')
        {
            backslashes++;
        }

        return backslashes % 2 == 1;
    }
}
