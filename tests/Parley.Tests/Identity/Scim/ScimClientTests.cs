using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Tests.Identity.Scim;

/// <summary>
/// A directory nobody here wrote: GitHub's client calls, and scimmy reads each answer, and says what filters find,
/// orders give and patches make (tests/node/clients/scim.mjs).
/// </summary>
public sealed class ScimClientTests : IAsyncLifetime
{
    private const string UserSchema = "urn:ietf:params:scim:schemas:core:2.0:User";
    private const string GroupSchema = "urn:ietf:params:scim:schemas:core:2.0:Group";
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    private ParleyApp app = null!;
    private Person admin = null!;
    private Person directory = null!;
    private NodeClient client = null!;

    public async ValueTask InitializeAsync()
    {
        var starting = NodeClient.StartAsync("scim");
        (app, admin) = await Accounts.StartAsync();
        directory = await admin.KeyAsync("scim");
        client = await starting;
    }

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task An_account_is_made_read_replaced_patched_deactivated_and_removed()
    {
        var made = await CallAsync("create", "Users", with: Grace(), status: 201);
        var data = made.GetProperty("data");
        var id = data.Text("id");
        Assert.Equal(data.GetProperty("meta").Text("location"), made.Text("location"));
        Assert.Equal("engine room", data.GetProperty(Enterprise).Text("department"));
        Assert.Equal("grace@example.org", (await admin.JsonAsync("GET", "/api/users/" + id)).Text("email"));
        await CallAsync("create", "Users", with: Grace(), status: 409);

        var known = made.Text("etag");
        var same = await CallAsync("replace", "Users", id, JsonNode.Parse(data.GetRawText())!.AsObject());
        Assert.Equal(known, same.Text("etag"));
        await CallAsync("read", "Users", id, new JsonObject { ["if_none_match"] = known }, 304);
        var replaced = Grace();
        replaced["displayName"] = "Amazing Grace";
        replaced["if_match"] = known;
        var second = await CallAsync("replace", "Users", id, replaced);
        Assert.NotEqual(known, second.Text("etag"));
        replaced["title"] = "never";
        await CallAsync("replace", "Users", id, replaced, 412);
        var off = Patch("""[{"op":"replace","path":"active","value":false}]""");
        off["if_match"] = known;
        await CallAsync("patch", "Users", id, off, 412);
        off["if_match"] = second.Text("etag");

        await admin.JsonAsync("PATCH", "/api/users/" + id, $$"""{"password":"{{Accounts.Password}}"}""");
        var grace = await app.SignInAsync("grace@example.org");
        off.Remove("if_match");
        Assert.False((await CallAsync("patch", "Users", id, off)).GetProperty("data").Flag("active"));
        await grace.JsonAsync("GET", "/api/auth/me", status: 401);
        await CallAsync("patch", "Users", id, Patch("""[{"op":"replace","path":"active","value":true}]"""));
        await app.SignInAsync("grace@example.org");
        await CallAsync("remove", "Users", id, status: 204);
        await CallAsync("read", "Users", id, status: 404);
    }

    [Fact]
    public async Task Groups_have_the_members_they_are_given()
    {
        var (one, other) = (await AddAsync("bea"), await AddAsync("carl"));
        var wanted = new JsonObject
        {
            ["schemas"] = new JsonArray(GroupSchema),
            ["displayName"] = "Team",
            ["externalId"] = "g-1",
            ["members"] = new JsonArray(new JsonObject { ["value"] = one }),
        };
        var made = (await CallAsync("create", "Groups", with: wanted, status: 201)).GetProperty("data");
        var id = made.Text("id");
        Assert.Equal("bea", made.Items("members").Single().Text("display"));
        Assert.Equal("g-1", made.Text("externalId"));
        var inIt = (await CallAsync("read", "Users", one)).GetProperty("data").Items("groups").Single();
        Assert.Equal(id, inIt.Text("value"));
        await PatchesAsync(
            "Groups",
            id,
            $$"""[{"op":"add","path":"members","value":[{"value":"{{other}}"}]}]""",
            $$"""[{"op":"remove","path":"members[value eq \"{{one}}\"]"}]""",
            """[{"op":"replace","path":"displayName","value":"Crew"}]""",
            $$"""[{"op":"replace","path":"members","value":[{"value":"{{one}}"},{"value":"{{other}}"}]}]""",
            """[{"op":"replace","value":{"displayName":"Band","externalId":"g-2"}}]""",
            """[{"op":"remove","path":"members"}]"""
        );
        await CallAsync("remove", "Groups", id, status: 204);
        await CallAsync("read", "Groups", id, status: 404);
    }

