using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using Parley.Tests.Ops.OpenApi;

namespace Parley.Tests.Ops;

/// <summary>The published description is what the routes of the running server say, and what they do.</summary>
public sealed partial class OpenApiTests : IAsyncLifetime
{
    /// <summary>A provider, an authenticator, a secret: asked in the tests that have them.</summary>
    private static readonly string[] NeedMore = ["/api/auth/oidc", "/api/auth/passkeys", "/api/open-webui"];

    private ParleyApp app = null!;

    public async ValueTask InitializeAsync() => app = await ParleyApp.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<JsonElement> PublishedAsync() => await app.GetJsonAsync("/openapi.json");

    private static IEnumerable<(string Method, string Path, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (operation.Name.ToUpperInvariant(), path.Name, operation.Value);

    [Fact, Trait("docs", "written")]
    public void The_published_description_is_what_the_routes_say() =>
        Generated.Check("src/Parley/Ops/openapi.json", RouteDocument.Write(RouteDocument.Make(app.Services)));

    [Fact]
    public async Task Every_route_is_described_and_every_description_is_a_route()
    {
        var described = Operations(await PublishedAsync()).Select(o => $"{o.Method} {o.Path}");
        var mapped = RouteDocument
            .Endpoints(app.Services)
            .Select(r => $"{r.Method} /{r.Endpoint.RoutePattern.RawText!.Trim('/')}");
        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_description_is_valid_OpenAPI()
    {
        var text = await app.Client.GetStringAsync("/openapi.json");
        var read = OpenApiDocument.Parse(text, "json");
        Assert.Empty(read.Diagnostic!.Errors.Select(e => e.ToString()));
        Assert.Empty(read.Diagnostic.Warnings.Select(e => e.ToString()));
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic.SpecificationVersion);
    }

    [Fact]
    public async Task Operations_have_names_of_their_own_and_parameters_only_once()
    {
        var operations = Operations(await PublishedAsync()).ToList();
        Assert.Equal(operations.Count, operations.DistinctBy(o => o.Operation.Text("operationId")).Count());
        foreach (var (method, path, operation) in operations)
        {
            var names = operation.TryGetProperty("parameters", out var parameters)
                ? parameters.EnumerateArray().Select(p => $"{p.Text("in")} {p.Text("name")}").ToList()
                : [];
            Assert.True(names.Count == names.Distinct().Count(), $"{method} {path}: {string.Join(", ", names)}");
        }
    }

    [Fact]
    public async Task Examples_of_bodies_are_what_their_schemas_allow()
    {
        var document = await PublishedAsync();
        foreach (var (method, path, operation) in Operations(document))
        {
            if (
                operation.TryGetProperty("requestBody", out var body)
                && body.GetProperty("content").TryGetProperty("application/json", out var json)
            )
            {
                var faults = new JsonSchema(document).Faults(json.GetProperty("schema"), json.GetProperty("example"));
                Assert.True(faults.Count == 0, $"{method} {path}: {string.Join("; ", faults)}");
            }
        }
    }

    /// <summary>Each answer is held to the description on its way here (<see cref="DescribedAnswers"/>).</summary>
    [Fact]
    public async Task Every_route_answers_what_it_describes()
    {
        var asked = new HashSet<string>(StringComparer.Ordinal);
        async Task<JsonElement> Ask(string route, string path, string? json = null)
        {
            asked.Add(route);
            using var answer = await app.SendAsync(route.Split(' ')[0], path, json);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, $"{route}: {(int)answer.StatusCode} {text}");
            return answer.Content.Headers.ContentType?.MediaType == "application/json"
                ? JsonDocument.Parse(text).RootElement
                : default;
        }

        await AskForConversationsAsync(Ask);
        await AskForChatsAsync(Ask);
        await AskForLabelsAsync(Ask);
        await AskForArchiveAsync(Ask, asked);
        await AskForSearchesAsync(Ask);
        await AskForFilesAsync(Ask, asked);
        await AskForGroundAsync(Ask);
        await AskForRequirementsAsync(Ask, asked);
        await Providers.UpstreamRouteTests.AskAsync(app, Ask);
        await AskForIdentityAsync(Ask);
        await AskForChatAsync(Ask, asked);
        foreach (var page in Operations(await PublishedAsync()).Where(o => o.Operation.Text("summary") != ""))
        {
            if (page.Path.StartsWith("/setup", StringComparison.Ordinal))
            {
                asked.Add($"{page.Method} {page.Path}"); // gone where there are no accounts to set up: SetupPageTests
            }
            else if (NeedMore.Any(path => page.Path.StartsWith(path, StringComparison.Ordinal)))
            {
                asked.Add($"{page.Method} {page.Path}");
            }
            else if (page.Path is "/assets/{file}" or "/icons/{file}")
            {
                asked.Add($"{page.Method} {page.Path}"); // names change with their content: WebRoomTests
            }
            else if (page.Path == "/api/graph/path")
            {
                Assert.Contains("GET /api/graph/path", asked); // needs its two ends: AskForRequirementsAsync
            }
            else if (page.Path is "/api/events" or "/api/ws")
            {
                asked.Add($"{page.Method} {page.Path}"); // has no end: FeedTests, SocketTests
            }
            else if (page.Method == "GET" && !page.Path.Contains('{', StringComparison.Ordinal))
            {
                await Ask($"GET {page.Path}", page.Path);
            }
        }

        var described = Operations(await PublishedAsync()).Select(o => $"{o.Method} {o.Path}");
        Assert.Empty(described.Except(asked));
    }

