using System.Text.Json;
using Parley.Conversations;

namespace Parley.Import;

/// <summary>JSON that stands as text inside JSON or in a column: what tools were given and gave back.</summary>
internal static class InnerJson
{
    /// <summary>The text with its <c>\uXXXX</c> written out where it is JSON, so that it can be searched; any other text as it is.</summary>
    public static ReadOnlyMemory<byte> Readable(ReadOnlyMemory<byte> text, Utf8Arena arena)
    {
        var span = text.Span;
        if (span.IsEmpty || span[0] is not ((byte)'{' or (byte)'[' or (byte)'"') || span.IndexOf("\\u"u8) < 0)
        {
            return text;
        }

        try
        {
            using var parsed = JsonSlices.Parse(text);
            return JsonText.Readable(span, arena);
        }
        catch (JsonException)
        {
            // It only begins like JSON.
            return text;
        }
    }
}