    [Fact]
    public async Task Lists_are_filtered_sorted_and_paged_as_another_library_has_it()
    {
        await PeopleAsync();
        var found = await CallAsync(
            "filters",
            "Users",
            more: new JsonObject
            {
                ["filters"] = new JsonArray(
                    "userName eq \"bea@example.org\"",
                    "userName ne \"bea@example.org\"",
                    "userName sw \"ca\"",
                    "displayName co \"a\"",
                    "displayName ew \"a\"",
                    "externalId eq \"x-carl\"",
                    "title pr",
                    "not (title pr)",
                    "active eq true",
                    "name.familyName eq \"Reed\"",
                    "title eq \"Cook\" and name.familyName eq \"Reed\"",
                    "title eq \"Cook\" or name.familyName eq \"Reed\"",
                    "title eq \"Guide\" or title eq \"Cook\" and active eq false",
                    "emails[type eq \"home\"]",
                    "emails[type eq \"home\" and value ew \"net\"]",
                    "emails.value ew \"example.net\"",
                    "meta.resourceType eq \"User\""
                ),
            }
        );
        foreach (var filter in found.EnumerateArray())
        {
            Assert.True(Same(filter.GetProperty("here"), filter.GetProperty("theirs")), $"{filter}");
        }

        var orders = await CallAsync(
            "orders",
            "Users",
            more: new JsonObject
            {
                ["orders"] = new JsonArray(
                    new JsonObject { ["sortBy"] = "userName" },
                    new JsonObject { ["sortBy"] = "userName", ["sortOrder"] = "descending" },
                    new JsonObject { ["sortBy"] = "name.familyName" },
                    new JsonObject { ["sortBy"] = "emails" },
                    new JsonObject { ["sortBy"] = "meta.created", ["sortOrder"] = "descending" }
                ),
            }
        );
        foreach (var order in orders.EnumerateArray())
        {
            Assert.True(Same(order.GetProperty("here"), order.GetProperty("theirs")), $"{order}");
        }

        var pages = await CallAsync("list", "Users", with: new JsonObject { ["count"] = 2 });
        Assert.Equal(7, pages.Number("total"));
        Assert.Equal(4, pages.Number("pages"));
        Assert.Equal(7, pages.Items("all").Select(u => u.Text("id")).Distinct().Count());
        var beyond = await CallAsync("list", "Users", with: new JsonObject { ["startIndex"] = 50 });
        Assert.Equal((7, 0), (beyond.Number("total"), beyond.Items("all").Count));
        await CallAsync("list", "Users", with: new JsonObject { ["filter"] = "userName is x" }, status: 400);
    }

    [Fact]
    public async Task Patches_make_what_another_library_makes()
    {
        var id = (await CallAsync("create", "Users", with: Grace(), status: 201)).GetProperty("data").Text("id");
        await PatchesAsync(
            "Users",
            id,
            """[{"op":"add","path":"title","value":"Guide"}]""",
            """[{"op":"replace","path":"title","value":"Cook"}]""",
            """[{"op":"remove","path":"title"}]""",
            """[{"op":"replace","path":"name.middleName","value":"B."}]""",
            """[{"op":"replace","path":"emails[type eq \"home\"].value","value":"g@example.net"}]""",
            """[{"op":"add","path":"emails","value":[{"value":"third@example.org","type":"other"}]}]""",
            """[{"op":"remove","path":"emails[type eq \"other\"]"}]""",
            """[{"op":"add","path":"emails[type eq \"home\"].display","value":"At home"}]""",
            """[{"op":"add","path":"phoneNumbers","value":[{"value":"tel:+1-201-555-0123","type":"work"}]}]""",
            """[{"op":"replace","path":"phoneNumbers[type eq \"work\" and value sw \"tel:\"]","value":{"value":"tel:+1-201-555-0199","type":"work"}}]""",
            """[{"op":"remove","path":"phoneNumbers"}]""",
            $$"""[{"op":"replace","path":"{{Enterprise}}:department","value":"bridge"}]""",
            $$"""[{"op":"add","path":"{{Enterprise}}:costCenter","value":"42"}]""",
            $$"""[{"op":"remove","path":"{{Enterprise}}:costCenter"}]""",
            """[{"op":"replace","value":{"nickName":"Amazing","preferredLanguage":"en"}}]""",
            """[{"op":"Add","value":{"roles":[{"value":"captain"}]}},{"op":"Remove","path":"nickName"}]""",
            """[{"op":"replace","path":"active","value":false}]""",
            // What neither does, and why.
            """[{"op":"replace","path":"emails[type eq \"fax\"].value","value":"x@example.org"}]""",
            """[{"op":"remove"}]""",
            """[{"op":"move","path":"title","value":"x"}]""",
            """[{"op":"add","path":"title"}]""",
            """[{"op":"add","value":"x"}]""",
            """[{"op":"replace","path":"id","value":"x"}]""",
            """[{"op":"replace","path":"emails[type eq","value":"x"}]""",
            """[{"op":"remove","path":"userName"}]""",
            """[{"op":"replace","path":"active","value":"perhaps"}]""",
            """[{"op":"replace","path":"name","value":"x"}]"""
        );
    }

