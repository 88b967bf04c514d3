using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Embeddings;
using Parley.Embeddings.Static;

namespace Parley.Tests.Embeddings;

/// <summary>The built-in table against the golden file that came with it.</summary>
public sealed class StaticEmbedderTests
{
    private const double Tolerance = 1e-4;

    private static readonly JsonElement Golden = JsonDocument
        .Parse(
            File.ReadAllBytes(
                Path.Combine(SourceTree.Root, "tests", "fixtures", "models", "parley-static-v1.golden.json")
            )
        )
        .RootElement;

    private static readonly Lazy<StaticTable> Table = new(() => StaticTable.Open(new EmbeddingOptions().StaticFile));

    private struct Kept(List<string> tokens) : ITokenSink
    {
        public readonly void Take(ReadOnlySpan<byte> token, int points)
        {
            var text = Encoding.UTF8.GetString(token);
            Assert.Equal(text.EnumerateRunes().Count(), points);
            tokens.Add(text);
        }
    }

    internal static StaticEmbedder Embedder(string? file = null) =>
        new(
            file is null ? new EmbeddingOptions() : new EmbeddingOptions { StaticFile = file },
            TimeProvider.System,
            NullLogger<StaticEmbedder>.Instance
        );

    internal static async Task<float[]> EmbedAsync(IEmbedder embedder, params string[] texts)
    {
        await embedder.OpenAsync(TestContext.Current.CancellationToken);
        var into = new float[texts.Length * embedder.Dimensions];
        await embedder.EmbedAsync(
            [.. texts.Select(t => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(t))],
            EmbedRole.Passage,
            into,
            TestContext.Current.CancellationToken
        );
        return into;
    }

    private static List<string> Tokens(StaticTokenizer tokenizer, ReadOnlySpan<byte> text)
    {
        var tokens = new List<string>();
        var sink = new Kept(tokens);
        tokenizer.Tokenize(text, ref sink);
        return tokens;
    }

    [Fact]
    public void Tokens_are_the_golden_ones()
    {
        var tokenizer = new StaticTokenizer(Table.Value);
        foreach (var golden in Golden.GetProperty("cases").EnumerateArray())
        {
            var text = golden.GetProperty("text").GetString()!;
            Assert.Equal(
                golden.GetProperty("tokens").EnumerateArray().Select(t => t.GetString()!),
                Tokens(tokenizer, Encoding.UTF8.GetBytes(text))
            );
        }
    }

    [Fact]
    public async Task Vectors_are_the_golden_ones()
    {
        var embedder = Embedder();
        foreach (var golden in Golden.GetProperty("cases").EnumerateArray())
        {
            var text = golden.GetProperty("text").GetString()!;
            var vector = await EmbedAsync(embedder, text);
            var first = golden.GetProperty("first8").EnumerateArray().Select(v => v.GetDouble()).ToArray();
            Assert.All(first.Zip(vector), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
            var length = Math.Sqrt(vector.Sum(v => (double)v * v));
            Assert.Equal(golden.GetProperty("norm_before_normalising").GetDouble() > 0 ? 1 : 0, length, Tolerance);
        }
    }

    [Fact]
    public async Task Cosines_are_the_golden_ones()
    {
        var embedder = Embedder();
        foreach (var golden in Golden.GetProperty("pairs").EnumerateArray())
        {
            var both = await EmbedAsync(
                embedder,
                golden.GetProperty("a").GetString()!,
                golden.GetProperty("b").GetString()!
            );
            var cosine = both.Take(256).Zip(both.Skip(256)).Sum(p => (double)p.First * p.Second);
            Assert.Equal(golden.GetProperty("cosine").GetDouble(), cosine, Tolerance);
        }
    }

    [Fact]
    public async Task What_has_no_words_has_no_vector()
    {
        var embedder = Embedder();
        await embedder.OpenAsync(TestContext.Current.CancellationToken);
        var into = new float[3 * 256];
        var has = await embedder.EmbedAsync(
            ["tea"u8.ToArray(), "… 🍵 !"u8.ToArray(), default],
            EmbedRole.Query,
            into,
            TestContext.Current.CancellationToken
        );
        Assert.Equal([true, false, false], has);
        Assert.All(into.Skip(256), v => Assert.Equal(0, v));
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await embedder.EmbedAsync([default], EmbedRole.Query, new float[255], CancellationToken.None)
        );
    }

