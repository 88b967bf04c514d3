using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using Parley.Search;
using Parley.Search.Sqlite;
using Parley.Search.Text;
using Parley.Sqlite;

namespace Parley.Bench;

/// <summary>
/// What the tokenizer costs: alone, and inside FTS5 against FTS5's own unicode61 on the same texts, into an index in
/// memory whose hash never overflows. CPU time of the process, so that a busy machine changes little.
/// </summary>
internal static partial class TokenizerScenario
{
    private const int Messages = 100_000;
    private const int Rounds = 2;

    public static Task RunAsync(Report report)
    {
        var texts = Texts(Workspace.Zip(Messages));
        var bytes = texts.Sum(text => (long)text.Length) / 1e6;
        var vocabulary = new Vocabulary();
        var alone = Best(() => texts.ForEach(text =>
        {
            var sink = default(Counter);
            TextTokenizer.Run(text, ref sink);
        }));
        var collected = Best(() =>
        {
            foreach (var text in texts)
            {
                vocabulary.BeginDocument();
                var sink = new Collector(vocabulary);
                TextTokenizer.Run(text, ref sink);
            }

            vocabulary.Clear();
        });
        var theirs = Best(() => Index(texts, "unicode61", null));
        var ours = Best(() => Index(texts, "parley", vocabulary));
        var count = 0;
        foreach (var text in texts)
        {
            var sink = default(Counter);
            TextTokenizer.Run(text, ref sink);
            count += sink.Tokens;
        }

        report.Row("tokens", count / 1e6, "M");
        report.Row("tokenizer and a native call a token", bytes / Best(() => texts.ForEach(text =>
        {
            var sink = default(Caller);
            TextTokenizer.Run(text, ref sink);
        })), "MB/s");
        report.Row("FTS5 with ours, no vocabulary", bytes / Best(() => Index(texts, "parley", null)), "MB/s");
        report.Row("text", bytes, "MB");
        report.Row("tokenizer alone", bytes / alone, "MB/s");
        report.Row("tokenizer and vocabulary", bytes / collected, "MB/s");
        report.Row("FTS5 with unicode61", bytes / theirs, "MB/s");
        report.Row("FTS5 with ours, vocabulary collected", bytes / ours, "MB/s");
        report.Row("ours to unicode61, CPU of the whole insert", ours / theirs, 1.2, "x");
        return Task.CompletedTask;
    }

    private static void Index(List<byte[]> texts, string tokenizer, Vocabulary? vocabulary)
    {
        using var db = SqliteConnection.Open(":memory:", SqliteOpenFlags.ReadWrite | SqliteOpenFlags.Create);
        db.RegisterTokenizer("parley", _ => new IndexTokenizer(vocabulary!));
        db.Execute($"CREATE VIRTUAL TABLE t USING fts5(text, content='', contentless_delete=1, tokenize='{tokenizer}'); INSERT INTO t(t, rank) VALUES('hashsize', 1000000000); BEGIN");
        using var insert = db.Prepare("INSERT INTO t(rowid, text) VALUES (?1, ?2)", persistent: true);
        var id = 0;
        foreach (var text in texts)
        {
            vocabulary?.BeginDocument();
            insert.Bind(1, ++id);
            insert.BindText(2, text);
            insert.Run();
        }

        db.Execute("COMMIT");
        vocabulary?.Clear();
    }

    private static double Best(Action action)
    {
        var best = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            action();
            best = Math.Min(best, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
        }

        return best;
    }

    private static List<byte[]> Texts(string zip)
    {
        using var archive = ZipFile.OpenRead(zip);
        using var stream = archive.Entries[0].Open();
        var texts = new List<byte[]>();
        foreach (var conversation in JsonDocument.Parse(stream).RootElement.EnumerateArray())
        {
            foreach (var node in conversation.GetProperty("mapping").EnumerateObject())
            {
                if (node.Value.GetProperty("message") is { ValueKind: JsonValueKind.Object } message)
                    texts.Add(System.Text.Encoding.UTF8.GetBytes(message.GetProperty("content").GetProperty("parts")[0].GetString()!));
            }
        }

        return texts;
    }

    private struct Counter : ITokenSink
    {
        public int Tokens { get; private set; }

        public bool Accept(scoped Token token)
        {
            Tokens++;
            return true;
        }
    }

    [System.Runtime.InteropServices.LibraryImport("libc")]
    private static partial int abs(int a);

    private struct Caller : ITokenSink
    {
        public int Tokens { get; private set; }

        public bool Accept(scoped Token token)
        {
            Tokens += abs(1);
            return true;
        }
    }

    private readonly struct Collector(Vocabulary vocabulary) : ITokenSink
    {
        public bool Accept(scoped Token token)
        {
            vocabulary.Add(token.Surface);
            return true;
        }
    }
}
