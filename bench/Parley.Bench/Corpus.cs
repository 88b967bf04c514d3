using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Parley.Bench;

/// <summary>
/// A made-up ChatGPT export of any size, the same for the same seed: a vocabulary with Zipf-like frequencies, lengths
/// log-normal, every twentieth answer with code, every thirtieth text Japanese, and a needle (one word found nowhere
/// else) in every thousandth message.
/// </summary>
internal sealed class Corpus(int messages, int seed = 7)
{
    public const int MessagesPerConversation = 20;
    private const int ShardConversations = 50_000;

    /// <summary>Some 6 GB of JSON: an importer takes no more than 8 GiB out of one archive.</summary>
    private const int ZipConversations = 5 * ShardConversations;
    private const int VocabularySize = 120_000;
    private const double MedianWords = 62;
    private const double Sigma = 0.9;

    private static readonly string[] Syllables =
    [
        "ba",
        "re",
        "to",
        "ni",
        "sol",
        "ka",
        "mer",
        "vin",
        "du",
        "pra",
        "lo",
        "shi",
        "ten",
        "gar",
        "fe",
        "qui",
        "zo",
        "hal",
        "mi",
        "cre",
        "un",
        "ste",
        "plo",
        "ra",
        "den",
        "wo",
        "ly",
        "ex",
        "tra",
        "con",
    ];
    private const string Kana =
        "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわ";
    private const string Kanji =
        "日本語検索会議資料時間東京大阪開発設計実装試験結果報告明日昨日料理旅行音楽写真電車地図天気";

    private readonly Random random = new(seed);
    private readonly string[] words = Vocabulary(seed);
    private readonly double[] weights = Weights();

    /// <summary>The i-th commonest word.</summary>
    public string Word(int rank) => words[rank];

    public static string Needle(int message) => "qneedle" + message.ToString("x", CultureInfo.InvariantCulture) + "z";

    private int Conversations => messages / MessagesPerConversation;

    /// <summary>How many archives the export comes in.</summary>
    public int Zips => Math.Max(1, (Conversations + ZipConversations - 1) / ZipConversations);

    /// <summary>
    /// Writes the next archive of the export, with one conversations.json, or in shards as large exports come:
    /// conversations-000.json and so on. Gives the JSON's length.
    /// </summary>
    public long WriteZip(string path, int number)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        long length = 0;
        var end = Math.Min((number + 1) * ZipConversations, Conversations);
        for (var from = number * ZipConversations; from < end; from += ShardConversations)
        {
            var name =
                Conversations > ShardConversations
                    ? $"conversations-{from / ShardConversations:d3}.json"
                    : "conversations.json";
            using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
            length += WriteShard(entry, from, Math.Min(from + ShardConversations, end));
        }

