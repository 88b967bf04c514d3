using System.Text;
using Parley.Search;
using Parley.Search.Segments;

namespace Parley.Tests.Search.Segments;

/// <summary>A document for tests of segments: what it is, and the texts of its fields in their order.</summary>
internal sealed record SegmentDocument(NewDocument About, IReadOnlyList<(SearchField Field, byte[] Text)> Fields)
{
    /// <summary>Words that share stems, that are the stems of others, identifiers, names with signs, several scripts, no words.</summary>
    private static readonly string[] Vocabulary =
    [
        .. "the and please pleas cheese cheeses chees cache cached caches caching query queries queried run running".Split(
            ' '
        ),
        .. "getUserName get_user_name get-user-name getusername HTTPServer parseURLs sha256 c++ C# c don't __init__".Split(
            ' '
        ),
        .. "東京都 日本語の検索 字 한국어 ภาษาไทย Über naïve Straße Москва مدرسة 👍 ∑ 1999 3.14 news species".Split(
            ' '
        ),
        .. Enumerable
            .Range(0, 400)
            .Select(n =>
                $"{"bdfglmnprst"[n % 11]}{"aeiou"[n % 5]}{"bdglmnrt"[n % 8]}{"aeiou"[n / 5 % 5]}{(n % 3 == 0 ? "s" : n % 3 == 1 ? "ing" : "x")}"
            ),
        "/srv/data/config.toml",
        "https://example.org/path?x=1",
        new string('a', 200),
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ];

    /// <summary>Documents with ascending ids that have gaps.</summary>
    public static List<SegmentDocument> Random(int seed, int count, int longest = 60)
    {
        var random = new Random(seed);
        var documents = new List<SegmentDocument>(count);
        long id = random.Next(1000);
        for (var index = 0; index < count; index++)
        {
            id += random.Next(1, 50);
            var conversation = random.Next(1 + (count / 8));
            var about = new NewDocument(
                id,
                (conversation * 7919L) + 3,
                conversation % 5 == 0 ? "" : "provider " + (conversation % 3),
                random.Next(3) == 0 ? null : "model-" + random.Next(4),
                new DocumentTraits((ushort)random.Next(1 << DocumentTraits.FieldsShift))
            );
            documents.Add(new SegmentDocument(about, RandomFields(random, longest)));
        }

        return documents;
    }

    private static List<(SearchField, byte[])> RandomFields(Random random, int longest)
    {
        var fields = random.Next(10) switch
        {
            0 => Array.Empty<SearchField>(),
            1 => [SearchField.Title],
            2 or 3 => [SearchField.Answer, SearchField.Code, SearchField.Thinking],
            4 => [SearchField.Prompt, SearchField.Code, SearchField.Tool],
            5 => Enum.GetValues<SearchField>(),
            6 => [SearchField.Thinking],
            _ => [random.Next(2) == 0 ? SearchField.Prompt : SearchField.Answer],
        };
        return [.. fields.Select(field => (field, RandomText(random, longest)))];
    }

    private static byte[] RandomText(Random random, int longest)
    {
        // Some fields say nothing, and one in fifty documents is a long one.
        if (random.Next(12) == 0)
            return random.Next(2) == 0 ? [] : " \n--- ..."u8.ToArray();
        var words = random.Next(50) == 0 ? longest * 20 : random.Next(longest + 1);
        var text = new StringBuilder();
        for (var word = 0; word < words; word++)
        {
            var rank = (int)(Vocabulary.Length * Math.Pow(random.NextDouble(), 2.5));
            text.Append(random.Next(30) == 0 ? RareWord(random) : Vocabulary[rank])
                .Append(random.Next(8) == 0 ? ".\n" : " ");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Nearly each time another, so that what holds words has to grow.</summary>
    private static string RareWord(Random random)
    {
        var letters = random.GetString("abdegilnorst", random.Next(2, 9));
        return letters
            + random.Next(7) switch
            {
                0 => "s",
                1 => "ed",
                2 => "ing",
                3 => "ies",
                4 => "Of" + letters,
                5 => "-" + letters,
                _ => "",
            };
    }
}
