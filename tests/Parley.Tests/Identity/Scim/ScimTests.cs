using System.Net;
using System.Text;
using System.Text.Json;

namespace Parley.Tests.Identity.Scim;

/// <summary>A directory's calls, over HTTP, with a key of an admin's.</summary>
public sealed class ScimTests : IAsyncLifetime
{
    private ParleyApp app = null!;
    private Person admin = null!;
    private Person directory = null!;

    public async ValueTask InitializeAsync()
    {
        (app, admin) = await Accounts.StartAsync();
        directory = await admin.KeyAsync("scim");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private Task<JsonElement> CallAsync(
        string method,
        string path,
        string? json = null,
        int status = 200,
        params (string, string)[] headers
    ) => app.SendJsonAsync(method, "/scim/v2" + path, json, status, [directory.Header, .. headers]);

    private Task<JsonElement> AddAsync(string userName, string more = "") =>
        CallAsync(
            "POST",
            "/Users",
            $$$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{{userName}}}"{{{more}}} }""",
            201
        );

    private static string Patch(string operations) =>
        $$$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":{{{operations}}} }""";

    [Fact]
    public async Task Long_lists_are_given_page_by_page_whatever_they_are_asked_by()
    {
        const int Most = 520; // more than are looked at together
        var rows = string.Join(
            ',',
            Enumerable.Range(0, Most).Select(i => $$"""{"id":"{{i}}","email":"p{{i:000}}@example.org"}""")
        );
        await admin.JsonAsync("POST", "/api/open-webui/users", $$"""{"users":[{{rows}}]}""");
        foreach (var asked in new[] { "", "&filter=userName%20sw%20%22p%22", "&sortBy=userName" })
        {
            var page = await CallAsync("GET", $"/Users?startIndex=512&count=20{asked}");
            var admins = asked.Contains("filter", StringComparison.Ordinal) ? 0 : 1;
            Assert.Equal(Most + admins, page.Number("totalResults"));
            Assert.Equal(Most + admins - 511, page.Number("itemsPerPage"));
            Assert.Equal($"p{Most - 1:000}@example.org", page.Items("Resources")[^1].Text("userName"));
        }

        var gone = (await CallAsync("GET", "/Users?startIndex=2&count=1")).Items("Resources")[0].Text("id");
        await CallAsync("DELETE", "/Users/" + gone, status: 204);
        Assert.Equal(Most, (await CallAsync("GET", "/Users?count=0")).Number("totalResults"));
        Assert.Empty((await CallAsync("GET", "/Users?startIndex=9000")).Items("Resources"));
    }

    [Theory]
    [InlineData("GET", "/Me")]
    [InlineData("PATCH", "/Me")]
    [InlineData("POST", "/Bulk")]
    public async Task What_is_not_built_says_so(string method, string path)
    {
        var said = await CallAsync(method, path, method == "GET" ? null : "{}", 501);
        Assert.Equal("501", said.Text("status"));
        var config = await CallAsync("GET", "/ServiceProviderConfig");
        Assert.False(config.GetProperty("bulk").Flag("supported"));
    }