        return length;
    }

    private long WriteShard(Stream entry, int from, int to)
    {
        using var buffered = new BufferedStream(entry, 1 << 20);
        long length = 1;
        var conversation = new StringBuilder();
        for (var c = from; c < to; c++)
        {
            conversation.Clear().Append(c == from ? "[" : ",");
            Conversation(conversation, c);
            var bytes = Encoding.UTF8.GetBytes(conversation.ToString());
            buffered.Write(bytes);
            length += bytes.Length;
        }

        buffered.Write("]"u8);
        return length;
    }

    private void Conversation(StringBuilder json, int c)
    {
        var start = 1_672_531_200 + (c * 2_000L);
        var id = Id(0, c);
        json.Append(
            CultureInfo.InvariantCulture,
            $$$"""{"title":"{{{Words(3 + random.Next(4))}}}","create_time":{{{start}}}.123456,"update_time":{{{start + 1200}}}.5,"moderation_results":[],"current_node":"{{{Id(MessagesPerConversation, c)}}}","conversation_id":"{{{id}}}","id":"{{{id}}}","default_model_slug":"gpt-4o","is_archived":false,"mapping":{"{{{Id(100, c)}}}":{"id":"{{{Id(100, c)}}}","message":null,"parent":null,"children":["{{{Id(1, c)}}}"]}"""
        );
        for (var m = 1; m <= MessagesPerConversation; m++)
        {
            var user = m % 2 == 1;
            var parent = m == 1 ? Id(100, c) : Id(m - 1, c);
            var child = m == MessagesPerConversation ? "" : $"\"{Id(m + 1, c)}\"";
            json.Append(
                CultureInfo.InvariantCulture,
                $$$""","{{{Id(m, c)}}}":{"id":"{{{Id(m, c)}}}","message":{"id":"{{{Id(m, c)}}}","author":{"role":"{{{(user ? "user" : "assistant")}}}","name":null,"metadata":{}},"create_time":{{{start + (m * 60)}}}.25,"update_time":null,"content":{"content_type":"text","parts":["""
            );
            Quote(json, Text((c * MessagesPerConversation) + m, user));
            json.Append(
                CultureInfo.InvariantCulture,
                $$$"""]},"status":"finished_successfully","end_turn":{{{(user ? "null" : "true")}}},"weight":1.0,"metadata":{{{{(user ? "" : "\"model_slug\":\"gpt-4o\",\"finish_details\":{\"type\":\"stop\"},\"is_complete\":true")}}}},"recipient":"all","channel":null},"parent":"{{{parent}}}","children":[{{{child}}}]}"""
            );
        }

        json.Append("}}");
    }

    private string Text(int message, bool user)
    {
        var text = new StringBuilder();
        var length = Math.Clamp((int)(MedianWords * (user ? 0.4 : 1.6) * Math.Exp(Sigma * Normal())), 1, 4000);
        if (message % 30 == 0)
        {
            Japanese(text, length);
        }
        else
        {
            Prose(text, length);
        }

        if (message % 1000 == 0)
        {
            text.Append(' ').Append(Needle(message)).Append('.');
        }

        if (!user && message % 20 == 0)
        {
            Code(text, message);
        }

        return text.ToString();
    }

    private void Prose(StringBuilder text, int length)
    {
        for (var i = 0; i < length; i++)
        {
            text.Append(
                    i == 0 ? ""
                    : random.Next(60) == 0 ? ".\n\n"
                    : random.Next(12) == 0 ? ". "
                    : random.Next(10) == 0 ? ", "
                    : " "
                )
                .Append(words[Rank()]);
        }
    }

    private void Japanese(StringBuilder text, int length)
    {
        for (var i = 0; i < length * 2; i++)
        {
            var from = random.Next(3) == 0 ? Kanji : Kana;
            text.Append(from[random.Next(from.Length)]);
            if (random.Next(25) == 0)
            {
                text.Append('。');
            }
        }
    }

    private void Code(StringBuilder text, int message)
    {
        text.Append("\n\n```python\n");
        for (var line = 0; line < 8; line++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"    {words[Rank()]}_{words[Rank()]} = get{Title(words[Rank()])}{Title(words[Rank()])}({message}, \"{words[Rank()]}\")\n"
            );
        }

        text.Append("```\n");
    }

    private string Words(int count) => Title(string.Join(' ', Enumerable.Range(0, count).Select(_ => words[Rank()])));

    private static string Title(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private int Rank()
    {
        var at = Array.BinarySearch(weights, random.NextDouble() * weights[^1]);
        return Math.Min(at < 0 ? ~at : at, VocabularySize - 1);
    }

    private double Normal() =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static string Id(int node, int conversation) =>
        string.Create(CultureInfo.InvariantCulture, $"{node:x8}-0000-4000-8000-{conversation:x12}");

    private static void Quote(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\n' => json.Append("\\n"),
                > '\u007e' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => json.Append(c),
            };
        }

        json.Append('"');
    }

    private static string[] Vocabulary(int seed)
    {
        var random = new Random(seed + 1);
        var known = new HashSet<string>();
        var words = new string[VocabularySize];
        for (var i = 0; i < words.Length; )
        {
            var syllables = i < 300 ? 1 + (i / 100) : 2 + random.Next(3);
            var word = string.Concat(
                Enumerable.Range(0, Math.Max(1, syllables)).Select(_ => Syllables[random.Next(Syllables.Length)])
            );
            if (known.Add(word) || (i < 300 && known.Add(word += Syllables[random.Next(Syllables.Length)])))
            {
                words[i++] = word;
            }
        }

        return words;
    }

    private static double[] Weights()
    {
        var weights = new double[VocabularySize];
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += 1 / Math.Pow(i + 2.7, 1.05);
            weights[i] = sum;
        }

        return weights;
    }
}
