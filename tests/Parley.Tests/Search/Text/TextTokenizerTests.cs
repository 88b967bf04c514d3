using System.Text;
using Parley.Search.Text;

namespace Parley.Tests.Search.Text;

public sealed class TextTokenizerTests
{
    [Theory]
    [InlineData("Hello, World!", "hello world")]
    [InlineData("", "")]
    [InlineData(" \t\n.,;:!?()[]{}<>\"*^~`|\\ ", "")]
    [InlineData("The queries were cached", "the queri were cach")]
    [InlineData("ÜBER café naïve Straße Łódź Ærø", "uber cafe naiv strass lodz aero")]
    [InlineData("u\u0308ber cafe\u0301", "uber cafe")]
    [InlineData("ﬁle ｆｕｌｌ Ⅳ x² ①②", "file full iv x2 12")]
    [InlineData("soft\u00ADhyphen zero\u200Bwidth", "softhyphen zerowidth")]
    [InlineData("İstanbul ISPARTA ışık", "istanbul isparta isik")]
    public void Case_accents_and_width_make_no_difference(string text, string expected) =>
        Assert.Equal(expected, Tokens.Line(text));

    [Theory]
    [InlineData("Ελληνικός ΛΌΓΟΣ", "ελληνικοσ λογοσ")]
    [InlineData("Москва Ёлка подъезд", "москва елка подъезд")]
    [InlineData("مُحَمَّد أحمد مدرسة", "محمد احمد مدرسه")]
    [InlineData("فارسی کتاب می\u200Cخواهم", "فارسي كتاب ميخواهم")]
    [InlineData("שָׁלוֹם עולם", "שלום עולם")]
    [InlineData("किताब हिन्दी", "किताब हिन्दी")]
    [InlineData("क़लम क\u093Cलम", "कलम कलम")]
    [InlineData("٣٤٥ ४५ １２", "345 45 12")]
    [InlineData("Tiếng Việt Đà Nẵng", "tieng viet da nang")]
    public void Each_alphabet_is_folded_as_its_readers_expect(string text, string expected) =>
        Assert.Equal(expected, Tokens.Line(text));

    [Theory]
    [InlineData("東京都", "東京 京都 都")]
    [InlineData("字", "字")]
    [InlineData("漢字かな", "漢字 字か かな な")]
    [InlineData("これはヴヴヴヴ13です", "これ れは はヴ ヴヴ ヴヴ ヴヴ ヴ 13 です す")]
    [InlineData("ｶﾞｷﾞ", "ガギ ギ")]
    [InlineData("か\u3099き", "がき き")]
    [InlineData("㌔", "キロ ロ")]
    [InlineData("한국어", "한국 국어 어")]
    [InlineData("\u1112\u1161\u11ab\u1100\u116e\u11a8", "한국 국")]
    [InlineData("ㅋㅋ", "ㅋㅋ ㅋ")]
    [InlineData("ไทยแลนด์", "ไท ทย ยแ แล ลน นด ด์ ์")]
    [InlineData("你好,world", "你好 好 world")]
    [InlineData("中国、日本。", "中国 国 日本 本")]
    public void Scripts_without_spaces_are_pairs_of_neighbours(string text, string expected) =>
        Assert.Equal(expected, Tokens.Line(text));

    [Theory]
    [InlineData("getUserName()", "get =getusernam user name")]
    [InlineData("get_user_name", "get =getusernam user name")]
    [InlineData("get-user-name", "get =getusernam user name")]
    [InlineData("getusername", "getusernam")]
    [InlineData("HTTPServer parseURLs", "http =httpserver server pars =parseurl url")]
    [InlineData("GPTs IDs", "gpt id")]
    [InlineData("__init__ a__b", "init a b")]
    [InlineData("utf8Decode sha256", "utf8 =utf8decode decod sha256")]
    [InlineData("getÜberName", "getubernam")]
    [InlineData("dQw4w9WgXcQ", "dqw4w9wgxcq")]
    [InlineData("HEADER_QGUJIJAX18Z", "header =headerqgujijax18z qgujijax18z")]
    public void Identifiers_are_found_whole_and_in_pieces(string text, string expected) =>
        Assert.Equal(expected, Tokens.Line(text));

