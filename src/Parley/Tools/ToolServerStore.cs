using System.Text.Json;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;
using Parley.Providers;

namespace Parley.Tools;

/// <summary>
/// Tool servers as rows, read seldom and kept in memory until one changes; and the programs of the settings file, which
/// nothing here can change. Thread-safe.
/// </summary>
internal sealed class ToolServerStore(
    Db db,
    IdSource ids,
    SealedSecrets secrets,
    AuditLog audit,
    ToolOptions options,
    TimeProvider time
)
{
    private const int Most = 100;
    private const string Columns =
        "id, name, kind, url, base_url, secrets, key_hint, trusts_hints, enabled, created_at";

    private readonly IReadOnlyList<ToolServer> programs = [.. options.Stdio.Select(ToolServer.Of)];
    private volatile IReadOnlyList<ToolServer>? known;

    public async ValueTask<IReadOnlyList<ToolServer>> AllAsync(CancellationToken ct) =>
        known ??= [.. programs, .. (await db.ReadAsync(ReadAll, ct)).Select(Shadowed)];

    public async ValueTask<ToolServer?> FindAsync(long id, CancellationToken ct)
    {
        foreach (var server in await AllAsync(ct))
        {
            if (server.Id == id)
            {
                return server;
            }
        }

        return null;
    }

    /// <summary>Makes one. Inside the caller's transaction; may run twice.</summary>
    /// <exception cref="ProblemException">The name is taken, or there are too many.</exception>
    public ToolServer Add(DbTransaction tx, RequestOrigin origin, ToolServerDraft draft)
    {
        using (var count = tx.Query("SELECT count(*) FROM tool_servers"))
        {
            if (count.Step() && count.Int64(0) >= Most)
            {
                throw new ProblemException(ProblemCodes.Conflict, $"there are {Most} tool servers: remove one first");
            }
        }

        var now = time.GetUtcNow();
        var server = new ToolServer(ids.Next(now.ToUnixTimeMilliseconds()), draft.Name!, draft.Kind!.Value, draft.Url!)
        {
            CreatedAt = ApiTime.Micros(now),
        };
        return Write(tx, origin, Change(server, draft), AuditActions.ToolServerMade);
    }

    /// <summary>Null where there is no such server.</summary>
    /// <exception cref="ProblemException">It is one of the settings file, the name is taken, or the address moved away from its key.</exception>
    public Task<ToolServer?> ChangeAsync(RequestOrigin origin, long id, ToolServerDraft draft, CancellationToken ct)
    {
        RequireRow(id);
        return db.WriteAsync(
            tx =>
                Find(tx, id) is { } before
                    ? Write(tx, origin, Change(before, draft), AuditActions.ToolServerChange)
                    : null,
            ct
        );
    }

    /// <summary>False where there is no such server.</summary>
    /// <exception cref="ProblemException">It is one of the settings file.</exception>
    public Task<bool> RemoveAsync(RequestOrigin origin, long id, CancellationToken ct)
    {
        RequireRow(id);
        return db.WriteEssentialAsync(
            tx =>
            {
                if (Find(tx, id) is null)
                {
                    return false;
                }

                using var delete = tx.Query("DELETE FROM tool_servers WHERE id = ?1");
                delete.Bind(1, id).Run();
                audit.AddAbout(tx, origin, AuditActions.ToolServerRemoved, ToolServerId.Format(id));
                tx.OnCommitted(() => known = null);
                return true;
            },
            ct
        );
    }

    /// <summary>Who may change the settings file can run programs; who is an admin here can not (S43).</summary>
    private void RequireRow(long id)
    {
        foreach (var program in programs)
        {
            if (program.Id == id)
            {
                throw new ProblemException(
                    ProblemCodes.Conflict,
                    $"{program.Name} is a program of {Settings.FileName}: change it there"
                );
            }
        }
    }

    private bool IsProgram(string name) => programs.Any(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Names are of one server each: the file's holds where both have one.</summary>
    private ToolServer Shadowed(ToolServer row) =>
        IsProgram(row.Name)
            ? row with
            {
                Enabled = false,
                Fault = $"{Settings.FileName} has a program of the name {row.Name}: give this one another",
            }
            : row;

    private static ToolServer Change(ToolServer before, ToolServerDraft draft)
    {
        var after = before with
        {
            Name = draft.Name ?? before.Name,
            Kind = draft.Kind ?? before.Kind,
            Url = draft.Url ?? before.Url,
            BaseUrl =
                draft.BaseUrl is null ? before.BaseUrl
                : draft.BaseUrl.Length == 0 ? null
                : new Uri(draft.BaseUrl),
        };
        var moved = Authority(after.Host) != Authority(before.Host);
        if (moved && before.KeyHint is not null && draft.Key is null)
        {
            throw new ProblemException(
                ProblemCodes.Validation,
                "key: give it again with another host, or an empty one",
                new FieldError("key", "a key goes only to the host it was saved for: give it again, or an empty one")
            );
        }

        return after with
        {
            Key =
                draft.Key is null ? before.Key
                : draft.Key.Length == 0 ? null
                : draft.Key,
            KeyHint = draft.Key is null ? before.KeyHint : Hint(draft.Key),
            // Headers may be credentials too.
            Headers = draft.Headers ?? (moved ? new Dictionary<string, string>() : before.Headers),
            TrustsHints = draft.TrustsHints ?? before.TrustsHints,
            Users =
                draft.Users is null ? before.Users
                : draft.Users.Count == 0 ? null
                : draft.Users.ToHashSet(),
            Enabled = draft.Enabled ?? before.Enabled,
            Fault = draft.Key is null ? before.Fault : null,
        };
    }

    private static string Authority(Uri address) => address.GetLeftPart(UriPartial.Authority);

    /// <summary>The last four characters; of a short key none, since they would be half of it.</summary>
    private static string? Hint(string key) =>
        key.Length == 0 ? null
        : key.Length >= 12 ? key[^4..]
        : "";

    private ToolServer Write(DbTransaction tx, RequestOrigin origin, ToolServer server, string action)
    {
        using (var taken = tx.Query("SELECT 1 FROM tool_servers WHERE name = ?1 AND id <> ?2"))
        {
            if (taken.Bind(1, server.Name).Bind(2, server.Id).Step() || IsProgram(server.Name))
            {
                throw new ProblemException(ProblemCodes.Conflict, $"there is a tool server {server.Name} already");
            }
        }

        using (
            var write = tx.Query(
                """
                INSERT INTO tool_servers (id, name, kind, url, base_url, key_hint, trusts_hints, enabled, created_at, changed_at, secrets)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
                ON CONFLICT (id) DO UPDATE SET name = ?2, kind = ?3, url = ?4, base_url = ?5, key_hint = ?6, trusts_hints = ?7,
                    enabled = ?8, changed_at = ?10, secrets = iif(?12, secrets, ?11)
                """
            )
        )
        {
            write
                .Bind(1, server.Id)
                .Bind(2, server.Name)
                .Bind(3, (long)server.Kind)
                .Bind(4, server.Url.AbsoluteUri)
                .Bind(5, server.BaseUrl?.AbsoluteUri)
                .Bind(6, server.KeyHint)
                .Bind(7, server.TrustsHints)
                .Bind(8, server.Enabled)
                .Bind(9, server.CreatedAt!.Value)
                .Bind(10, ApiTime.Micros(time.GetUtcNow()));
            if (server.Key is null && server.Headers.Count == 0)
            {
                write.BindNull(11);
            }
            else
            {
                write.BindBlob(11, Seal(server));
            }

            // What could not be opened stays as it is: the right key file may come back.
            write.Bind(12, server.Fault is not null).Run();
        }

        using (var clear = tx.Query("DELETE FROM tool_server_users WHERE server_id = ?1"))
        {
            clear.Bind(1, server.Id).Run();
        }

        foreach (var user in server.Users ?? (IEnumerable<long>)[])
        {
            using var add = tx.Query("INSERT INTO tool_server_users (server_id, user_id) VALUES (?1, ?2)");
            add.Bind(1, server.Id).Bind(2, user).Run();
        }

        audit.AddAbout(tx, origin, action, ToolServerId.Format(server.Id));
        tx.OnCommitted(() => known = null);
        return server;
    }

    private byte[] Seal(ToolServer server) =>
        secrets.Seal(
            server.Id,
            server.Host,
            JsonSerializer.SerializeToUtf8Bytes(
                new ToolServerSecrets(server.Key, server.Headers.ToDictionary(h => h.Key, h => h.Value)),
                ToolSecretsJson.Default.ToolServerSecrets
            )
        );

    private List<ToolServer> ReadAll(DbSession session)
    {
        var all = new List<ToolServer>();
        using var rows = session.Query($"SELECT {Columns} FROM tool_servers ORDER BY id");
        while (rows.Step())
        {
            all.Add(Read(session, rows));
        }

        return all;
    }

    private ToolServer? Find(DbSession session, long id)
    {
        using var row = session.Query($"SELECT {Columns} FROM tool_servers WHERE id = ?1");
        return row.Bind(1, id).Step() ? Read(session, row) : null;
    }

    private ToolServer Read(DbSession session, DbStatement row)
    {
        var server = new ToolServer(row.Int64(0), row.Text(1)!, (ToolServerKind)row.Int32(2), new Uri(row.Text(3)!))
        {
            BaseUrl = row.Text(4) is { } given ? new Uri(given) : null,
            KeyHint = row.Text(6),
            TrustsHints = row.Bool(7),
            Enabled = row.Bool(8),
            CreatedAt = row.Int64(9),
        };
        var box = row.Blob(5);
        var open = box.IsEmpty ? null : secrets.Open(server.Id, server.Host, box);
        var told = open is null ? null : JsonSerializer.Deserialize(open, ToolSecretsJson.Default.ToolServerSecrets);
        var sealedAway = !box.IsEmpty && told is null;
        var users = new HashSet<long>();
        using (var rows = session.Query("SELECT user_id FROM tool_server_users WHERE server_id = ?1"))
        {
            rows.Bind(1, server.Id);
            while (rows.Step())
            {
                users.Add(rows.Int64(0));
            }
        }

        return server with
        {
            Key = told?.Key,
            Headers = told?.Headers ?? [],
            Users = users.Count > 0 ? users : null,
            Fault = sealedAway
                ? $"the key of {server.Name} cannot be opened with this server's key file: give it again"
                : null,
        };
    }
}
