using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Parley.Providers;

namespace Parley.Tests.Tools;

/// <summary>Tools of servers that an OpenAPI document describes.</summary>
public sealed class OpenApiToolTests : IAsyncLifetime
{
    private const string Document = """
        {"openapi":"3.1.0","info":{"title":"Pets","version":"1"},"servers":[{"url":"/v2"}],
         "paths":{
          "/pets/{id}":{
            "parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string"}}],
            "get":{"operationId":"getPet","summary":"One pet","parameters":[
              {"name":"fields","in":"query","schema":{"type":"array","items":{"type":"string"}}},
              {"name":"X-Trace","in":"header","schema":{"type":"string"}},
              {"name":"Authorization","in":"header","schema":{"type":"string"}}]},
            "delete":{"operationId":"deletePet","summary":"Remove one"}},
          "/pets":{
            "post":{"operationId":"addPet","requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Pet"}}}}},
            "put":{"operationId":"upload","requestBody":{"required":true,"content":{"multipart/form-data":{}}}}},
          "/far":{"get":{"operationId":"far","parameters":[{"$ref":"other.json#/x"}]}}},
         "components":{"schemas":{"Pet":{"type":"object","required":["name"],"properties":{
            "name":{"type":"string","maxLength":5},"age":{"type":"integer","nullable":true},"friends":{"type":"array","items":{"$ref":"#/components/schemas/Pet"}}}}}}}
        """;

    private ParleyApp app = null!;
    private FakeUpstream model = null!;
    private FakeToolServer server = null!;
    private string document = Document;

    public async ValueTask InitializeAsync()
    {
        app = await FakeToolServer.AppAsync();
        model = await FakeUpstream.StartAsync(UpstreamKind.OpenAi);
        await model.AddToAsync(app);
        server = await FakeToolServer.StartAsync(
            (http, asked) =>
                asked.Path == "/openapi.json" ? http.JsonAsync(document)
                : asked.Method == "DELETE" ? http.JsonAsync("""{"error":"not yours"}""", 403)
                : http.JsonAsync("""{"name":"Rex"}""")
        );
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await model.DisposeAsync();
        await server.DisposeAsync();
    }

    private Task<JsonElement> TestAsync(JsonElement made) =>
        app.PostJsonAsync($"/api/tool-servers/{made.Text("id")}/test", null, 200);

    [Fact]
    public async Task Operations_become_tools_with_schemas_and_what_cannot_be_called_is_left_out_with_its_reason()
    {
        var test = await TestAsync(await server.AddToAsync(app, "openapi", "/openapi.json"));

        Assert.True(test.Flag("ok"));
        Assert.Equal(
            ["openapi_getPet", "openapi_deletePet", "openapi_addPet"],
            test.Items("tools").Select(t => t.GetString())
        );
        Assert.Equal(
            ["put /pets: it takes no JSON", "get /far: it refers to another document, other.json#/x"],
            test.Items("left").Select(t => t.GetString())
        );
        var tools = (await app.GetJsonAsync("/api/tools")).Items().ToDictionary(t => t.Text("name"));
        Assert.Equal((false, true), (tools["openapi_getPet"].Flag("writes"), tools["openapi_addPet"].Flag("writes")));
        var properties = tools["openapi_getPet"].GetProperty("parameters").GetProperty("properties");
        Assert.Equal(["id", "fields", "X-Trace"], properties.EnumerateObject().Select(p => p.Name));
        var pet = tools["openapi_addPet"].GetProperty("parameters").GetProperty("properties").GetProperty("body");
        Assert.Equal(5, pet.GetProperty("properties").GetProperty("name").Number("maxLength"));
        Assert.Equal(
            """["integer","null"]""",
            pet.GetProperty("properties").GetProperty("age").GetProperty("type").GetRawText()
        );
    }

    [Fact]
    public async Task A_call_goes_out_as_the_document_says_with_the_servers_own_credentials()
    {
        await server.AddToAsync(
            app,
            "openapi",
            "/openapi.json",
            ""","key":"tool-secret-0123456789","headers":{"X-Team":"tests"}"""
        );
        using var reader = await app.AskWithAsync(
            model,
            "openapi_getPet",
            """{"id":"a/../b?x","fields":["name","age"],"X-Trace":"t1"}"""
        );
        await app.AllowAsync(reader);
        var result = await reader.ResultAsync();

        Assert.Contains("untrusted", result.Text("content"), StringComparison.Ordinal);
        Assert.EndsWith("""{"name":"Rex"}""", result.Text("content"), StringComparison.Ordinal);
        var called = server.Requests[^1];
        Assert.Equal(("GET", "/v2/pets/a%2F..%2Fb%3Fx?fields=name&fields=age"), (called.Method, called.Path));
        Assert.Equal(
            ("Bearer tool-secret-0123456789", "tests", "t1"),
            ($"{called.Headers.Authorization}", $"{called.Headers["X-Team"]}", $"{called.Headers["X-Trace"]}")
        );
        Assert.Equal("done", (await reader.RestAsync()).Words());
    }

