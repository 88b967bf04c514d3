using System.Diagnostics;
using System.Text;
using Parley.Sqlite;
using Parley.Tests.Import;

namespace Parley.Tests.Identity.OpenWebUi;

/// <summary><c>parley user import webui.db</c>, on databases as Open WebUI makes them, and on others.</summary>
public sealed class UserImportTests : IDisposable
{
    /// <summary>libxcrypt's hash of the password of these tests.</summary>
    private const string Hash = "$2b$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG";
    private const string Key = "sk-0123456789abcdef0123456789abcdef";

    /// <summary>Of version 0.9, without what nothing here reads.</summary>
    private static readonly string[] Schema =
    [
        """
            CREATE TABLE user (id VARCHAR(255) PRIMARY KEY NOT NULL, name VARCHAR(255) NOT NULL, email VARCHAR(255) NOT NULL,
            role VARCHAR(255) NOT NULL, profile_image_url TEXT NOT NULL, settings JSON, created_at BIGINT NOT NULL)
            """,
        "CREATE TABLE auth (id VARCHAR(255) PRIMARY KEY NOT NULL, email VARCHAR(255), password TEXT NOT NULL, active INTEGER NOT NULL)",
        "CREATE TABLE api_key (id TEXT PRIMARY KEY, user_id TEXT NOT NULL, key TEXT UNIQUE NOT NULL, expires_at BIGINT)",
    ];

    private readonly TempFolder data = new();

    public void Dispose() => data.Dispose();

    private static string Person(string id, string email, string role = "user", string name = "Somebody", int at = 5) =>
        $"INSERT INTO user VALUES ('{id}', '{name}', '{email}', '{role}', 'data:image/png;base64,', '{{}}', {1700000000 + at})";

    private static string Auth(string id, string hash = Hash, int active = 1) =>
        $"INSERT INTO auth VALUES ('{id}', '', '{hash}', {active})";

    private static TestDatabase Family() =>
        new(
            "webui.db",
            [
                .. Schema,
                Person("u-ada", "Ada@example.org", "admin", "Ada", 1),
                Auth("u-ada"),
                Person("u-ben", "ben@example.org", name: "Ben", at: 2),
                Auth("u-ben"),
                $"INSERT INTO api_key VALUES ('key_u-ben', 'u-ben', '{Key}', NULL)",
                Person("u-cem", "cem@example.org", "pending", "  ", 3),
                Auth("u-cem", ""),
                Person("u-dee", "dee@example.org", "admin", "Dee", 4),
                Auth("u-dee", active: 0),
            ]
        );

