using System.Diagnostics;

namespace Parley.Bench;

/// <summary>
/// PostgreSQL from Debian with a GIN index over a stored <c>tsvector</c> ('simple'), asked by psql with its own timing. It
/// runs on a socket in its folder, without fsync, as the user postgres where the benchmark is root.
/// </summary>
internal sealed class PostgresRival : Rival
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(30);
    private readonly string folder;
    private readonly Child server;
    private Child? session;

    private PostgresRival(string bin, string folder)
    {
        this.folder = folder;
        server = Child.Start(
            "setpriv",
            [
                .. AsPostgres,
                Path.Combine(bin, "postgres"),
                "-D",
                folder,
                "-k",
                folder,
                "-c",
                "listen_addresses=",
                "-c",
                "fsync=off",
                "-c",
                "shared_buffers=1GB",
                "-c",
                "maintenance_work_mem=1GB",
                "-c",
                "max_wal_size=8GB",
            ]
        );
    }

    public override string Name => "PostgreSQL";

    public override (string Ranked, string Newest) Orders => ("ts_rank", "newest");

    private static string[] AsPostgres =>
        Environment.UserName == "root" ? ["--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];

    /// <summary>Null where it is not installed.</summary>
    public static PostgresRival? Find(int messages)
    {
        var bin = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(v => Path.Combine(v, "bin")).Max()
            : null;
        if (bin is null)
        {
            return null;
        }

        var folder = Path.Combine(Workspace.Folder, $"postgres-{messages}");
        var fresh = !Directory.Exists(folder);
        if (fresh)
        {
            Directory.CreateDirectory(folder);
            if (AsPostgres is not [])
            {
                Child.Run("chown", "postgres", folder);
            }

            Child.Run(
                "setpriv",
                [
                    .. AsPostgres,
                    Path.Combine(bin, "initdb"),
                    "-D",
                    folder,
                    "-A",
                    "trust",
                    "-U",
                    "postgres",
                    "-E",
                    "UTF8",
                    "--locale=C.UTF-8",
                ]
            );
        }

        var rival = new PostgresRival(bin, folder);
        rival.Connect();
        if (fresh)
        {
            rival.Load(messages);
        }

        return rival;
    }

    public override void Dispose()
    {
        session?.Dispose();
        server.Dispose();
    }

    protected override double Ask(QueryForms query, bool newest) =>
        Run(
            $"SELECT id FROM messages, to_tsquery('simple', '{query.TsQuery}') q WHERE words @@ q ORDER BY {(newest ? "id DESC" : "ts_rank(words, q) DESC")} LIMIT 20;"
        );

    private void Connect()
    {
        var began = Stopwatch.GetTimestamp();
        while (!File.Exists(Path.Combine(folder, ".s.PGSQL.5432")))
        {
            if (Stopwatch.GetElapsedTime(began) > StartTime)
            {
                throw new InvalidOperationException("PostgreSQL does not start");
            }

            Thread.Sleep(100);
        }

        session = Child.Start("psql", "-h", folder, "-U", "postgres", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1");
        session.Input.WriteLine("\\timing on");
    }

    private void Load(int messages)
    {
        Run("CREATE TABLE messages (id bigint PRIMARY KEY, text text);");
        session!.Input.WriteLine("COPY messages FROM STDIN;");
        using (var texts = Sqlite.SqliteConnection.Open(Fts5Rival.Database(messages), Sqlite.SqliteOpenFlags.ReadOnly))
        using (var all = texts.Prepare("SELECT id, text FROM messages ORDER BY id"))
        {
            while (all.Step())
            {
                var text = all.Text(1)!.Replace("\\", "\\\\").Replace("\n", "\\n").Replace("\t", "\\t");
                session.Input.WriteLine($"{all.Int64(0)}\t{text}");
            }
        }

        session.Input.WriteLine("\\.");
        Timed();
        Run("ALTER TABLE messages ADD words tsvector GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED;");
        Run("CREATE INDEX ON messages USING gin (words);");
        Run("VACUUM ANALYZE messages;");
    }

    private double Run(string sql)
    {
        session!.Input.WriteLine(sql);
        return Timed();
    }

    /// <summary>Reads on to psql's own figure: <c>Time: 12.345 ms</c>, with <c>(00:01.234)</c> behind it where it is long.</summary>
    private double Timed()
    {
        while (session!.Output.ReadLine() is { } line)
        {
            if (line.StartsWith("Time: ", StringComparison.Ordinal))
            {
                return Number(line.Split(' ')[1]);
            }
        }

        throw new InvalidOperationException("psql ended");
    }
}