    [Theory]
    [InlineData("openapi_addPet", """{"body":{"name":"Alexander"}}""", "at most 5 characters")]
    [InlineData("openapi_addPet", """{"body":{}}""", "arguments.body.name is required")]
    [InlineData("openapi_getPet", """{"id":"x","Authorization":"Bearer mine"}""", "is not known")]
    public async Task S41_arguments_that_do_not_fit_are_told_before_anybody_is_asked_and_nothing_is_called(
        string tool,
        string arguments,
        string says
    )
    {
        await server.AddToAsync(app, "openapi", "/openapi.json");
        using var reader = await app.AskWithAsync(model, tool, arguments);
        var events = await reader.RestAsync();
        Assert.DoesNotContain(events, e => e.Name == "tool_consent");
        var result = events.Single(e => e.Name == "tool_result").Data;
        Assert.Contains(says, result.Text("content"), StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_dot_segment_and_a_refusal_of_the_server_are_told_to_the_model()
    {
        await server.AddToAsync(app, "openapi", "/openapi.json");
        using (var reader = await app.AskWithAsync(model, "openapi_getPet", """{"id":".."}"""))
        {
            await app.AllowAsync(reader);
            var result = await reader.ResultAsync();
            Assert.True(result.Flag("is_error"));
            Assert.Contains("id cannot be", result.Text("content"), StringComparison.Ordinal);
            Assert.Single(server.Requests);
            await reader.RestAsync();
        }

        using var refused = await app.AskWithAsync(model, "openapi_deletePet", """{"id":"1"}""");
        await app.AllowAsync(refused);
        Assert.Contains(
            "it answered 403: {\"error\":\"not yours\"}",
            (await refused.ResultAsync()).Text("content"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("{}", "is no OpenAPI 3 document")]
    [InlineData("""{"swagger":"2.0"}""", "is no OpenAPI 3 document")]
    [InlineData("openapi: 3.1.0", "is no JSON")]
    [InlineData(
        """{"openapi":"3.0.0","servers":[{"url":"https://elsewhere.example/v1"}],"paths":{}}""",
        "names another host"
    )]
    public async Task A_document_that_cannot_be_used_says_why(string given, string says)
    {
        document = given;
        var made = await server.AddToAsync(app, "openapi", "/openapi.json");
        var test = await TestAsync(made);
        Assert.False(test.Flag("ok"));
        Assert.Contains(says, test.Text("error"), StringComparison.Ordinal);
        await app.GetJsonAsync("/api/tools");
        Assert.Contains(
            says,
            (await app.GetJsonAsync("/api/tool-servers")).Items()[0].Text("last_error"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task S39_an_address_that_is_not_public_is_reached_only_where_the_settings_name_it()
    {
        await using var strict = await ParleyApp.StartAsync();
        var made = await server.AddToAsync(strict, "openapi", "/openapi.json");
        var test = await strict.PostJsonAsync($"/api/tool-servers/{made.Text("id")}/test", null, 200);
        Assert.Contains("that address cannot be used", test.Text("error"), StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task S44_a_key_is_never_shown_and_another_host_needs_it_again()
    {
        var made = await server.AddToAsync(app, "openapi", "/openapi.json", ""","key":"tool-secret-0123456789" """);
        Assert.Equal("6789", made.Text("key_hint"));
        var one = "/api/tool-servers/" + made.Text("id");
        Assert.DoesNotContain("tool-secret", (await app.GetJsonAsync(one)).GetRawText(), StringComparison.Ordinal);
        using var moved = await app.SendAsync("PATCH", one, """{"url":"http://127.0.0.1:1/openapi.json"}""");
        Assert.Equal(400, (int)moved.StatusCode);
        await app.SendJsonAsync("PATCH", one, """{"url":"http://127.0.0.1:1/openapi.json","key":""}""");
        Assert.True((await app.GetJsonAsync(one)).IsNull("key_hint"));
    }

    [Fact]
    public async Task An_answer_of_megabytes_is_cut_for_the_model()
    {
        await using var large = await FakeToolServer.StartAsync(
            (http, asked) =>
                asked.Path == "/openapi.json"
                    ? http.JsonAsync(Document)
                    : http.JsonAsync($"\"{new string('x', 3_000_000)}\"")
        );
        await large.AddToAsync(app, "openapi", "/openapi.json");
        using var reader = await app.AskWithAsync(model, "openapi_getPet", """{"id":"1"}""");
        await app.AllowAsync(reader);
        var content = (await reader.ResultAsync()).Text("content");
        Assert.InRange(content.Length, 32_000, 33_000);
        Assert.Contains("[cut: ", content, StringComparison.Ordinal);
    }
}