    [Theory]
    [InlineData("application/x-ndjson", "")]
    [InlineData("text/event-stream", "data: ")]
    public async Task Every_event_of_an_import_is_what_the_description_says(string type, string prefix)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/import?name=export.zip")
        {
            Content = new ByteArrayContent(
                await File.ReadAllBytesAsync(
                    Path.Combine(SourceTree.Root, "tests/fixtures/imports/generated/claude-v2.zip")
                )
            ),
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        using var answer = await app.Client.SendAsync(request);
        var document = await PublishedAsync();
        var schema = document
            .GetProperty("paths")
            .GetProperty("/api/import")
            .GetProperty("post")
            .GetProperty("responses")
            .GetProperty("200")
            .GetProperty("content")
            .GetProperty(type)
            .GetProperty("x-item-schema");
        var events = (await answer.Content.ReadAsStringAsync())
            .Split('\n')
            .Where(line => line.Length > 0 && line.StartsWith(prefix, StringComparison.Ordinal))
            .Select(line => JsonDocument.Parse(line[prefix.Length..]).RootElement)
            .ToList();
        Assert.All(events, e => Assert.Empty(new JsonSchema(document).Faults(schema, e)));
        Assert.Equal("done", events[^1].Text("event"));
    }

    private static async Task AskForConversationsAsync(Func<string, string, string?, Task<JsonElement>> ask)
    {
        const string All = "/api/conversations";
        const string One = All + "/{id}";
        const string Messages = One + "/messages";
        var made = await ask(
            $"POST {All}",
            All,
            """{"title":"Tea","space":"Kitchen","tags":["drinks"],"extra_data":{"a":[1]}}"""
        );
        var at = $"{All}/{made.Text("id")}";
        await ask($"PUT {One}", at, """{"starred":true,"model":null}""");
        await ask($"PATCH {One}", at, """{"title":"Green tea"}""");
        var message = await ask(
            $"POST {Messages}",
            $"{at}/messages",
            """{"role":"assistant","parts":[{"type":"text","text":"80 °C"},{"type":"code","text":"brew()"}],"sources":[{"title":"T","url":"https://t.example"}]}"""
        );
        var mid = $"{at}/messages/{message.Text("id")}";
        await ask($"GET {Messages}/{{mid}}", mid, null);
        await ask($"PATCH {Messages}/{{mid}}", mid, """{"content":"70 °C","reactions":["🍵"]}""");
        await ask($"GET {Messages}", $"{at}/messages?tree=true&page=1&page_size=10", null);
        await ask($"GET {Messages}/outline", $"{at}/messages/outline?limit=2", null);
        await ask($"GET {One}", at, null);
        await ask($"POST {One}/fork", $"{at}/fork", null);
        await ask($"POST {One}/archive", $"{at}/archive", null);
        foreach (var format in new[] { "markdown", "html", "jsonl" })
        {
            await ask(
                "GET /api/export/conversations/{id}/{format}",
                $"/api/export/conversations/{made.Text("id")}/{format}",
                null
            );
        }

        var file = await ask(
            "GET /api/export/conversations/{id}/{format}",
            $"/api/export/conversations/{made.Text("id")}/json",
            null
        );
        await ask("POST /api/export/conversations/import", "/api/export/conversations/import", file.GetRawText());
        await ask($"DELETE {Messages}/{{mid}}", mid, null);
        await ask($"DELETE {One}", at, null);
        await ask("GET /api/bin", "/api/bin", null);
        await ask($"POST {One}/restore", $"{at}/restore", null);
        await ask("DELETE /api/bin", "/api/bin", null);
    }

