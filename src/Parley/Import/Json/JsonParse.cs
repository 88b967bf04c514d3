using System.Text.Json;

namespace Parley.Import;

/// <summary>
/// Records to documents. What other programs write and JSON forbids (NaN, raw control characters in strings, a comma
/// too many) is read all the same.
/// </summary>
internal static class JsonParse
{
    /// <summary>No export but a nested tree goes deeper.</summary>
    private const int UsualDepth = 128;

    /// <summary>
    /// <see cref="JsonDocument"/> looks back over all tokens of a container when it closes, so its work is the sum of
    /// the tokens' depths, at 2 ns each: quadratic for nested trees. Trees of 10,000 messages (imports.md 1.1, rule 11)
    /// stay below this; a megabyte of brackets does not.
    /// </summary>
    private const long MostWork = 5_000_000_000;

    /// <exception cref="JsonException">It is no JSON, or nested so deeply that reading it would take minutes.</exception>
    public static JsonDocument Document(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return JsonDocument.Parse(bytes, Options(UsualDepth));
        }
        catch (JsonException)
        {
            if (JsonMend.TryMend(bytes.Span, out var mended))
            {
                bytes = mended;
            }
        }

        // Values are copied raw into what is stored and answered with, so no comma too many may stay in them.
        bytes = JsonMend.WithoutTrailingCommas(bytes);
        return JsonDocument.Parse(bytes, Options(AffordableDepth(bytes.Span)));
    }

    private static JsonDocumentOptions Options(int depth) => new() { MaxDepth = depth };

    private static int AffordableDepth(ReadOnlySpan<byte> bytes)
    {
        const int Deepest = 1_000_000;
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = Deepest });
        for (long work = 0; reader.Read(); work += reader.CurrentDepth)
        {
            if (work > MostWork)
            {
                throw new JsonException($"nested {reader.CurrentDepth} deep, which is too much to read");
            }
        }

        return Deepest;
    }
}