    [Fact]
    public async Task A_user_is_made_read_changed_and_removed()
    {
        var made = await AddAsync(
            "Grace@example.org",
            ""","externalId":"ext-1","name":{"givenName":"Grace","familyName":"Hopper"},"title":"Admiral","emails":[{"value":"grace@example.org","type":"work","primary":true}]"""
        );
        var at = "/Users/" + made.Text("id");
        Assert.Equal("Grace@example.org", made.Text("userName"));
        Assert.Equal("Grace Hopper", made.Text("displayName"));
        Assert.Equal("Admiral", made.Text("title"));
        Assert.True(made.Flag("active"));
        Assert.EndsWith(at, made.GetProperty("meta").Text("location"), StringComparison.Ordinal);
        var user = await admin.JsonAsync("GET", "/api/users/" + made.Text("id"));
        Assert.Equal("grace@example.org", user.Text("email"));
        Assert.Equal("user", user.Text("role"));

        var patched = await CallAsync(
            "PATCH",
            at,
            Patch(
                """[{"op":"replace","path":"name.familyName","value":"Murray"},{"op":"replace","path":"emails[type eq \"work\"].value","value":"g@example.org"}]"""
            )
        );
        Assert.Equal("Grace Murray", patched.Text("displayName"));
        Assert.Equal("g@example.org", (await admin.JsonAsync("GET", "/api/users/" + made.Text("id"))).Text("email"));
        var put = await CallAsync(
            "PUT",
            at,
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"grace@example.org","displayName":"Amazing Grace","active":true}"""
        );
        Assert.Equal("Amazing Grace", put.Text("displayName"));
        Assert.False(put.TryGetProperty("title", out _));
        Assert.False(put.TryGetProperty("externalId", out _));
        await CallAsync("DELETE", at, status: 204);
        await CallAsync("GET", at, status: 404);
        await admin.JsonAsync("GET", "/api/users/" + made.Text("id"), status: 404);
    }

    [Fact]
    public async Task S12_deactivation_ends_what_the_account_is_signed_in_to()
    {
        var person = await admin.AddAsync("edsger@example.org");
        var key = await person.KeyAsync("all");
        var at = "/Users/" + person.Id;
        var off = await CallAsync("PATCH", at, Patch("""[{"op":"Replace","path":"active","value":"False"}]"""));
        Assert.False(off.Flag("active"));
        await person.JsonAsync("GET", "/api/auth/me", status: 401);
        await key.JsonAsync("GET", "/api/conversations", status: 401);
        await app.SendJsonAsync("POST", "/api/auth/refresh", $$"""{"refresh_token":"{{person.Refresh}}"}""", 401);
        await CallAsync("PATCH", at, Patch("""[{"op":"replace","value":{"active":true}}]"""));
        await app.SignInAsync("edsger@example.org");
        var audit = (await admin.JsonAsync("GET", $"/api/audit?action=user-change&subject_id={person.Id}")).Items();
        Assert.Equal(["enabled", "disabled"], audit.Select(a => a.Text("detail")));
        Assert.All(audit, a => Assert.Equal("key", a.Text("via")));
    }

    [Fact]
    public async Task S22_admins_are_seen_and_never_changed_and_none_are_made()
    {
        var at = "/Users/" + admin.Id;
        Assert.Equal("ada@example.org", (await CallAsync("GET", at)).Text("userName"));
        await CallAsync("PATCH", at, Patch("""[{"op":"replace","path":"active","value":false}]"""), 403);
        await CallAsync("PUT", at, """{"userName":"x@example.org"}""", 403);
        await CallAsync("DELETE", at, status: 403);
        var made = await AddAsync("x@example.org", ""","role":"admin","roles":[{"value":"admin"}]""");
        Assert.Equal("user", (await admin.JsonAsync("GET", "/api/users/" + made.Text("id"))).Text("role"));
        // An external id is opaque: no other account's id in it means anything.
        var other = await AddAsync("y@example.org", $$""","externalId":"{{admin.Id}}" """);
        Assert.NotEqual(admin.Id, other.Text("id"));
    }

    [Fact]
    public async Task Who_owns_something_is_gone_for_the_directory_and_comes_back_the_same()
    {
        var person = await admin.AddAsync("edsger@example.org");
        await person.JsonAsync("POST", "/api/conversations", """{"title":"mine"}""", 201);
        await CallAsync("DELETE", "/Users/" + person.Id, status: 204);
        await CallAsync("GET", "/Users/" + person.Id, status: 404);
        await person.JsonAsync("GET", "/api/auth/me", status: 401);
        Assert.True((await admin.JsonAsync("GET", "/api/users/" + person.Id)).Flag("disabled"));
        var again = await AddAsync("edsger@example.org");
        Assert.Equal(person.Id, again.Text("id"));
        var back = await app.SignInAsync("edsger@example.org");
        Assert.Single((await back.JsonAsync("GET", "/api/conversations")).Items());
    }

    [Fact]
    public async Task Lists_are_filtered_sorted_paged_and_cut_to_what_is_asked_for()
    {
        foreach (var name in new[] { "carl", "bea", "dora" })
        {
            await AddAsync(
                $"{name}@example.org",
                $$""","externalId":"x-{{name}}","emails":[{"value":"{{name}}@example.org"}]"""
            );
        }

        var all = await CallAsync(
            "GET",
            "/Users?sortBy=userName&sortOrder=descending&count=2&startIndex=2&attributes=userName,emails.value"
        );
        Assert.Equal(4, all.Number("totalResults"));
        Assert.Equal(2, all.Number("startIndex"));
        Assert.Equal(2, all.Number("itemsPerPage"));
        Assert.Equal(["carl@example.org", "bea@example.org"], all.Items("Resources").Select(r => r.Text("userName")));
        Assert.All(all.Items("Resources"), r => Assert.False(r.TryGetProperty("displayName", out _)));
        Assert.All(all.Items("Resources"), r => Assert.NotEmpty(r.Text("id")));
        var one = await CallAsync("GET", "/Users?filter=" + Uri.EscapeDataString("userName eq \"BEA@example.org\""));
        Assert.Equal("x-bea", one.Items("Resources").Single().Text("externalId"));
        one = await CallAsync("GET", "/Users?filter=" + Uri.EscapeDataString("externalId eq \"x-dora\""));
        Assert.Equal("dora", one.Items("Resources").Single().Text("displayName"));
        var searched = await CallAsync(
            "POST",
            "/Users/.search",
            """{"filter":"displayName sw \"c\" or displayName sw \"d\"","excludedAttributes":["emails"],"count":10}"""
        );
        Assert.Equal(2, searched.Number("totalResults"));
        Assert.All(searched.Items("Resources"), r => Assert.False(r.TryGetProperty("emails", out _)));
        var none = await CallAsync("GET", "/Users?count=0");
        Assert.Equal(4, none.Number("totalResults"));
        Assert.Empty(none.Items("Resources"));
        Assert.Equal("invalidFilter", (await CallAsync("GET", "/Users?filter=x", status: 400)).Text("scimType"));
        Assert.Equal("invalidValue", (await CallAsync("GET", "/Users?count=many", status: 400)).Text("scimType"));
    }

    [Fact]
    public async Task Versions_hold_off_who_knows_an_old_one()
    {
        var made = await AddAsync("bea@example.org");
        var (at, version) = ("/Users/" + made.Text("id"), made.GetProperty("meta").Text("version"));
        using var same = await app.SendAsync(
            "GET",
            "/scim/v2" + at,
            null,
            directory.Header,
            ("If-None-Match", version)
        );
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        var patch = Patch("""[{"op":"replace","path":"displayName","value":"Bea"}]""");
        await CallAsync("PATCH", at, patch, 200, ("If-Match", version));
        var stale = await CallAsync("PATCH", at, patch, 412, ("If-Match", version));
        Assert.Equal("412", stale.Text("status"));
        await CallAsync("DELETE", at, null, 412, ("If-Match", version));
        await CallAsync("DELETE", at, null, 204, ("If-Match", "*"));
    }

    [Fact]
    public async Task Groups_are_made_filled_emptied_and_removed()
    {
        var bea = (await AddAsync("bea@example.org")).Text("id");
        var carl = (await AddAsync("carl@example.org")).Text("id");
        var made = await CallAsync(
            "POST",
            "/Groups",
            $$"""{"displayName":"Team","externalId":"g1","members":[{"value":"{{bea}}"}]}""",
            201
        );
        var at = "/Groups/" + made.Text("id");
        Assert.Equal("bea", made.Items("members").Single().Text("display"));
        await CallAsync("PATCH", at, Patch($$"""[{"op":"add","path":"members","value":[{"value":"{{carl}}"}]}]"""));
        var two = await CallAsync(
            "PATCH",
            at,
            Patch(
                $$$"""[{"op":"add","path":"members","value":[{"value":"{{{carl}}}"}]},{"op":"replace","value":{"displayName":"Crew"}}]"""
            )
        );
        Assert.Equal(2, two.Items("members").Count);
        Assert.Equal("Crew", two.Text("displayName"));
        Assert.Equal("Crew", (await CallAsync("GET", "/Users/" + carl)).Items("groups").Single().Text("display"));
        var found = await CallAsync(
            "GET",
            "/Groups?filter=" + Uri.EscapeDataString($"members.value eq \"{carl}\" and displayName eq \"crew\"")
        );
        Assert.Equal(1, found.Number("totalResults"));
        var one = await CallAsync("PATCH", at, Patch($$"""[{"op":"remove","path":"members[value eq \"{{bea}}\"]"}]"""));
        Assert.Equal(carl, one.Items("members").Single().Text("value"));
        Assert.Equal(
            "uniqueness",
            (await CallAsync("POST", "/Groups", """{"displayName":"CREW"}""", 409)).Text("scimType")
        );
        Assert.Equal(
            "invalidValue",
            (await CallAsync("POST", "/Groups", """{"displayName":"B","members":[{"value":"nobody"}]}""", 400)).Text(
                "scimType"
            )
        );
        Assert.Equal(
            0,
            (await CallAsync("GET", "/Groups?filter=" + Uri.EscapeDataString("displayName eq \"B\""))).Number(
                "totalResults"
            )
        );
        await CallAsync("DELETE", at, status: 204);
        await CallAsync("GET", at, status: 404);
    }

    [Fact]
    public async Task Failures_have_the_RFCs_shape_whoever_refuses()
    {
        await AddAsync("bea@example.org");
        Assert.Equal(
            "uniqueness",
            (await CallAsync("POST", "/Users", """{"userName":"BEA@example.org"}""", 409)).Text("scimType")
        );
        Assert.Equal(
            "invalidValue",
            (await CallAsync("POST", "/Users", """{"userName":"no address"}""", 400)).Text("scimType")
        );
        Assert.Equal("invalidSyntax", (await CallAsync("POST", "/Users", "[]", 400)).Text("scimType"));
        var nobody = await app.GetJsonAsync("/scim/v2/Users", 401);
        Assert.Equal("401", nobody.Text("status"));
        Assert.Equal(
            ["urn:ietf:params:scim:api:messages:2.0:Error"],
            nobody.Items("schemas").Select(s => s.GetString())
        );
        var wide = await admin.KeyAsync("all", "users");
        await wide.JsonAsync("GET", "/scim/v2/Users", status: 403);
        // Sent as RFC 7644 has it.
        using var content = new StringContent(
            """{"userName":"carl@example.org"}""",
            Encoding.UTF8,
            "application/scim+json"
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, "/scim/v2/Users") { Content = content };
        request.Headers.Add("Authorization", "Bearer " + directory.Token);
        using var made = await app.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Equal("application/scim+json", made.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("W/\"", made.Headers.ETag!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attributes_have_the_RFCs_form_whatever_form_they_came_in()
    {
        var made = await AddAsync(
            "bea@example.org",
            ""","Title":"Guide","active":"True","emails":{"VALUE":"b@example.org","primary":"true"},"roles":["cook"]"""
        );
        Assert.Equal("Guide", made.Text("title"));
        Assert.Equal("b@example.org", made.Items("emails").Single().Text("value"));
        Assert.True(made.Items("emails").Single().Flag("primary"));
        Assert.Equal("cook", made.Items("roles").Single().Text("value"));
        var at = "/Users/" + made.Text("id");

        // As some directories rename: with the id in the value.
        var sent = $$$"""[{"op":"replace","value":{"id":"{{{made.Text("id")}}}","displayName":"Bea"}}]""";
        Assert.Equal("Bea", (await CallAsync("PATCH", at, Patch(sent))).Text("displayName"));
        foreach (
            var wrong in new[]
            {
                """{"name":"Bea"}""",
                """{"name":{"givenName":1}}""",
                """{"title":["Guide"]}""",
                """{"active":"perhaps"}""",
                """{"emails":[7]}""",
                """{"emails":[{"value":{}}]}""",
                """{"emails":[{"value":"b@example.org","primary":"no"}]}""",
                """{"emails":[{"value":"b@x.org","primary":true},{"value":"c@x.org","primary":true}]}""",
            }
        )
        {
            var patch = Patch($$"""[{"op":"replace","value":{{wrong}} }]""");
            Assert.Equal("invalidValue", (await CallAsync("PATCH", at, patch, 400)).Text("scimType"));
        }

        Assert.Equal("Guide", (await CallAsync("GET", at)).Text("title"));
    }

    [Fact]
    public async Task The_service_says_what_it_can()
    {
        var config = await CallAsync("GET", "/ServiceProviderConfig");
        Assert.True(config.GetProperty("patch").Flag("supported"));
        Assert.False(config.GetProperty("bulk").Flag("supported"));
        Assert.Equal(2, (await CallAsync("GET", "/ResourceTypes")).Number("totalResults"));
        Assert.Equal("/Users", (await CallAsync("GET", "/ResourceTypes/User")).Text("endpoint"));
        Assert.Equal(2, (await CallAsync("GET", "/Schemas")).Number("totalResults"));
        Assert.Equal(
            "Group",
            (await CallAsync("GET", "/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group")).Text("name")
        );
        await CallAsync("GET", "/Schemas/none", status: 404);
    }
}
