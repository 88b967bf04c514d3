using Parley.Sqlite;

namespace Parley.Tests.Sqlite;

public sealed class Fts5Tests : IDisposable
{
    private readonly SqliteConnection _db = SqliteConnection.Open(
        ":memory:",
        SqliteOpenFlags.ReadWrite | SqliteOpenFlags.Create
    );
    private readonly WordTokenizer _tokenizer = new();

    public Fts5Tests() =>
        _db.RegisterTokenizer(
            "words",
            arguments =>
            {
                _tokenizer.Arguments = [.. arguments];
                return _tokenizer;
            }
        );

    public void Dispose() => _db.Dispose();

    /// <summary>Splits at spaces, lower-cases ASCII, and gives <c>colour</c> the second form <c>color</c>.</summary>
    private sealed class WordTokenizer : Fts5Tokenizer
    {
        public string[] Arguments { get; set; } = [];

        public List<Fts5TokenizeReason> Reasons { get; } = [];

        public override void Tokenize(ReadOnlySpan<byte> text, Fts5TokenizeReason reason, ref Fts5TokenSink sink)
        {
            Reasons.Add(reason);
            Span<byte> lower = stackalloc byte[64];
            foreach (var range in text.Split((byte)' '))
            {
                var (start, length) = range.GetOffsetAndLength(text.Length);
                if (length == 0)
                {
                    continue;
                }

                var word = text.Slice(start, length);
                if (word.SequenceEqual("boom"u8))
                {
                    throw new InvalidOperationException("tokenizer broke");
                }

                System.Text.Ascii.ToLower(word, lower, out var written);
                if (!sink.Add(lower[..written], start, start + length))
                {
                    return;
                }

                if (reason == Fts5TokenizeReason.Document && lower[..written].SequenceEqual("colour"u8))
                {
                    sink.Add("color"u8, start, start + length, colocated: true);
                }
            }
        }
    }