    private async Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "parley.exe" : "parley"),
            ["user", .. arguments, "--data", data.Path]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var (output, error) = (
            process.StandardOutput.ReadToEndAsync(limit.Token),
            process.StandardError.ReadToEndAsync(limit.Token)
        );
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, await error);
    }

    [Fact]
    public async Task People_move_with_their_passwords_and_keys_and_a_second_time_changes_nothing()
    {
        using var database = Family();
        var before = await File.ReadAllBytesAsync(database.Path);
        const string Made = """
            made     Ada@example.org
            made     ben@example.org  with its API key
            made     cem@example.org
            made     dee@example.org

            """;
        var dry = await RunAsync("import", database.Path, "--dry-run");
        Assert.Equal((0, Made + "4 made; nothing was changed\n", ""), dry);
        Assert.Equal((0, "", ""), await RunAsync("list"));
        Assert.Equal((0, Made + "4 made\n", ""), await RunAsync("import", database.Path));
        var listed = await RunAsync("list");
        Assert.Equal(
            """
            ada@example.org  admin  Ada
            ben@example.org  user  Ben
            cem@example.org  pending  cem
            dee@example.org  user  disabled  Dee

            """,
            listed.Out
        );
        Assert.Equal(before, await File.ReadAllBytesAsync(database.Path));

        await using var server = await ServedProcess.StartAsync(data.Path, "--single-user", "false");
        var again = await RunAsync("import", database.Path); // beside a server, through it
        Assert.Equal(
            (
                0,
                Made.Replace("made ", "known", StringComparison.Ordinal)
                    .Replace("  with its API key", "", StringComparison.Ordinal) + "4 known\n"
            ),
            (again.Code, again.Out)
        );
        Assert.Equal(401, (await SignInAsync(server, "dee@example.org")).Status);
        var ben = await SignInAsync(server, "ben@example.org");
        Assert.Equal(200, ben.Status);
        Assert.Contains("2023-11-14T22:13:22", ben.Body, StringComparison.Ordinal);
        server.Http.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        using var mine = await server.Http.GetAsync("/api/conversations");
        Assert.True(mine.IsSuccessStatusCode);
        using var others = await server.Http.GetAsync("/api/users");
        Assert.Equal(403, (int)others.StatusCode);
    }

    [Fact]
    public async Task What_cannot_be_taken_over_is_left_out_with_the_reason()
    {
        using var database = new TestDatabase(
            "webui.db",
            [
                .. Schema,
                Person("1", "ada@example.org", "admin"),
                Person("2", "no address", at: 6),
                Person("3", "owner@example.org", "owner", at: 7),
                Person("4", "plain@example.org", at: 8),
                Auth("4", "letmein"),
                Person("5", "ADA@example.org", at: 9),
                Person("6", "esc@example.org", name: "\u001b[31m", at: 10),
                Person("7", "key@example.org", at: 11),
                "INSERT INTO api_key VALUES ('k', '7', 'another', NULL)",
            ]
        );
        var run = await RunAsync("import", database.Path);
        Assert.Equal(3, run.Code);
        Assert.Equal(
            """
            made     ada@example.org
            refused  ADA@example.org  another account here has that address: --join says it is the same person's
            refused  no address  email must not contain spaces, control or invisible characters
            refused  owner@example.org  role must be one of pending, user, admin
            refused  plain@example.org  password_hash is no bcrypt hash such as $2b$12$…
            refused  esc@example.org  name must not contain control characters
            refused  key@example.org  api_key is no key such as sk-… with 32 hexadecimal digits
            1 made, 6 refused

            """,
            run.Out
        );
        var json = await RunAsync("import", database.Path, "--json", "--without-keys", "--dry-run");
        Assert.Contains(
            """{"id":"7","email":"key@example.org","outcome":"made","user_id":null,"api_key":false,"reason":null}""",
            json.Out,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Accounts_of_the_same_address_are_joined_where_the_admin_says_so()
    {
        Assert.Equal(0, (await RunAsync("add", "ben@example.org", "--role", "admin")).Code);
        using var database = Family();
        Assert.Contains(
            "refused  ben@example.org",
            (await RunAsync("import", database.Path, "--dry-run")).Out,
            StringComparison.Ordinal
        );
        var joined = await RunAsync("import", database.Path, "--join");
        Assert.Equal(0, joined.Code);
        Assert.EndsWith("1 joined, 3 made\n", joined.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Older_databases_have_keys_in_another_place_and_newest_rows_may_stand_in_the_log()
    {
        using var database = new TestDatabase(
            "webui.db",
            "PRAGMA journal_mode = WAL",
            "CREATE TABLE user (id TEXT PRIMARY KEY, name TEXT, email TEXT, role TEXT, api_key TEXT)",
            "CREATE TABLE auth (id TEXT PRIMARY KEY, email TEXT, password TEXT)"
        );
        using var writing = database.Open();
        writing.Execute("PRAGMA wal_autocheckpoint = 0");
        writing.Execute($"INSERT INTO user VALUES ('1', NULL, 'ada@example.org', 'admin', '{Key}')");
        writing.Execute($"INSERT INTO auth VALUES ('1', '', '{Hash}')");
        Assert.Equal(
            "made     ada@example.org  with its API key\n1 made\n",
            (await RunAsync("import", database.Path)).Out
        );
    }

    [Fact]
    public async Task What_is_no_database_of_Open_WebUIs_is_one_line_and_wrong_use()
    {
        using var files = new TempFolder();
        using var other = new TestDatabase("notes.db", "CREATE TABLE user (id TEXT PRIMARY KEY)");
        using var view = new TestDatabase(
            "view.db",
            Schema[1],
            "CREATE VIEW user AS SELECT 1 AS id, 'a@example.org' AS email, 'a' AS name, 'admin' AS role"
        );
        using var damaged = new TestDatabase("damaged.db", Schema);
        using (var writing = damaged.Open())
        {
            writing.Execute("BEGIN");
            for (var i = 0; i < 500; i++)
            {
                writing.Execute(Person($"{i}", $"p{i}@example.org", name: new string('x', 200)));
            }

            writing.Execute("COMMIT");
        }

        var bytes = await File.ReadAllBytesAsync(damaged.Path);
        bytes.AsSpan(bytes.Length / 3, bytes.Length / 3).Fill(0xee);
        await File.WriteAllBytesAsync(damaged.Path, bytes);
        await File.WriteAllTextAsync(
            files.File("text.db"),
            string.Concat(Enumerable.Repeat("no database at all. ", 100))
        );
        await File.WriteAllBytesAsync(files.File("empty.db"), []);
        await File.WriteAllBytesAsync(files.File("cut.db"), bytes[..3000]);
        (string Path, string Says)[] all =
        [
            (files.File("none.db"), "there is no file "),
            (files.Path, " is a folder: name its webui.db"),
            (files.File("text.db"), "it is no SQLite database"),
            (files.File("empty.db"), "it is empty"),
            (files.File("cut.db"), " cannot be read: it"),
            (other.Path, "it is no database of Open WebUI's"),
            (view.Path, "it is no database of Open WebUI's"),
            (damaged.Path, "damaged"),
        ];
        foreach (var (path, says) in all)
        {
            var run = await RunAsync("import", path);
            Assert.Equal((2, ""), (run.Code, run.Out));
            Assert.StartsWith("parley: ", run.Error, StringComparison.Ordinal);
            Assert.Contains(says, run.Error, StringComparison.Ordinal);
            Assert.Equal(run.Error.Length - 1, run.Error.IndexOf('\n', StringComparison.Ordinal));
        }

        Assert.False(Directory.Exists(data.Path) && File.Exists(data.File("parley.db")));
    }

    private static async Task<(int Status, string Body)> SignInAsync(ServedProcess server, string email)
    {
        using var body = new StringContent(
            $$"""{"email":"{{email}}","password":"{{Accounts.Password}}"}""",
            Encoding.UTF8,
            "application/json"
        );
        using var answer = await server.Http.PostAsync("/api/auth/signin", body);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
