using System.Diagnostics;
using Parley.Sqlite;

namespace Parley.Bench;

/// <summary>SQLite's FTS5 (unicode61), as <see cref="Floor"/> builds it, in the benchmark's own process.</summary>
internal sealed class Fts5Rival : Rival
{
    private readonly SqliteConnection db;

    public Fts5Rival(int messages) => db = SqliteConnection.Open(Database(messages), SqliteOpenFlags.ReadOnly);

    public override string Name => "FTS5";

    public override (string Ranked, string Newest) Orders => ("ORDER BY rank", "ORDER BY rowid DESC");

    /// <summary>The texts and their index, built when they are not there.</summary>
    public static string Database(int messages)
    {
        var folder = Path.Combine(Workspace.Folder, $"floor-{messages}");
        if (!Directory.Exists(folder))
        {
            Child.Run(Environment.ProcessPath!, ["--floor", folder + ".part", .. Workspace.Zips(messages)]);
            Directory.Move(folder + ".part", folder);
        }

        return Path.Combine(folder, "floor.db");
    }

    public override void Dispose() => db.Dispose();

    protected override double Ask(QueryForms query, bool newest)
    {
        var start = Stopwatch.GetTimestamp();
        using var find = db.Prepare(
            $"SELECT rowid FROM found WHERE found MATCH ?1 ORDER BY {(newest ? "rowid DESC" : "rank")} LIMIT 20"
        );
        find.Bind(1, query.Fts5);
        while (find.Step()) { }
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