    [Fact]
    public async Task The_service_describes_itself_by_the_RFCs_schemas()
    {
        var user = await AddAsync("bea");
        var team = new JsonObject
        {
            ["schemas"] = new JsonArray(GroupSchema),
            ["displayName"] = "Team",
            ["members"] = new JsonArray(new JsonObject { ["value"] = user }),
        };
        var group = (await CallAsync("create", "Groups", with: team, status: 201)).GetProperty("data").Text("id");
        var resources = new JsonArray(
            new JsonObject { ["kind"] = "Users", ["id"] = user },
            new JsonObject { ["kind"] = "Groups", ["id"] = group }
        );
        var said = await CallAsync("describe", "Users", more: new JsonObject { ["resources"] = resources });
        Assert.Equal(
            [("User", "/Users", UserSchema), ("Group", "/Groups", GroupSchema)],
            said.Items("types").Select(t => (t.Text("id"), t.Text("endpoint"), t.Text("schema")))
        );
        // Ours say more than the RFC's: no two groups have one name, and how a member is called is the account's matter.
        Assert.Equal(
            [
                "Group.displayName: uniqueness is server, not none",
                "Group.members.display: mutability is readOnly, not immutable",
            ],
            said.Items("apart").Select(a => a.GetString())
        );
    }

    private async Task PatchesAsync(string kind, string id, params string[] patches)
    {
        var with = new JsonObject { ["patches"] = new JsonArray([.. patches.Select(p => JsonNode.Parse(p))]) };
        var made = await CallAsync("patches", kind, id, more: with);
        foreach (var patch in made.EnumerateArray())
        {
            var (here, theirs) = (Comparable(patch.GetProperty("here")), Comparable(patch.GetProperty("theirs")));
            Assert.True(JsonNode.DeepEquals(here, theirs), $"{patch.Text("patch")}\n here   {here}\n theirs {theirs}");
        }
    }

    private async Task PeopleAsync()
    {
        await AddAsync("bea", """ "title":"Guide","name":{"familyName":"Reed","givenName":"Bea"}""");
        await AddAsync("carl", """ "externalId":"x-carl","title":"Cook","name":{"familyName":"Reed"}""");
        await AddAsync("dora", """ "active":false,"title":"Cook" """);
        await AddAsync(
            "emil",
            """ "emails":[{"value":"emil@example.org","type":"work","primary":true},{"value":"e@example.net","type":"home"}]"""
        );
        await AddAsync("fay", $$""" "{{Enterprise}}":{"department":"kitchen","employeeNumber":"7"}""");
        await AddAsync("gus");
    }

    private async Task<string> AddAsync(string name, string more = "")
    {
        var with = JsonNode.Parse($$"""{ {{more}} }""")!.AsObject();
        with["schemas"] = with.ContainsKey(Enterprise)
            ? new JsonArray(UserSchema, Enterprise)
            : new JsonArray(UserSchema);
        with["userName"] = name + "@example.org";
        return (await CallAsync("create", "Users", with: with, status: 201)).GetProperty("data").Text("id");
    }

    /// <param name="more">Of the call; <paramref name="with"/> is what the service is sent.</param>
    private async Task<JsonElement> CallAsync(
        string call,
        string kind,
        string? id = null,
        JsonObject? with = null,
        int status = 200,
        JsonObject? more = null
    )
    {
        var ask = more ?? [];
        ask["at"] = app.Client.BaseAddress!.ToString().TrimEnd('/');
        ask["key"] = directory.Token;
        ask["kind"] = kind;
        ask["id"] = id;
        ask["with"] = with?.DeepClone();
        var answer = await client.CallAsync(call, ask);
        Assert.True(
            answer.ValueKind == JsonValueKind.Array
                || !answer.TryGetProperty("status", out var is_)
                || is_.GetInt32() == status,
            $"{call} {kind}: {answer}"
        );
        return answer;
    }

    private static JsonObject Patch(string operations) =>
        new()
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:PatchOp"),
            ["Operations"] = JsonNode.Parse(operations),
        };

    private static JsonObject Grace() =>
        JsonNode
            .Parse(
                $$"""
                {"schemas":["{{UserSchema}}","{{Enterprise}}"],"userName":"grace@example.org","externalId":"e-1",
                 "name":{"givenName":"Grace","familyName":"Hopper"},"displayName":"Grace Hopper","active":true,
                 "emails":[{"value":"grace@example.org","type":"work","primary":true},{"value":"gh@example.net","type":"home"}],
                 "{{Enterprise}}":{"department":"engine room","employeeNumber":"1906"} }
                """
            )!
            .AsObject();

    private static bool Same(JsonElement one, JsonElement other) =>
        one.ValueKind == JsonValueKind.Array
        && one.EnumerateArray()
            .Select(v => v.GetString())
            .SequenceEqual(other.EnumerateArray().Select(v => v.GetString()));

    /// <summary>Without what only the service can know.</summary>
    private static JsonNode Comparable(JsonElement resource)
    {
        var read = JsonNode.Parse(resource.GetRawText())!;
        if (read is not JsonObject copy)
        {
            return read; // why it was refused
        }

        copy.Remove("meta");
        foreach (var member in copy["members"]?.AsArray() ?? [])
        {
            var (value, all) = (member!["value"]!.DeepClone(), member.AsObject());
            all.Clear();
            all["value"] = value;
        }

        return copy;
    }
}
