using System.Text;

namespace Parley.Tests.Search.Matching;

/// <summary>Texts and queries out of one small vocabulary, so that they meet. A seed gives the same ones on every machine.</summary>
internal sealed class RandomTexts(int seed)
{
    /// <summary>Words that share stems or beginnings, identifiers in several styles, names with signs, several scripts.</summary>
    private static readonly string[] Special =
    [
        .. "the that green tea teapot team run running runner runs cache cached caches caching query queries".Split(
            ' '
        ),
        .. "getUserName get_user_name get-user-name user name parseURLs c++ c# c kubernetes kubectl postgres".Split(
            ' '
        ),
        .. "東京都 日本語の検索 東京 京都 한국어 Москва московский документация Straße naïve 3.14 don't".Split(' '),
    ];

    private static readonly string[] Vocabulary =
    [
        .. Special,
        .. Enumerable
            .Range(0, 140)
            .Select(n => $"{"bdfglmnprst"[n % 11]}{"aeiou"[n % 5]}{"bdglmnrt"[n % 8]}{"aeiou"[n / 5 % 5]}{n % 7}x"),
    ];

    private static readonly string[] Prefixes =
    [
        "te*",
        "run*",
        "c*",
        "ca*",
        "b*",
        "ku*",
        "do*",
        "\"green te\"*",
        "мо*",
    ];

    private static readonly string[] Misspelt =
    [
        "kubernets",
        "kuberentes",
        "ubernetes",
        "xubernetes",
        "akubernetes",
        "postgers",
        "rrunner",
        "grean",
        "документацея",
        "Моксва",
        "unknownest",
    ];

    public Random Random { get; } = new(seed);

    public T Any<T>(IReadOnlyList<T> of) => of[Random.Next(of.Count)];

    public bool Chance(int oneIn) => Random.Next(oneIn) == 0;

    /// <summary>Common words often, rare ones seldom.</summary>
    public string Word() => Vocabulary[(int)(Vocabulary.Length * Math.Pow(Random.NextDouble(), 2.2))];

    public string Text(int longest)
    {
        var text = new StringBuilder();
        for (var left = Random.Next(longest + 1); left > 0; left--)
        {
            var word = Word();
            text.Append(word).Append(Chance(9) ? ".\n" : " ");
            if (Chance(12))
                text.Append(word).Append(' ');
        }

        return text.ToString();
    }

    /// <summary>A query of one to three conditions, or a question.</summary>
    /// <param name="filters">Conditions that are mixed in.</param>
    public string Query(IReadOnlyList<string> filters)
    {
        var parts = new List<string>();
        if (Chance(4))
        {
            for (var words = Random.Next(4, 8); words > 0; words--)
                parts.Add(
                    Chance(8) && parts.Count > 0 ? parts[^1]
                    : Chance(12) ? "字"
                    : Word()
                );
        }
        else
        {
            for (var clauses = Random.Next(4); clauses > 0; clauses--)
                parts.Add(Clause());
        }

        while (filters.Count > 0 && Chance(2))
            parts.Insert(Random.Next(parts.Count + 1), Any(filters));
        return string.Join(' ', parts);
    }

    private string Clause() =>
        Random.Next(16) switch
        {
            0 or 1 => Any(Prefixes),
            2 or 3 => $"\"{Word()} {Word()}\"",
            4 => "\"that that\"",
            5 => $"{Word()} OR {Clause()}",
            6 => "-" + Word(),
            7 => $"-\"{Word()} {Any(Special)}\"",
            8 => Any(Misspelt),
            9 => Any(["\"日本語\"", "本語の", "東京", "\"京都\"", "京", "語の検", "-東京"]),
            10 => Any(["getUserName", "\"get user\"", "get_user_name", "user.name", "-getUserName", "c++", "c#"]),
            11 => $"\"{Word()} {Word()}\"*",
            12 => "-" + Any(Prefixes),
            _ => Word(),
        };
}