    [Theory]
    [InlineData("/srv/x1/conf.d/177.toml", "srv x1 conf d 177 toml")]
    [InlineData("https://example.com/a?b=c#d", "http exampl com a b c d")]
    [InlineData("me@example.org", "me exampl org")]
    [InlineData("v1.2.3", "v1 2 3")]
    [InlineData("INV-00002-021", "inv =inv00002021 00002 021")]
    [InlineData(
        "3e0b8c4d-68bd-431a-af0f-fa6a2fdb06a8",
        "3e0b8c4d =3e0b8c4d68bd431aaf0ffa6a2fdb06a8 68bd 431a af0f fa6a2fdb06a8"
    )]
    [InlineData("foo.bar(baz)", "foo bar baz")]
    [InlineData("C++ and C#, f# g++", "c =c++ and c =c# f =f# g =g++")]
    [InlineData("c++11 #tag a#b", "c 11 tag a b")]
    [InlineData("--no-verify", "no =noverifi verifi")]
    public void Paths_numbers_and_names_with_signs(string text, string expected) =>
        Assert.Equal(expected, Tokens.Line(text));

    [Theory]
    [InlineData("don't", "don =dont t")]
    [InlineData("don’t", "don =dont t")]
    [InlineData("the user's", "the user")]
    [InlineData("the user’s—", "the user")]
    [InlineData("l'homme", "l =lhomm homm")]
    [InlineData("state\u2011of\u2011the\u2011art", "state =stateoftheart of the art")]
    [InlineData("'quoted'", "quot")]
    [InlineData("word—dash…", "word dash")]
    public void Apostrophes_and_hyphens_join(string text, string expected) => Assert.Equal(expected, Tokens.Line(text));

    [Theory]
    [InlineData("🚀abc🎉", "🚀 abc 🎉")]
    [InlineData("👍🏽 👍", "👍 👍")]
    [InlineData("👩\u200D💻", "👩 💻")]
    [InlineData("5 € ❤\uFE0F", "5 € ❤")]
    [InlineData("─│┌ → ©", "")]
    public void Emoji_are_words(string text, string expected) =>
        Assert.Equal(expected.Length == 0 ? "" : expected, Tokens.Line(text));

    [Fact]
    public void Long_words_are_cut_and_blobs_leave_one_term()
    {
        Assert.Equal(new string('a', 64), Tokens.Line(new string('a', 200)));
        var blob = Convert.ToBase64String(Enumerable.Range(0, 4000).Select(i => (byte)(i * 31 >> 3)).ToArray());
        Assert.InRange(Tokens.Of(Encoding.UTF8.GetBytes("before " + blob + " after")).Count, 3, 8);
        Assert.EndsWith(" after", Tokens.Line("before " + blob + " after"), StringComparison.Ordinal);
        var path = string.Concat(Enumerable.Repeat("/folder-name", 40));
        Assert.Equal(40 * 3, Tokens.Of(Encoding.UTF8.GetBytes(path)).Count);
    }

    [Fact]
    public void A_word_with_very_many_pieces_keeps_them_all()
    {
        var text = string.Join('-', Enumerable.Range(100, 200));
        Assert.Equal(200, Tokens.Of(Encoding.UTF8.GetBytes(text)).Count(t => t.Kind == TokenKind.Part));
    }

    [Fact]
    public void Offsets_cut_the_source_of_each_token()
    {
        var text = "Ein Über-Fall: getUserName 東京都 c++ 👍🏽"u8;
        var cuts = new List<string>();
        foreach (var token in Tokens.Of(text))
            cuts.Add(Encoding.UTF8.GetString(text[token.Start..token.End]));
        Assert.Equal(
            [
                "Ein",
                "Über",
                "Über-Fall",
                "Fall",
                "get",
                "getUserName",
                "User",
                "Name",
                "東京",
                "京都",
                "都",
                "c",
                "c++",
                "👍",
            ],
            cuts
        );
    }

    [Fact]
    public void A_sink_that_has_enough_stops_the_reading()
    {
        var sink = new First();
        Assert.False(TextTokenizer.Run("one two three"u8, ref sink));
        Assert.Equal(1, sink.Count);
    }

    private struct First : ITokenSink
    {
        public int Count { get; private set; }

        public bool Accept(scoped Token token)
        {
            Count++;
            return false;
        }
    }
}