    private void Fill(params string[] texts)
    {
        _db.Execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize = 'words one two')");
        using var insert = _db.Prepare("INSERT INTO t(x) VALUES (?1)");
        foreach (var text in texts)
        {
            insert.Bind(1, text).Run();
        }
    }

    private List<string> Ask(string sql)
    {
        using var q = _db.Prepare(sql);
        var rows = new List<string>();
        while (q.Step())
        {
            rows.Add(q.Text(0) ?? "NULL");
        }

        return rows;
    }

    [Fact]
    public void Our_tokenizer_feeds_index_and_query()
    {
        Fill("Green TEA", "black coffee", "the COLOUR of tea");
        Assert.Equal(["one", "two"], _tokenizer.Arguments);
        Assert.Equal(["1", "3"], Ask("SELECT rowid FROM t('tea')"));
        Assert.Equal(["3"], Ask("SELECT rowid FROM t('\"of tea\"')"));
        Assert.Equal(["3"], Ask("SELECT rowid FROM t('color')"));
        Assert.Equal(["3"], Ask("SELECT rowid FROM t('\"color of\"')"));
        Assert.Equal(["2"], Ask("SELECT rowid FROM t('cof*')"));
        Assert.Contains(Fts5TokenizeReason.Document, _tokenizer.Reasons);
        Assert.Contains(Fts5TokenizeReason.Query | Fts5TokenizeReason.Prefix, _tokenizer.Reasons);
        Assert.Equal(["Green [TEA]", "the COLOUR of [tea]"], Ask("SELECT highlight(t, 0, '[', ']') FROM t('tea')"));
    }

    [Fact]
    public void What_a_tokenizer_throws_fails_the_statement_and_nothing_else()
    {
        Fill("tea");
        var failure = Assert.Throws<SqliteException>(() => _db.Execute("INSERT INTO t(x) VALUES ('boom')"));
        Assert.Equal("tokenizer broke", failure.InnerException?.Message);
        Assert.Equal(["1"], Ask("SELECT count(*) FROM t"));
        Assert.Null(Assert.Throws<SqliteException>(() => _db.Execute("SELECT nothing")).InnerException);
    }

    [Fact]
    public void A_tokenizer_that_cannot_be_made_fails_the_table()
    {
        _db.RegisterTokenizer("never", _ => throw new InvalidOperationException("no such language"));
        var failure = Assert.Throws<SqliteException>(() =>
            _db.Execute("CREATE VIRTUAL TABLE n USING fts5(x, tokenize = 'never')")
        );
        Assert.Equal("no such language", failure.InnerException?.Message);
    }

    [Fact]
    public void An_auxiliary_function_sees_the_whole_match()
    {
        Fill("tea and tea", "no match", "coffee then tea");
        _db.RegisterAuxiliary(
            "seen",
            match =>
            {
                var places = new List<string>();
                for (var i = 0; i < match.InstCount; i++)
                {
                    var (phrase, column, offset) = match.Inst(i);
                    places.Add($"{phrase}.{column}.{offset}");
                }

                var walked = 0;
                for (var phrase = 0; phrase < match.PhraseCount; phrase++)
                {
                    foreach (var place in match.Positions(phrase))
                    {
                        walked += place.Phrase == phrase && place.Column == 0 ? 1 : 100;
                    }
                }

                var text =
                    $"row {match.RowId} of {match.RowCount}: {match.PhraseCount} phrases, first of {match.PhraseSize(0)}, at {string.Join(' ', places)}, walked {walked}, "
                    + $"size {match.ColumnSize(0)} of {match.ColumnTotalSize(-1)}, rows {match.PhraseRowCount(0)}, text {match.ColumnText(0).Length}, argument {match.Call.Int64(0)}";
                match.Call.ReturnText(System.Text.Encoding.UTF8.GetBytes(text));
            }
        );
        Assert.Equal(
            [
                "row 1 of 3: 2 phrases, first of 1, at 0.0.0 0.0.2, walked 2, size 3 of 8, rows 2, text 11, argument 7",
                "row 3 of 3: 2 phrases, first of 1, at 1.0.0 0.0.2, walked 2, size 3 of 8, rows 2, text 15, argument 7",
            ],
            Ask("SELECT seen(t, 7) FROM t('tea OR coffee')")
        );
    }

    [Fact]
    public void An_auxiliary_function_keeps_state_over_one_query()
    {
        Fill("tea", "tea", "tea");
        _db.RegisterAuxiliary(
            "nth",
            match =>
            {
                var counter = match.State(() => new int[1]);
                match.Call.Return((double)++counter[0]);
            }
        );
        Assert.Equal(["1.0", "2.0", "3.0"], Ask("SELECT nth(t) FROM t('tea')"));
        Assert.Equal(["1.0", "2.0", "3.0"], Ask("SELECT nth(t) FROM t('tea')"));
    }

    [Fact]
    public void What_an_auxiliary_function_throws_fails_the_query()
    {
        Fill("tea");
        _db.RegisterAuxiliary("far", match => match.Inst(99));
        var failure = Assert.Throws<SqliteException>(() => Ask("SELECT far(t) FROM t('tea')"));
        Assert.IsType<SqliteException>(failure.InnerException);
    }

    [Fact]
    public void Scalar_functions_take_and_give_every_type()
    {
        _db.RegisterFunction(
            "twice",
            1,
            true,
            call =>
            {
                switch (call.Type(0))
                {
                    case SqliteType.Integer:
                        call.Return(call.Int64(0) * 2);
                        break;
                    case SqliteType.Float:
                        call.Return(call.Double(0) * 2);
                        break;
                    case SqliteType.Text:
                        call.ReturnText([.. call.Utf8(0), .. call.Utf8(0)]);
                        break;
                    case SqliteType.Blob:
                        call.ReturnBlob([.. call.Blob(0), .. call.Blob(0)]);
                        break;
                    default:
                        call.ReturnNull();
                        break;
                }
            }
        );
        Assert.Equal(["4"], Ask("SELECT twice(2)"));
        Assert.Equal(["3.0"], Ask("SELECT twice(1.5)"));
        Assert.Equal(["茶茶"], Ask("SELECT twice('茶')"));
        Assert.Equal([""], Ask("SELECT twice('')"));
        Assert.Equal(["ABAB"], Ask("SELECT hex(twice(x'AB'))"));
        Assert.Equal(["NULL"], Ask("SELECT twice(NULL)"));
        _db.RegisterFunction("bad", -1, false, call => call.Int64(3));
        Assert.IsType<ArgumentOutOfRangeException>(
            Assert.Throws<SqliteException>(() => Ask("SELECT bad(1)")).InnerException
        );
        Assert.Throws<SqliteException>(() => Ask("SELECT twice(1, 2)"));
    }
}
