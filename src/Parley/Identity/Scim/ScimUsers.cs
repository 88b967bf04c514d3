using System.Text;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity.Scim;

/// <summary>
/// Accounts as SCIM users. What Parley uses lives in the account, the rest as the directory sent it. Admins are seen and
/// never changed by a directory (S22). Thread-safe.
/// </summary>
internal sealed class ScimUsers(Db db, Accounts accounts, Sessions sessions, UserRemoval removal, TimeProvider time)
    : ScimResources
{
    public const string Schema = "urn:ietf:params:scim:schemas:core:2.0:User";
    private const int LongestAttributes = 64 * 1024;
    private const int MostGroups = 1000;
    private static readonly string[] NotKept = ["id", "meta", "groups", "password", "active", "schemas", "externalId"];

    private const string Sql = $"""
        SELECT {User.Columns}, d.user_id, d.external_id, d.attributes, d.deleted, d.updated_at
        FROM users u LEFT JOIN directory_users d ON d.user_id = u.id
        """;

    private sealed record Row(User User, string? ExternalId, string? Attributes, bool Deleted, long? ChangedAt);

    public override Task<ScimObject> ListAsync(ScimQuery query, ScimCall call, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                if (query.IsPlain)
                {
                    var page = Page(session, 0, query.Count, query.StartIndex - 1);
                    return query.Answer(Count(session), page.ConvertAll(row => View(session, row, call, groups: true)));
                }

                // Few ask for it, and it is a query for each account.
                var groupsFirst =
                    query.Filter?.ToString().Contains("groups", StringComparison.OrdinalIgnoreCase) == true;
                var all = Narrow(query.Filter) is { } narrow
                    ? Find(session, narrow, query.Filter!).Where(row => !row.Deleted)
                    : All(session);
                return query.Answer(
                    all.Select(row => View(session, row, call, groupsFirst)),
                    id => View(session, Get(session, id), call, groups: true)
                );
            },
            ct
        );

    public override Task<ScimObject> GetAsync(string id, ScimCall call, CancellationToken ct) =>
        db.ReadAsync(session => View(session, Get(session, id), call, groups: true), ct);

    public override Task<ScimObject> CreateAsync(ScimObject wanted, ScimCall call, CancellationToken ct) =>
        db.WriteAsync(
            tx =>
            {
                var asked = Wanted.Of(wanted, before: null);
                var known = Accounts.Find(tx, asked.Email) is { } account ? Get(tx, account.Id) : null;
                if (known is { Deleted: false })
                {
                    throw new ScimException(409, "uniqueness", "there is an account with that address already");
                }

                // Deleted by the directory, and kept for what it owns: it is theirs again.
                var id =
                    known?.User.Id
                    ?? accounts
                        .Add(
                            tx,
                            new NewAccount(asked.Email, asked.Name, UserRole.User, Password: null),
                            call.Origin,
                            AuditActions.UserMade
                        )
                        .Id;
                Write(tx, Get(tx, id), asked, wanted, call);
                return View(tx, Get(tx, id), call, groups: true);
            },
            ct
        );

    public override Task<ScimObject> ChangeAsync(
        string id,
        Func<ScimObject, ScimObject> change,
        ScimCall call,
        CancellationToken ct
    ) =>
        db.WriteAsync(
            tx =>
            {
                var row = Get(tx, id);
                var before = View(tx, row, call, groups: true);
                call.Require(before);
                RequireNoAdmin(row.User);
                var after = change(View(tx, row, call, groups: true));
                Write(tx, row, Wanted.Of(after, before), after, call);
                return View(tx, Get(tx, id), call, groups: true);
            },
            ct
        );

    /// <summary>Who owns something is disabled and gone for the directory; whom nothing holds goes altogether.</summary>
    public override async Task DeleteAsync(string id, ScimCall call, CancellationToken ct)
    {
        var user = await db.WriteAsync(
            tx =>
            {
                var row = Get(tx, id);
                call.Require(View(tx, row, call, groups: true));
                RequireNoAdmin(row.User);
                Disable(tx, row.User, call.Origin);
                Save(tx, row.User.Id, row.User.Email, row.ExternalId, row.Attributes ?? "{}", deleted: true);
                return row.User;
            },
            ct
        );
        try
        {
            await removal.BeginAsync(user.Id, new ContentChoice(null, RemoveContent: false), call.Origin, ct);
        }
        catch (ProblemException owns) when (owns.Code == ProblemCodes.Conflict)
        {
            return; // nobody decides by SCIM what becomes of conversations: an admin does
        }
    }

    private static string? Narrow(ScimFilter? filter) =>
        filter is ScimFilter.Compare { Operator: "eq", Value: string, Path: { Sub: null } path }
            ? path.Name.ToUpperInvariant() switch
            {
                "USERNAME" =>
                    "WHERE u.id IN (SELECT user_id FROM directory_users WHERE user_name = lower(?1) UNION SELECT id FROM users WHERE email = lower(?1))",
                "EXTERNALID" => "WHERE d.external_id = ?1",
                _ => null,
            }
            : null;

    private static List<Row> Find(DbSession session, string narrow, ScimFilter filter)
    {
        using var rows = session.Query($"{Sql} {narrow} ORDER BY u.id");
        return ReadAll(rows.Bind(1, (string)((ScimFilter.Compare)filter).Value!));
    }

    /// <summary>A part of them at a time: however many there are, they are never all in memory.</summary>
    private static IEnumerable<Row> All(DbSession session)
    {
        const int Part = 500;
        List<Row> part;
        for (long after = 0; (part = Page(session, after, Part, offset: 0)).Count > 0; after = part[^1].User.Id)
        {
            foreach (var row in part)
            {
                yield return row;
            }
        }
    }

    /// <summary>Those the directory has, in the order of their making.</summary>
    private static List<Row> Page(DbSession session, long after, int limit, int offset)
    {
        using var rows = session.Query(
            $"{Sql} WHERE u.id > ?1 AND coalesce(d.deleted, 0) = 0 ORDER BY u.id LIMIT ?2 OFFSET ?3"
        );
        return ReadAll(rows.Bind(1, after).Bind(2, limit).Bind(3, offset));
    }

    private static long Count(DbSession session)
    {
        using var count = session.Query(
            "SELECT (SELECT count(*) FROM users) - (SELECT count(*) FROM directory_users WHERE deleted = 1)"
        );
        count.Step();
        return count.Int64(0);
    }

    private static List<Row> ReadAll(DbStatement rows)
    {
        var found = new List<Row>();
        while (rows.Step())
        {
            found.Add(Read(rows));
        }

        return found;
    }

    private static Row Get(DbSession session, string id) =>
        Ids.TryParse(id, IdKind.User, out var number) && Get(session, number) is { Deleted: false } row
            ? row
            : throw ScimException.NotFound(id);

    private static Row Get(DbSession session, long id)
    {
        using var row = session.Query($"{Sql} WHERE u.id = ?1");
        return row.Bind(1, id).Step() ? Read(row) : throw ScimException.NotFound(UserId.Format(id));
    }

    private static Row Read(DbStatement row) =>
        new(User.Read(row), row.Text(10), row.Text(11), !row.IsNull(9) && row.Bool(12), row.Int64OrNull(13));

    private static ScimObject View(DbSession session, Row row, ScimCall call, bool groups)
    {
        var user = row.User;
        var view = row.Attributes is { } kept ? ScimObject.Parse(Encoding.UTF8.GetBytes(kept)) : new ScimObject();
        view["schemas"] = new List<object>([
            Schema,
            .. view.Keys.Where(name => name.StartsWith("urn:", StringComparison.OrdinalIgnoreCase)),
        ]);
        view["id"] = UserId.Format(user.Id);
        view.TryAdd("userName", user.Email);
        view["displayName"] = user.Name;
        view["active"] = !user.Disabled;
        if (row.ExternalId is not null)
        {
            view["externalId"] = row.ExternalId;
        }

        view.TryAdd("name", new ScimObject { ["formatted"] = user.Name });
        var same = view.List("emails")
            .OfType<ScimObject>()
            .Any(e => EmailAddress.FormOf(e.Text("value")) == user.Email);
        if (!same)
        {
            view["emails"] = new List<object>
            {
                new ScimObject
                {
                    ["value"] = user.Email,
                    ["type"] = "work",
                    ["primary"] = true,
                },
            };
        }

        call.Seal(view, "User", user.CreatedAt, row.ChangedAt ?? user.CreatedAt);
        if (groups)
        {
            Complete(session, view, call);
        }

        return view;
    }

    private static void Complete(DbSession session, ScimObject view, ScimCall call)
    {
        if (!Ids.TryParse(view.Text("id"), IdKind.User, out var id) || view.ContainsKey("groups"))
        {
            return;
        }

        var of = Groups.ListOfUser(session, id, 0, MostGroups);
        if (of.Count > 0)
        {
            view["groups"] = new List<object>(
                of.ConvertAll(group => new ScimObject
                {
                    ["value"] = GroupId.Format(group.Id),
                    ["display"] = group.Name,
                    ["$ref"] = $"{call.Base}/Groups/{GroupId.Format(group.Id)}",
                    ["type"] = "direct",
                })
            );
        }
    }

    private void Write(DbTransaction tx, Row row, Wanted wanted, ScimObject resource, ScimCall call)
    {
        var user = row.User;
        var taken = Find(tx, "WHERE d.user_name = lower(?1)", Named(wanted.UserName)).Any(r => r.User.Id != user.Id);
        if (taken)
        {
            throw new ScimException(409, "uniqueness", "there is an account with that userName already");
        }

        var change = new UserChange(
            Email: wanted.Email == user.Email ? null : wanted.Email,
            Name: wanted.Name == user.Name ? null : wanted.Name,
            Disabled: wanted.Active == !user.Disabled ? null : !wanted.Active
        );
        if (change != new UserChange())
        {
            try
            {
                accounts.Change(tx, user.Id, change, call.Origin, AuditActions.UserChange);
            }
            catch (ProblemException another) when (another.Code == ProblemCodes.Conflict)
            {
                throw new ScimException(409, "uniqueness", another.Message);
            }

            if (change.Disabled == true || change.Email is not null)
            {
                sessions.EndOthers(tx, user.Id, except: null);
            }
        }

        var kept = new ScimObject();
        foreach (var (name, value) in resource.Where(a => !NotKept.Contains(a.Key, StringComparer.OrdinalIgnoreCase)))
        {
            kept[name] = value;
        }

        var json = kept.ToString();
        if (json.Length > LongestAttributes)
        {
            throw ScimException.Bad("tooMany", "the attributes are longer than 64 KiB together");
        }

        Save(tx, user.Id, wanted.UserName, Opaque(resource, "externalId"), json, deleted: false);
    }

    private void Save(DbTransaction tx, long id, string userName, string? externalId, string json, bool deleted)
    {
        using var save = tx.Query(
            """
            INSERT INTO directory_users (user_id, user_name, external_id, attributes, deleted, updated_at)
            VALUES (?1, lower(?2), ?3, ?4, ?5, ?6)
            ON CONFLICT (user_id) DO UPDATE SET user_name = excluded.user_name, external_id = excluded.external_id,
            attributes = excluded.attributes, deleted = excluded.deleted, updated_at = excluded.updated_at
            """
        );
        save.Bind(1, id).Bind(2, userName).Bind(3, externalId).Bind(4, json).Bind(5, deleted);
        save.Bind(6, ApiTime.Micros(time.GetUtcNow())).Run();
    }

    private void Disable(DbTransaction tx, User user, RequestOrigin origin)
    {
        if (!user.Disabled)
        {
            accounts.Change(tx, user.Id, new UserChange(Disabled: true), origin, AuditActions.UserChange);
        }

        sessions.EndOthers(tx, user.Id, except: null);
    }

    private static ScimFilter.Compare Named(string userName) =>
        new(new AttributePath("userName", null), "eq", userName);

    private static void RequireNoAdmin(User user)
    {
        if (user.Role == UserRole.Admin)
        {
            throw new ScimException(403, null, "a directory changes no admins");
        }
    }

    /// <summary>What of a resource is the account's own.</summary>
    private sealed record Wanted(string UserName, string Email, string Name, bool Active)
    {
        /// <param name="after">The resource as it is to be.</param>
        /// <param name="before">As it is; null where there is none: what it says of one thing in several places is settled by what changed.</param>
        public static Wanted Of(ScimObject after, ScimObject? before)
        {
            var userName = Opaque(after, "userName");
            if (string.IsNullOrWhiteSpace(userName))
            {
                throw ScimException.Bad("invalidValue", "userName is required");
            }

            var (mail, wasMail) = (Mail(after), before is null ? null : Mail(before));
            var renamed = before is not null && before.Text("userName") != userName;
            var follows = renamed && mail == wasMail && EmailAddress.FormOf(before!.Text("userName")) == wasMail;
            var text = mail is null || follows ? userName : mail;
            if (!EmailAddress.TryParse(text, out var email, out var wrong))
            {
                throw ScimException.Bad("invalidValue", $"the address (of emails, else userName) {wrong}");
            }

            return new Wanted(userName, email, NameOf(after, before, email), after.Truth("active") ?? true);
        }

        private static string? Mail(ScimObject resource)
        {
            var all = resource.List("emails").OfType<ScimObject>().ToList();
            var chosen = all.FirstOrDefault(e => e.Truth("primary") == true) ?? all.FirstOrDefault();
            return chosen?.Text("value");
        }

        private static string NameOf(ScimObject after, ScimObject? before, string email)
        {
            string? Formatted(ScimObject? of) => of?.Inner("name")?.Text("formatted");
            string? Parts(ScimObject? of) =>
                of?.Inner("name") is { } name
                && $"{name.Text("givenName")} {name.Text("familyName")}".Trim() is { Length: > 0 } both
                    ? both
                    : null;

            var shown = after.Text("displayName");
            var changed =
                before is null || shown != before.Text("displayName") ? shown
                : Formatted(after) != Formatted(before) ? Formatted(after)
                : Parts(after) != Parts(before) ? Parts(after)
                : shown;
            var local = email[..email.IndexOf('@', StringComparison.Ordinal)];
            return ScimResources.Name(changed ?? shown ?? Formatted(after) ?? Parts(after) ?? local, "displayName");
        }
    }
}