    private static async Task AskForSearchesAsync(Func<string, string, string?, Task<JsonElement>> ask)
    {
        const string All = "/api/search/saved";
        var saved = await ask($"POST {All}", All, """{"name":"tea","query":"tea"}""");
        var one = $"{All}/{saved.Text("id")}";
        await ask($"GET {All}/{{id}}", one, null);
        await ask($"PUT {All}/{{id}}", one, """{"name":"black tea","query":"\"black tea\"","group":"conversation"}""");
        await ask($"GET {All}/{{id}}/results", one + "/results?histogram=auto", null);
        await ask($"DELETE {All}/{{id}}", one, null);
        var conversation = await ask("POST /api/conversations", "/api/conversations", """{"title":"t"}""");
        var message = await ask(
            "POST /api/conversations/{id}/messages",
            $"/api/conversations/{conversation.Text("id")}/messages",
            """{"role":"user","content":"green tea"}"""
        );
        await ask("GET /api/search/similar/{id}", "/api/search/similar/" + message.Text("id"), null);
        await ask("DELETE /api/search/history", "/api/search/history", null);
    }

    private static async Task AskForIdentityAsync(Func<string, string, string?, Task<JsonElement>> ask)
    {
        const string Auth = "/api/auth";
        var made = await ask(
            $"POST {Auth}/signup",
            $"{Auth}/signup",
            $$"""{"email":"ada@example.org","password":"{{Accounts.Password}}","setup_code":"{{Accounts.SetupCode}}"}"""
        );
        await ask(
            $"POST {Auth}/signin",
            $"{Auth}/signin",
            $$"""{"email":"ada@example.org","password":"{{Accounts.Password}}"}"""
        );
        await ask(
            $"POST {Auth}/refresh",
            $"{Auth}/refresh",
            $$"""{"refresh_token":"{{made.Text("refresh_token")}}"}"""
        );
        await ask($"PATCH {Auth}/me", $"{Auth}/me", """{"name":"Ada"}""");
        const string Next = "another horse, another staple";
        await ask(
            $"POST {Auth}/password",
            $"{Auth}/password",
            $$"""{"current_password":"{{Accounts.Password}}","new_password":"{{Next}}"}"""
        );
        await ask(
            $"POST {Auth}/email",
            $"{Auth}/email",
            $$"""{"current_password":"{{Next}}","email":"ada@example.com"}"""
        );
        await ask($"POST {Auth}/signin", $"{Auth}/signin", $$"""{"email":"ada@example.com","password":"{{Next}}"}""");
        var sessions = await ask($"GET {Auth}/sessions", $"{Auth}/sessions", null);
        await ask($"DELETE {Auth}/sessions/{{id}}", $"{Auth}/sessions/{sessions.Items()[0].Text("id")}", null);
        await ask($"DELETE {Auth}/sessions", $"{Auth}/sessions", null);
        var key = await ask($"POST {Auth}/keys", $"{Auth}/keys", """{"name":"k","scopes":["read"]}""");
        await ask($"DELETE {Auth}/keys/{{id}}", $"{Auth}/keys/{key.GetProperty("key").Text("id")}", null);
        const string Second = Auth + "/second-factor";
        var shown = $$"""{"current_password":"{{Next}}"}""";
        var secret = await ask($"POST {Second}", Second, shown);
        var code = Identity.SecondFactorTests.Code(secret.Text("secret"), TimeProvider.System.GetUtcNow());
        await ask($"POST {Second}/confirm", $"{Second}/confirm", $$"""{"code":"{{code}}"}""");
        await ask($"POST {Second}/remove", $"{Second}/remove", shown);
        await ask($"POST {Auth}/signout", $"{Auth}/signout", null);
        var user = await ask(
            "POST /api/users",
            "/api/users",
            $$"""{"email":"ben@example.org","password":"{{Accounts.Password}}"}"""
        );
        await ask("GET /api/users/{id}", $"/api/users/{user.Text("id")}", null);
        await ask("PATCH /api/users/{id}", $"/api/users/{user.Text("id")}", """{"role":"admin"}""");
        await ask("GET /api/audit", "/api/audit?action=user-made&limit=2", null);
        var other = await ask(
            "POST /api/users",
            "/api/users",
            $$"""{"email":"cleo@example.org","password":"{{Accounts.Password}}"}"""
        );
        await AskForGroupsAsync(ask, other.Text("id"));
        await AskForGrantsAsync(ask, other.Text("id"));
        await AskForSharesAsync(ask);
        await ask("DELETE /api/users/{id}", $"/api/users/{other.Text("id")}", null);
    }

