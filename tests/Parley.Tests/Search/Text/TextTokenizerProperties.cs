using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Parley.Tests.Search.Text;

/// <summary>What holds for every text, checked on many; FsCheck prints the seed of a counterexample.</summary>
public sealed class TextTokenizerProperties
{
    private static readonly (string Composed, string Decomposed)[] Pairs = ReadPairs();

    [Fact]
    public void Composed_and_decomposed_text_give_the_same_terms()
    {
        // .NET cannot normalize under invariant globalization, so the pairs come from the Unicode tables.
        foreach (var (composed, decomposed) in Pairs)
            Assert.True(
                Tokens.Line(composed) == Tokens.Line(decomposed),
                $"{composed} {string.Join(' ', composed.EnumerateRunes().Select(r => r.Value.ToString("X4")))}: {Tokens.Line(composed)} / {Tokens.Line(decomposed)}"
            );

        var piece = Gen.OneOf(
            Gen.Elements(Pairs),
            Gen.Elements(
                    "a",
                    "B",
                    "3",
                    " ",
                    "_",
                    "-",
                    "'",
                    "’",
                    "s",
                    "c",
                    "#",
                    "++",
                    "東",
                    "か",
                    "한",
                    "ก",
                    "👍",
                    "é",
                    "/"
                )
                .Select(text => (text, text))
        );
        var property = Prop.ForAll(
            Gen.ArrayOf(piece).ToArbitrary(),
            pieces =>
                Tokens.Line(string.Concat(pieces.Select(p => p.Item1)))
                == Tokens.Line(string.Concat(pieces.Select(p => p.Item2)))
        );
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), property);
    }

    [Fact]
    public void Any_bytes_give_tokens_inside_the_text_and_in_order()
    {
        var bytes = Gen.OneOf(
            Gen.Choose(0, 255).Select(b => (byte)b),
            Gen.Elements("aZ0_-'+# éß東か한ก👍\u0301\u200d"u8.ToArray())
        );
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(Gen.ArrayOf(bytes).ToArbitrary(), Sound));
    }

    [Fact]
    public void Mutations_of_real_text_give_tokens_inside_the_text()
    {
        var seed = Encoding.UTF8.GetBytes(
            "Ein Über-Fall: getUserName's 東京都ｶﾞ c++ 👍🏽 /srv/x.toml 한국 हिन्दी " + new string('Q', 300)
        );
        var edit = from at in Gen.Choose(0, seed.Length - 1) from to in Gen.Choose(0, 255) select (at, to);
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(1000),
            Prop.ForAll(
                Gen.ArrayOf(edit).ToArbitrary(),
                edits =>
                {
                    byte[] text = [.. seed];
                    foreach (var (at, to) in edits)
                        text[at] = (byte)to;
                    return Sound(text);
                }
            )
        );
    }

    [Fact]
    public void A_piece_of_text_gives_the_terms_it_gives_inside_more_text()
    {
        var words = Gen.Elements(
            "getUserName",
            "don't",
            "naïve",
            "INV-00002-021",
            "東京都",
            "c++",
            "x.y.z",
            "🚀",
            "running",
            "/srv/a_b/c",
            "ÜberFall",
            "v1.2"
        );
        var property = Prop.ForAll(
            Gen.ArrayOf(words).ToArbitrary(),
            all => Tokens.Line(string.Join(' ', all)) == string.Join(' ', all.Select(Tokens.Line))
        );
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), property);
    }

    private static bool Sound(byte[] text)
    {
        var (start, end) = (0, 0);
        foreach (var token in Tokens.Of(text))
        {
            Assert.InRange(token.Start, start, text.Length - 1);
            Assert.InRange(token.End, token.Start + 1, text.Length);
            Assert.True(token.End >= end || token.Kind != Parley.Search.Text.TokenKind.Joined);
            Assert.DoesNotContain('\0', token.Term);
            Assert.DoesNotContain('\u0001', token.Term);
            (start, end) = (token.Start, token.End);
        }

        return true;
    }

    private static (string Composed, string Decomposed)[] ReadPairs()
    {
        using var resource = typeof(TextTokenizerProperties).Assembly.GetManifestResourceStream("canonical-pairs.txt")!;
        using var reader = new StreamReader(resource);
        var pairs = new List<(string, string)>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            var sides = line.Split(';')
                .Select(side =>
                    string.Concat(side.Split(' ').Select(hex => char.ConvertFromUtf32(Convert.ToInt32(hex, 16))))
                )
                .ToArray();
            pairs.Add((sides[0], sides[1]));
        }

        return [.. pairs];
    }
}
