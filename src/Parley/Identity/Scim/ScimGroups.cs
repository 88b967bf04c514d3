using Parley.Kernel;
using Parley.Kernel.Problems;

namespace Parley.Identity.Scim;

/// <summary>Groups as SCIM groups; their members are accounts. Thread-safe.</summary>
internal sealed class ScimGroups(Db db, Groups groups) : ScimResources
{
    public const string Schema = "urn:ietf:params:scim:schemas:core:2.0:Group";
    private const int Most = 100_000;

    public override Task<ScimObject> ListAsync(ScimQuery query, ScimCall call, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                if (query.IsPlain)
                {
                    var page = Groups.List(session, 0, query.Count, query.StartIndex - 1);
                    return query.Answer(
                        Groups.Count(session),
                        page.ConvertAll(group => View(session, group, call, members: true))
                    );
                }

                var membersFirst =
                    query.Filter?.ToString().Contains("members", StringComparison.OrdinalIgnoreCase) == true;
                return query.Answer(
                    All(session).Select(group => View(session, group, call, membersFirst)),
                    id => View(session, Get(session, id), call, members: true)
                );
            },
            ct
        );

    /// <summary>A part of them at a time: however many there are, they are never all in memory.</summary>
    private static IEnumerable<Group> All(DbSession session)
    {
        const int Part = 500;
        List<Group> part;
        for (long after = 0; (part = Groups.List(session, after, Part)).Count > 0; after = part[^1].Id)
        {
            foreach (var group in part)
            {
                yield return group;
            }
        }
    }

    public override Task<ScimObject> GetAsync(string id, ScimCall call, CancellationToken ct) =>
        db.ReadAsync(session => View(session, Get(session, id), call, members: true), ct);

    public override Task<ScimObject> CreateAsync(ScimObject wanted, ScimCall call, CancellationToken ct) =>
        WriteAsync(
            tx =>
            {
                var name = Name(wanted.Text("displayName"), "displayName");
                var group = groups.Create(tx, name, call.Origin, Opaque(wanted, "externalId"));
                groups.ChangeMembers(tx, group.Id, Members(tx, wanted), [], call.Origin);
                return View(tx, Groups.Find(tx, group.Id)!, call, members: true);
            },
            ct
        );

    public override Task<ScimObject> ChangeAsync(
        string id,
        Func<ScimObject, ScimObject> change,
        ScimCall call,
        CancellationToken ct
    ) =>
        WriteAsync(
            tx =>
            {
                var group = Get(tx, id);
                var before = View(tx, group, call, members: true);
                call.Require(before);
                var after = change(View(tx, group, call, members: true));
                var name = Name(after.Text("displayName"), "displayName");
                if (name != group.Name)
                {
                    groups.Rename(tx, group.Id, name, call.Origin);
                }

                if (Opaque(after, "externalId") is var external && external != group.ExternalId)
                {
                    groups.SetExternalId(tx, group.Id, external, call.Origin);
                }

                groups.SetMembers(tx, group.Id, Members(tx, after), call.Origin);
                return View(tx, Groups.Find(tx, group.Id)!, call, members: true);
            },
            ct
        );

    public override Task DeleteAsync(string id, ScimCall call, CancellationToken ct) =>
        db.WriteAsync(
            tx =>
            {
                var group = Get(tx, id);
                call.Require(View(tx, group, call, members: true));
                groups.Remove(tx, group.Id, call.Origin);
            },
            ct
        );

    private async Task<ScimObject> WriteAsync(Func<DbTransaction, ScimObject> work, CancellationToken ct)
    {
        try
        {
            return await db.WriteAsync(work, ct);
        }
        catch (ProblemException taken) when (taken.Code == ProblemCodes.Conflict)
        {
            throw new ScimException(409, "uniqueness", taken.Message);
        }
    }

    private static Group Get(DbSession session, string id) =>
        Ids.TryParse(id, IdKind.Group, out var number) && Groups.Find(session, number) is { } group
            ? group
            : throw ScimException.NotFound(id);

    private static List<long> Members(DbSession session, ScimObject resource)
    {
        var members = new List<long>();
        foreach (var one in resource.List("members"))
        {
            var value = (one as ScimObject)?.Text("value");
            members.Add(
                Ids.TryParse(value, IdKind.User, out var id) && Accounts.Find(session, id) is not null
                    ? id
                    : throw ScimException.Bad("invalidValue", $"members: {value} is no user")
            );
        }

        return members;
    }

    private static ScimObject View(DbSession session, Group group, ScimCall call, bool members)
    {
        var view = new ScimObject
        {
            ["schemas"] = new List<object> { Schema },
            ["id"] = GroupId.Format(group.Id),
            ["displayName"] = group.Name,
        };
        if (group.ExternalId is not null)
        {
            view["externalId"] = group.ExternalId;
        }

        // The row's own count of changes stands for the members, which a list need not read.
        view["version"] = (double)group.Version;
        call.Seal(view, "Group", group.CreatedAt, group.UpdatedAt);
        view.Remove("version");
        if (members)
        {
            Complete(session, view, call);
        }

        return view;
    }

    private static void Complete(DbSession session, ScimObject view, ScimCall call)
    {
        if (!Ids.TryParse(view.Text("id"), IdKind.Group, out var id) || view.ContainsKey("members"))
        {
            return;
        }

        var users = Groups.ListMembers(session, id, 0, Most);
        if (users.Count > 0)
        {
            view["members"] = new List<object>(
                users.ConvertAll(user => new ScimObject
                {
                    ["value"] = UserId.Format(user.Id),
                    ["display"] = user.Name,
                    ["$ref"] = $"{call.Base}/Users/{UserId.Format(user.Id)}",
                    ["type"] = "User",
                })
            );
        }
    }
}