    private static async Task AskForGroupsAsync(Func<string, string, string?, Task<JsonElement>> ask, string user)
    {
        var group = await ask("POST /api/groups", "/api/groups", """{"name":"Family"}""");
        var at = $"/api/groups/{group.Text("id")}";
        await ask("GET /api/groups/{id}", at, null);
        await ask("PATCH /api/groups/{id}", at, """{"name":"family"}""");
        await ask("PUT /api/groups/{id}/members", $"{at}/members", $$"""{"users":["{{user}}"]}""");
        await ask("PUT /api/groups/{id}/members/{uid}", $"{at}/members/{user}", null);
        await ask("GET /api/groups/{id}/members", $"{at}/members", null);
        await ask("PUT /api/groups/{id}/quotas", $"{at}/quotas", """{"files":5}""");
        await ask("GET /api/groups/{id}/quotas", $"{at}/quotas", null);
        await ask("PUT /api/users/{id}/quotas", $"/api/users/{user}/quotas", """{"files":5}""");
        await ask("GET /api/users/{id}/quotas", $"/api/users/{user}/quotas", null);
        await ask("DELETE /api/groups/{id}/members/{uid}", $"{at}/members/{user}", null);
        await ask("DELETE /api/groups/{id}", at, null);
    }

    private static async Task AskForLabelsAsync(Func<string, string, string?, Task<JsonElement>> ask)
    {
        foreach (var all in new[] { "/api/tags", "/api/spaces" })
        {
            var stays = await ask($"POST {all}", all, """{"name":"stays","color":"teal"}""");
            var goes = await ask($"POST {all}", all, """{"name":"goes"}""");
            var empty = await ask($"POST {all}", all, """{"name":"empty"}""");
            await ask($"PATCH {all}/{{id}}", $"{all}/{goes.Text("id")}", """{"name":"gone"}""");
            await ask(
                $"POST {all}/{{id}}/merge",
                $"{all}/{goes.Text("id")}/merge",
                $$"""{"into":"{{stays.Text("id")}}"}"""
            );
            await ask($"DELETE {all}/{{id}}", $"{all}/{empty.Text("id")}", null);
        }

        var folder = await ask("POST /api/folders", "/api/folders", """{"name":"Kitchen","parent_id":null}""");
        await ask("PATCH /api/folders/{id}", $"/api/folders/{folder.Text("id")}", """{"parent_id":""}""");
        await ask("GET /api/folders", "/api/folders", null);
        await ask("DELETE /api/folders/{id}", $"/api/folders/{folder.Text("id")}", null);
    }

    private async Task AskForArchiveAsync(Func<string, string, string?, Task<JsonElement>> ask, HashSet<string> asked)
    {
        var export = await File.ReadAllBytesAsync(
            Path.Combine(SourceTree.Root, "tests/fixtures/imports/generated/chatgpt-v2.zip")
        );
        await ImportAsync(export, "?dry_run=true");
        var job = await ImportAsync(export, "?name=export.zip");
        asked.Add("POST /api/import");
        var at = $"/api/imports/{job.Text("id")}";
        await ask("GET /api/imports/{id}", at, null);
        await ask("GET /api/imports/{id}/events", $"{at}/events", null);
        await ask(
            "POST /api/chat/search",
            "/api/chat/search",
            """{"q":"the","group":"conversation","role":["user"],"limit":3}"""
        );
        await ask("GET /api/search", "/api/search?q=in:title&page=1&page_size=5", null);
        await FileAsync(ask);
        await ask("DELETE /api/imports/{id}", at, null);
        using var cancel = await app.SendAsync("POST", $"{at}/cancel");
        await Problems.AssertAsync(cancel, 409, "conflict");
        asked.Add("POST /api/imports/{id}/cancel"); // one that runs is stopped in ImportHttpTests
    }

    /// <summary>The first attachment whose bytes the archive held.</summary>
    private async Task FileAsync(Func<string, string, string?, Task<JsonElement>> ask)
    {
        foreach (var hit in (await app.GetJsonAsync("/api/search?q=has:attachment&limit=200")).Items())
        {
            var message = await app.GetJsonAsync(
                $"/api/conversations/{hit.Text("conversation_id")}/messages/{hit.Text("message_id")}"
            );
            foreach (var part in message.Items("parts"))
            {
                if (part.TryGetProperty("attachment", out var file) && !file.Flag("missing"))
                {
                    await ask("GET /api/files/{id}/content", $"/api/files/{file.Text("id")}/content", null);
                    return;
                }
            }
        }
    }

    private async Task<JsonElement> ImportAsync(byte[] export, string query)
    {
        using var content = new ByteArrayContent(export);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        using var answer = await app.Client.PostAsync("/api/import" + query, content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
