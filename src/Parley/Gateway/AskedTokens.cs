using System.Text.Json;
using Parley.Chat;

namespace Parley.Gateway;

/// <summary>How many tokens a question was, where the upstream did not count them.</summary>
internal static class AskedTokens
{
    /// <summary>A picture or a sound in base64 counts as so many, however large it is.</summary>
    private const long OfFile = 1_000;
    private const int LongestWord = 2_000;

    /// <summary>The texts of a JSON document, whatever they stand under.</summary>
    public static long Estimate(TokenCounts tokens, string model, ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 256 });
        var count = 0L;
        try
        {
            while (json.Read())
            {
                if (json.TokenType == JsonTokenType.String)
                {
                    count += IsFile(json.ValueSpan) ? OfFile : tokens.Estimate(model, json.ValueSpan);
                }
            }
        }
        catch (JsonException)
        {
            // The upstream took what it could read of it; so much was counted.
        }

        return count;
    }

    private static bool IsFile(ReadOnlySpan<byte> text) =>
        text.Length > LongestWord && !text[..LongestWord].ContainsAny(" \\"u8);
}
