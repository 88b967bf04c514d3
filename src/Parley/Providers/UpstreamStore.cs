using System.Text.Json;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Providers;

/// <summary>
/// The upstreams there are: rows, and those of the settings. Read once and kept until something changes. Thread-safe.
/// </summary>
internal sealed class UpstreamStore(
    Db db,
    IdSource ids,
    TimeProvider time,
    AuditLog audit,
    SealedSecrets secrets,
    ProviderOptions options
)
{
    public const int Most = 100;
    private const long OllamaId = -1;
    private const long OpenAiId = -2;
    private const string Columns =
        "id, name, kind, base_url, secrets, key_hint, prefix, models, fallback, enabled, created_at";

    private volatile IReadOnlyList<UpstreamSetup>? known;
    private int version;

    /// <summary>Rises with each change: what was made from an older list is out of date.</summary>
    public int Version => Volatile.Read(ref version);

    /// <summary>All of them, in the order in which their models come first.</summary>
    public async ValueTask<IReadOnlyList<UpstreamSetup>> AllAsync(CancellationToken ct)
    {
        if (known is { } all)
        {
            return all;
        }

        var at = Version;
        all = await db.ReadAsync(ReadAll, ct);
        if (at == Version)
        {
            known = all;
        }

        return all;
    }

    /// <summary>Makes one. Inside the caller's transaction; may run twice.</summary>
    /// <exception cref="ProblemException">The name is taken, or there are too many.</exception>
    public UpstreamSetup Add(DbTransaction tx, RequestOrigin origin, UpstreamDraft draft)
    {
        using (var count = tx.Query("SELECT count(*) FROM upstreams"))
        {
            if (count.Step() && count.Int64(0) >= Most)
            {
                throw new ProblemException(ProblemCodes.Conflict, $"there are {Most} upstreams: remove one first");
            }
        }

        var now = time.GetUtcNow();
        var id = ids.Next(now.ToUnixTimeMilliseconds());
        var setup = new UpstreamSetup(new Upstream(id, draft.Name!, draft.Kind!.Value, draft.BaseUrl!))
        {
            CreatedAt = ApiTime.Micros(now),
        };
        return Write(tx, origin, Change(setup, draft), AuditActions.UpstreamMade);
    }

    /// <inheritdoc cref="Add"/>
    public Task<UpstreamSetup> AddAsync(RequestOrigin origin, UpstreamDraft draft, CancellationToken ct) =>
        db.WriteAsync(tx => Add(tx, origin, draft), ct);

    /// <summary>Null where there is no such upstream.</summary>
    /// <exception cref="ProblemException">The name is taken, or the address moved away from its key.</exception>
    public Task<UpstreamSetup?> ChangeAsync(RequestOrigin origin, long id, UpstreamDraft draft, CancellationToken ct) =>
        db.WriteAsync(
            tx =>
                Find(tx, id) is { } before
                    ? Write(tx, origin, Change(before, draft), AuditActions.UpstreamChange)
                    : null,
            ct
        );

    /// <summary>False where there is no such upstream.</summary>
    public Task<bool> RemoveAsync(RequestOrigin origin, long id, CancellationToken ct) =>
        db.WriteEssentialAsync(
            tx =>
            {
                if (Find(tx, id) is not { } before)
                {
                    return false;
                }

                using var delete = tx.Query("DELETE FROM upstreams WHERE id = ?1");
                delete.Bind(1, id).Run();
                PriceTable.Leave(tx, id);
                audit.Add(tx, origin, AuditActions.UpstreamRemoved, null, detail: UpstreamId.Format(id));
                tx.OnCommitted(Forget);
                return before is not null;
            },
            ct
        );

    private static UpstreamSetup Change(UpstreamSetup before, UpstreamDraft draft)
    {
        var was = before.Upstream;
        var address = draft.BaseUrl ?? was.BaseUrl;
        var moved = address.GetLeftPart(UriPartial.Authority) != was.BaseUrl.GetLeftPart(UriPartial.Authority);
        if (moved && was.Key is not null && draft.Key is null)
        {
            throw new ProblemException(
                ProblemCodes.Validation,
                "key: give it again with another host, or an empty one",
                new FieldError("key", "a key goes only to the host it was saved for: give it again, or an empty one")
            );
        }

        var key =
            draft.Key is null ? was.Key
            : draft.Key.Length == 0 ? null
            : draft.Key;
        var upstream = was with
        {
            Name = draft.Name?.Trim() ?? was.Name,
            Kind = draft.Kind ?? was.Kind,
            BaseUrl = address,
            Key = key,
            // Headers may be credentials too.
            Headers = draft.Headers ?? (moved ? new Dictionary<string, string>() : was.Headers),
            Prefix = draft.Prefix ?? was.Prefix,
        };
        return before with
        {
            Upstream = upstream,
            KeyHint = draft.Key is null ? before.KeyHint : Hint(key),
            Enabled = draft.Enabled ?? before.Enabled,
            Models = draft.Models ?? before.Models,
            Users =
                draft.Users is null ? before.Users
                : draft.Users.Count == 0 ? null
                : draft.Users.ToHashSet(),
            Fallback =
                draft.Fallback is null ? before.Fallback
                : draft.Fallback.Length == 0 ? null
                : draft.Fallback,
            Fault = draft.Key is null ? before.Fault : null,
        };
    }

    /// <summary>The last four characters; of a short key none, since they would be half of it.</summary>
    private static string? Hint(string? key) =>
        key is null ? null
        : key.Length >= 12 ? key[^4..]
        : "";

    private UpstreamSetup Write(DbTransaction tx, RequestOrigin origin, UpstreamSetup setup, string action)
    {
        var upstream = setup.Upstream;
        using (var taken = tx.Query("SELECT 1 FROM upstreams WHERE name = ?1 AND id <> ?2"))
        {
            if (taken.Bind(1, upstream.Name).Bind(2, upstream.Id).Step())
            {
                throw new ProblemException(ProblemCodes.Conflict, $"there is an upstream {upstream.Name} already");
            }
        }

        using (
            var write = tx.Query(
                """
                INSERT INTO upstreams (id, name, kind, base_url, key_hint, prefix, models, fallback, enabled, created_at, changed_at, secrets)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                ON CONFLICT (id) DO UPDATE SET name = ?2, kind = ?3, base_url = ?4, key_hint = ?5, prefix = ?6, models = ?7,
                    fallback = ?8, enabled = ?9, changed_at = ?11, secrets = iif(?13, secrets, ?12)
                """
            )
        )
        {
            write
                .Bind(1, upstream.Id)
                .Bind(2, upstream.Name)
                .Bind(3, (long)upstream.Kind)
                .Bind(4, upstream.BaseUrl.AbsoluteUri)
                .Bind(5, setup.KeyHint)
                .Bind(6, upstream.Prefix)
                .Bind(7, string.Join('\n', setup.Models))
                .Bind(8, setup.Fallback)
                .Bind(9, setup.Enabled)
                .Bind(10, setup.CreatedAt!.Value)
                .Bind(11, ApiTime.Micros(time.GetUtcNow()));
            if (upstream.Key is null && upstream.Headers.Count == 0)
            {
                write.BindNull(12);
            }
            else
            {
                write.BindBlob(12, Seal(upstream));
            }

            // What could not be opened stays as it is: the right key file may come back.
            write.Bind(13, setup.Fault is not null).Run();
        }

        WriteUsers(tx, setup);
        audit.Add(tx, origin, action, null, detail: UpstreamId.Format(upstream.Id));
        tx.OnCommitted(Forget);
        return setup;
    }

    private static void WriteUsers(DbTransaction tx, UpstreamSetup setup)
    {
        using (var clear = tx.Query("DELETE FROM upstream_users WHERE upstream_id = ?1"))
        {
            clear.Bind(1, setup.Upstream.Id).Run();
        }

        foreach (var user in setup.Users ?? (IEnumerable<long>)[])
        {
            using var add = tx.Query("INSERT INTO upstream_users (upstream_id, user_id) VALUES (?1, ?2)");
            add.Bind(1, setup.Upstream.Id).Bind(2, user).Run();
        }
    }

    private byte[] Seal(Upstream upstream) =>
        secrets.Seal(
            upstream.Id,
            upstream.BaseUrl,
            JsonSerializer.SerializeToUtf8Bytes(
                new UpstreamSecrets(upstream.Key, upstream.Headers.ToDictionary(h => h.Key, h => h.Value)),
                SecretsJson.Default.UpstreamSecrets
            )
        );

    private void Forget()
    {
        Interlocked.Increment(ref version);
        known = null;
    }

    private List<UpstreamSetup> ReadAll(DbSession session)
    {
        var all = new List<UpstreamSetup>();
        using (var rows = session.Query($"SELECT {Columns} FROM upstreams ORDER BY id"))
        {
            while (rows.Step())
            {
                all.Add(Read(session, rows));
            }
        }

        Add(OllamaId, "ollama", UpstreamKind.Ollama, options.OllamaUrl, "");
        Add(OpenAiId, "openai", UpstreamKind.OpenAi, options.OpenAiUrl, options.OpenAiKey);
        return all;

        void Add(long id, string name, UpstreamKind kind, string address, string key)
        {
            if (address.Length > 0 && all.All(u => u.Upstream.BaseUrl != new Uri(address)))
            {
                var upstream = new Upstream(id, name, kind, new Uri(address)) { Key = key.Length > 0 ? key : null };
                all.Add(new UpstreamSetup(upstream) { KeyHint = Hint(upstream.Key) });
            }
        }
    }

    private UpstreamSetup? Find(DbSession session, long id)
    {
        using var row = session.Query($"SELECT {Columns} FROM upstreams WHERE id = ?1");
        return row.Bind(1, id).Step() ? Read(session, row) : null;
    }

    private UpstreamSetup Read(DbSession session, DbStatement row)
    {
        var id = row.Int64(0);
        var address = new Uri(row.Text(3)!);
        var box = row.Blob(4);
        var open = box.IsEmpty ? null : secrets.Open(id, address, box);
        var told = open is null ? null : JsonSerializer.Deserialize(open, SecretsJson.Default.UpstreamSecrets);
        var users = new HashSet<long>();
        using (var rows = session.Query("SELECT user_id FROM upstream_users WHERE upstream_id = ?1"))
        {
            rows.Bind(1, id);
            while (rows.Step())
            {
                users.Add(rows.Int64(0));
            }
        }

        var upstream = new Upstream(id, row.Text(1)!, (UpstreamKind)row.Int32(2), address)
        {
            Key = told?.Key,
            Headers = told?.Headers ?? [],
            Prefix = row.Text(6)!,
        };
        return new UpstreamSetup(upstream)
        {
            KeyHint = row.Text(5),
            Models = row.Text(7)!.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Fallback = row.Text(8),
            Enabled = row.Bool(9),
            CreatedAt = row.Int64(10),
            Users = users.Count > 0 ? users : null,
            Fault =
                !box.IsEmpty && told is null
                    ? $"the key of {upstream.Name} cannot be opened with this server's key file: give it again"
                    : null,
        };
    }
}

/// <summary>An upstream named in a path.</summary>
internal readonly record struct UpstreamId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out UpstreamId id)
    {
        id = new UpstreamId(Ids.TryParse(text, IdKind.Upstream, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.Upstream);
}