    /// <summary>Whatever the bytes, tokens are whole characters, and the same again.</summary>
    [Theory]
    [InlineData("x", 900)]
    [InlineData("x", 100_000)]
    [InlineData("Xy", 5_000)]
    [InlineData("é", 3_000)]
    [InlineData("漢", 3_000)]
    [InlineData("a_", 4_000)]
    public void A_word_of_any_length_can_be_cut(string piece, int times)
    {
        // The first text of a tokenizer: nothing has made room for it.
        var tokens = Tokens(
            new StaticTokenizer(Table.Value),
            Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, times)))
        );
        Assert.NotEmpty(tokens);
        if (piece == "x")
        {
            Assert.Equal([new string('x', times)], tokens);
        }
    }

    [Fact]
    public void Any_bytes_can_be_cut()
    {
        var tokenizer = new StaticTokenizer(Table.Value);
        var random = new Random(7);
        ReadOnlySpan<string> seeds =
        [
            "it's",
            "O'Neil_fooBar",
            "HTTPServer2x",
            "größe ﬁn Ⅷ",
            "東京タワー한국",
            "\u200b\u0301a_",
            "🍵",
        ];
        for (var round = 0; round < 3_000; round++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            for (var at = 0; at < bytes.Length && random.Next(4) > 0; at += 20)
            {
                var seed = Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Length)]);
                seed.AsSpan(0, Math.Min(seed.Length, bytes.Length - at)).CopyTo(bytes.AsSpan(at));
            }

            var tokens = Tokens(tokenizer, bytes);
            Assert.All(tokens, t => Assert.True(t.Length > 0 && !t.Contains(' ', StringComparison.Ordinal)));
            Assert.Equal(tokens, Tokens(tokenizer, bytes));
        }
    }

    [Fact]
    public async Task One_embedder_serves_many_threads()
    {
        var embedder = Embedder();
        var texts = Golden
            .GetProperty("cases")
            .EnumerateArray()
            .Select(c => c.GetProperty("text").GetString()!)
            .ToArray();
        var alone = await EmbedAsync(embedder, texts);
        var together = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => EmbedAsync(embedder, texts)))
        );
        Assert.All(together, vectors => Assert.Equal(alone, vectors));
    }

    public static TheoryData<string, string> Damages =>
        new()
        {
            { "absent", "is not at" },
            { "empty", "does not begin with PRLYSV01" },
            { "text", "does not begin with PRLYSV01" },
            { "version", "has version 2" },
            { "dims", "states dims = 0" },
            { "words", "sections end at" },
            { "short", "sections end at" },
            { "long", "sections end at" },
            { "byte", "is damaged: its CRC is" },
        };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_table_that_cannot_be_used_says_why(string damage, string said)
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "table.bin");
        var bytes =
            damage == "absent"
                ? []
                : await File.ReadAllBytesAsync(
                    new EmbeddingOptions().StaticFile,
                    TestContext.Current.CancellationToken
                );
        switch (damage)
        {
            case "empty":
                bytes = [];
                break;
            case "text":
                bytes = Encoding.UTF8.GetBytes(new string('x', 100));
                break;
            case "version":
                bytes[8] = 2;
                break;
            case "dims":
                bytes.AsSpan(12, 4).Clear();
                break;
            case "words":
                bytes[16]++;
                break;
            case "short":
                bytes = bytes[..^1];
                break;
            case "long":
                bytes = [.. bytes, 0];
                break;
            case "byte":
                bytes[^1000] ^= 1;
                break;
        }

        if (damage != "absent")
        {
            await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        }

        var embedder = Embedder(file);
        var failure = await Assert.ThrowsAsync<EmbeddingException>(async () =>
            await embedder.OpenAsync(TestContext.Current.CancellationToken)
        );
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
        Assert.Equal("absent", embedder.State);
        Assert.Equal(failure.Message, embedder.Fault);
    }
}
