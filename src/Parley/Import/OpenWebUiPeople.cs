using Parley.Sqlite;

namespace Parley.Import;

/// <summary>An account as <c>webui.db</c> has it; what is there is not looked at.</summary>
internal sealed record OpenWebUiPerson(string Id, string Email)
{
    public string? Name { get; init; }
    public string? Role { get; init; }
    public string? PasswordHash { get; init; }
    public bool Disabled { get; init; }

    /// <summary>Unix seconds.</summary>
    public long? CreatedAt { get; init; }
    public string? ApiKey { get; init; }
}

/// <summary>
/// The accounts of an Open WebUI, out of its database (schema of its versions 0.3 to 0.9): the tables <c>user</c> and
/// <c>auth</c>, API keys of the table <c>api_key</c> or, before 0.6.41, of <c>user</c>. The file is a stranger's: see
/// <see cref="SqliteSource"/>; it is only read.
/// </summary>
internal static class OpenWebUiPeople
{
    /// <summary>Far more than any Open WebUI serves; they are all in memory.</summary>
    public const int Most = 100_000;

    /// <summary>SQLITE_NOTADB.</summary>
    private const int NotADatabase = 26;

    /// <summary>In the order of their making: the first is the one who set it up.</summary>
    /// <param name="path">Of the database; its write-ahead log stands beside it.</param>
    /// <param name="scratchFolder">Where a copy may be made; null: the system's.</param>
    /// <exception cref="InvalidDataException">It is none, or damaged; the message says it all.</exception>
    public static List<OpenWebUiPerson> Read(string path, string? scratchFolder, CancellationToken ct)
    {
        try
        {
            var file = FileSource.File(path, dated: false).Entries[0];
            if (file.Length == 0)
            {
                throw new InvalidDataException("it is empty");
            }

            using var source = SqliteSource.Open(file, scratchFolder, ct);
            return Read(source);
        }
        catch (SqliteException wrong)
        {
            ct.ThrowIfCancellationRequested();
            throw new InvalidDataException(
                wrong.Code == NotADatabase ? "it is no SQLite database"
                    : wrong.IsInterrupt ? "reading it takes more work than a sound database would"
                    : $"it is damaged ({wrong.Message})",
                wrong
            );
        }
    }

    private static List<OpenWebUiPerson> Read(SqliteSource source)
    {
        var schema = source.Schema;
        if (!schema.Has("user", "id", "email", "name", "role") || !schema.Has("auth", "id", "password"))
        {
            throw new InvalidDataException("it is no database of Open WebUI's: no tables user and auth as it has them");
        }

        foreach (var table in new[] { "user", "auth", "api_key" })
        {
            if (schema.HasTable(table) && source.Check(table) is { } wrong)
            {
                throw new InvalidDataException($"its table {table} is damaged ({wrong})");
            }
        }

        var secrets = Secrets(source);
        var keys = Keys(source);
        var people = new List<OpenWebUiPerson>();
        var made = schema.Has("user", "created_at") ? "created_at" : "NULL";
        using var rows = source.Connection.Prepare(
            $"""
            SELECT {Cut("id")}, {Cut("email")}, {Cut("name")}, {Cut("role")}, {made} FROM user ORDER BY 5, rowid
            """
        );
        while (rows.Step())
        {
            if (people.Count == Most)
            {
                throw new InvalidDataException($"it has more than {Most} accounts");
            }

            var id = rows.Text(0) ?? "";
            var (hash, active) = secrets.GetValueOrDefault(id, (null, true));
            people.Add(
                new OpenWebUiPerson(id, rows.Text(1) ?? "")
                {
                    Name = rows.Text(2) is { } name && !string.IsNullOrWhiteSpace(name) ? name : null,
                    Role = rows.Text(3),
                    PasswordHash = hash,
                    Disabled = !active,
                    CreatedAt = rows.Type(4) == SqliteType.Integer ? rows.Int64(4) : null,
                    ApiKey = keys.GetValueOrDefault(id),
                }
            );
        }

        return people;
    }

    private static Dictionary<string, (string? Hash, bool Active)> Secrets(SqliteSource source)
    {
        var secrets = new Dictionary<string, (string?, bool)>();
        var active = source.Schema.Has("auth", "active") ? "active" : "1";
        using var rows = source.Connection.Prepare(
            $"SELECT {Cut("id")}, {Cut("password")}, coalesce({active}, 1) FROM auth LIMIT {Most}"
        );
        while (rows.Step())
        {
            // Who signs in another way has no password, or an empty one.
            secrets[rows.Text(0) ?? ""] = (rows.Text(1) is { Length: > 0 } hash ? hash : null, rows.Bool(2));
        }

        return secrets;
    }

    /// <summary>Those that are good there now.</summary>
    private static Dictionary<string, string> Keys(SqliteSource source)
    {
        var keys = new Dictionary<string, string>();
        var query =
            source.Schema.Has("api_key", "user_id", "key", "expires_at")
                ? $"SELECT {Cut("user_id")}, {Cut("key")} FROM api_key WHERE coalesce(expires_at, unixepoch() + 1) > unixepoch() LIMIT {Most}"
            : source.Schema.Has("user", "api_key")
                ? $"SELECT {Cut("id")}, {Cut("api_key")} FROM user WHERE api_key <> '' LIMIT {Most}"
            : null;
        if (query is null)
        {
            return keys;
        }

        using var rows = source.Connection.Prepare(query);
        while (rows.Step())
        {
            keys[rows.Text(0) ?? ""] = rows.Text(1) ?? "";
        }

        return keys;
    }

    /// <summary>As text, and of a stranger's longest one no more than says that it is too long.</summary>
    private static string Cut(string column) => $"substr(CAST({column} AS TEXT), 1, 1000)";
}
