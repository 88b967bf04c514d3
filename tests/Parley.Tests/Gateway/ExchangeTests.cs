using System.Net;
using System.Text;
using System.Text.Json;
using Parley.Kernel;
using Parley.Providers;

namespace Parley.Tests.Gateway;

/// <summary>What programs ask is kept where they say so, as the conversation it is, and nowhere else.</summary>
public sealed class ExchangeTests : IAsyncLifetime
{
    private const string Question =
        """{"role":"system","content":"be kind"},{"role":"user","content":"How long\nfor tea?"}""";
    private ParleyApp app = null!;
    private FakeUpstream ollama = null!;
    private FakeUpstream openAi = null!;

    public async ValueTask InitializeAsync()
    {
        app = await ParleyApp.StartAsync();
        ollama = await FakeUpstream.StartAsync(UpstreamKind.Ollama, "llama");
        openAi = await FakeUpstream.StartAsync(UpstreamKind.OpenAi, "gpt");
        await ollama.AddToAsync(app, "local");
        await openAi.AddToAsync(app, "cloud");
    }

    public async ValueTask DisposeAsync()
    {
        await ollama.DisposeAsync();
        await openAi.DisposeAsync();
        await app.DisposeAsync();
    }

    private async Task<string> AskAsync(string path, string json, string store = "true")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("X-Parley-Store", store);
        using var answer = await app.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return text;
    }

    private Task<string> ChatAsync(string messages, string store = "true") =>
        AskAsync("/openai/v1/chat/completions", $$"""{"model":"gpt","stream":true,"messages":[{{messages}}]}""", store);

    private async Task<List<JsonElement>> ConversationsAsync() =>
        (await app.GetJsonAsync("/api/conversations")).Items();

    private async Task<JsonElement> OnlyAsync(string query = "") =>
        await app.GetJsonAsync($"/api/conversations/{(await ConversationsAsync()).Single().Text("id")}{query}");

    private static IEnumerable<string> Said(JsonElement conversation) =>
        conversation.Items("messages").Select(m => $"{m.Text("role")}: {m.Text("content")}");

    [Fact]
    public async Task An_exchange_is_stored_with_its_prompt_its_model_and_its_answer()
    {
        openAi.Answer(new FakeScript().Thinking("hm").Text("Three ", "minutes, \"käse\" 😀").Used(1, 2).Finish());
        var passed = await ChatAsync(Question);
        Assert.Contains("[DONE]", passed, StringComparison.Ordinal);
        var stored = await OnlyAsync();
        Assert.Equal(
            ("How long", "be kind", "gpt"),
            (stored.Text("title"), stored.Text("system_prompt"), stored.Text("model"))
        );
        Assert.Equal(["user: How long\nfor tea?", "assistant: Three minutes, \"käse\" 😀"], Said(stored));
        var answer = stored.Items("messages")[1];
        Assert.Equal(("gpt", "complete", "stop"), (answer.Text("model"), answer.Text("status"), answer.Text("finish")));
        Assert.Equal("hm", answer.Items("parts")[0].Text("text"));
        Assert.Single((await app.GetJsonAsync("/api/search?q=käse")).Items());
    }

    [Theory]
    [InlineData("/openai/v1/chat/completions", "gpt", false)]
    [InlineData("/openai/v1/chat/completions", "llama", true)]
    [InlineData("/openai/v1/chat/completions", "llama", false)]
    [InlineData("/ollama/api/chat", "llama", true)]
    [InlineData("/ollama/api/chat", "llama", false)]
    [InlineData("/ollama/api/chat", "gpt", true)]
    public async Task Either_dialect_is_stored_on_either_upstream_streamed_or_not(
        string path,
        string model,
        bool stream
    )
    {
        (model == "gpt" ? openAi : ollama).Answer(new FakeScript().Text("Three ", "minutes").Used(1, 2).Finish());
        await AskAsync(
            path,
            $$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},"messages":[{{Question}}]}"""
        );
        var stored = await OnlyAsync();
        Assert.Equal(["user: How long\nfor tea?", "assistant: Three minutes"], Said(stored));
        Assert.Equal("complete", stored.Items("messages")[1].Text("status"));
    }

    [Fact]
    public async Task A_prompt_of_Ollamas_is_stored_too()
    {
        ollama.Answer(
            new FakeScript().Send(
                "{\"response\":\"a\",\"done\":false}\n{\"response\":\"b\",\"done\":true,\"done_reason\":\"stop\"}\n"
            )
        );
        await AskAsync("/ollama/api/generate", """{"model":"llama","prompt":"say"}""");
        Assert.Equal(["user: say", "assistant: ab"], Said(await OnlyAsync()));
    }

    [Fact]
    public async Task A_program_that_talks_on_goes_on_in_its_conversation_and_another_answer_is_a_branch()
    {
        openAi.Answer("one");
        await ChatAsync(Question);
        const string Longer =
            Question + ""","role":"assistant","content":"one"},{"role":"user","content":"and coffee?"}""";
        var longer = Longer.Replace(",\"role\":\"assistant\"", ",{\"role\":\"assistant\"", StringComparison.Ordinal);
        openAi.Answer("two");
        await ChatAsync(longer);
        Assert.Equal(
            ["user: How long\nfor tea?", "assistant: one", "user: and coffee?", "assistant: two"],
            Said(await OnlyAsync())
        );
        openAi.Answer("three");
        await ChatAsync(longer);
        var tree = await OnlyAsync("?tree=true");
        Assert.Equal(5, tree.Items("messages").Count);
        Assert.Equal(["one", "two", "three"], Answers(tree));
        openAi.Answer("other");
        await ChatAsync(Question.Replace("kind", "brief", StringComparison.Ordinal));
        Assert.Equal(2, (await ConversationsAsync()).Count);

        static IEnumerable<string> Answers(JsonElement of) =>
            of.Items("messages")
                .Where(m => m.Text("role") == "assistant")
                .Select(m => m.Text("content"))
                .OrderBy(c => Array.IndexOf(["one", "two", "three"], c));
    }

    [Fact]
    public async Task Calls_of_tools_and_their_results_are_parts()
    {
        openAi.Answer(new FakeScript().CallOf("weather", """{"city":"Köln"}""", pieces: 4).Finish("tool_calls"));
        await ChatAsync("""{"role":"user","content":"weather?"}""");
        openAi.Answer("mild");
        await ChatAsync(
            """{"role":"user","content":"weather?"},{"role":"assistant","content":null,"tool_calls":[{"id":"call_a","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Köln\"}"}}]},{"role":"tool","tool_call_id":"call_a","content":"18"}"""
        );
        var stored = await OnlyAsync();
        var parts = stored.Items("messages").Skip(1).Take(2).Select(m => m.Items("parts")[0]).ToList();
        Assert.Equal(
            ["tool_call weather call_a", "tool_result weather call_a"],
            parts.Select(p => $"{p.Text("type")} {p.Text("name")} {p.Text("call_id")}")
        );
        Assert.Equal("""{"city":"Köln"}""", parts[0].Text("text"));
        Assert.Equal("mild", stored.Items("messages")[^1].Text("content"));
    }

    [Fact]
    public async Task Without_the_word_nothing_is_kept_and_a_name_is_that_of_a_space()
    {
        openAi.Answer("one");
        await ChatAsync(Question, store: "false");
        using var plain = await app.SendAsync(
            "POST",
            "/openai/v1/chat/completions",
            $$"""{"model":"gpt","messages":[{{Question}}]}"""
        );
        Assert.Empty(await ConversationsAsync());
        await ChatAsync(Question, store: "Programs");
        Assert.Equal("Programs", (await ConversationsAsync()).Single().Text("space"));
        var asked = await openAi.NextRequestAsync();
        Assert.False(asked.Headers.ContainsKey("X-Parley-Store"));
    }

    [Fact]
    public async Task An_answer_that_breaks_off_or_is_left_is_kept_as_interrupted()
    {
        openAi.Answer(new FakeScript().Text("half an ").Break());
        await Assert.ThrowsAnyAsync<Exception>(() => ChatAsync(Question));
        ollama.Answer(new FakeScript().Text("half too").Break());
        await AskAsync(
            "/openai/v1/chat/completions",
            $$"""{"model":"llama","stream":true,"messages":[{"role":"user","content":"x"}]}"""
        );
        foreach (var conversation in await ConversationsAsync())
        {
            var stored = await app.GetJsonAsync($"/api/conversations/{conversation.Text("id")}");
            Assert.Equal("interrupted", stored.Items("messages")[1].Text("status"));
            Assert.StartsWith("half", stored.Items("messages")[1].Text("content"), StringComparison.Ordinal);
        }

        openAi.Answer(FakeScript.Refuse(429, """{"error":{"message":"slow down"}}"""));
        using var refused = await app.SendAsync(
            "POST",
            "/openai/v1/chat/completions",
            $$"""{"model":"gpt","messages":[{{Question}}]}""",
            ("X-Parley-Store", "true")
        );
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(2, (await ConversationsAsync()).Count);
    }

    [Fact]
    public async Task What_was_deleted_is_begun_anew_and_leaves_nothing_behind()
    {
        openAi.Answer("one");
        await ChatAsync(Question);
        var first = (await ConversationsAsync()).Single().Text("id");
        using var binned = await app.SendAsync("DELETE", $"/api/conversations/{first}");
        await ChatAsync(Question);
        Assert.NotEqual(first, (await ConversationsAsync()).Single().Text("id"));
        var second = (await ConversationsAsync()).Single().Text("id");
        using var gone = await app.SendAsync("DELETE", $"/api/conversations/{first}?permanent=true");
        using var gone2 = await app.SendAsync("DELETE", $"/api/conversations/{second}?permanent=true");
        var left = await app.Get<Db>()
            .ReadAsync(session =>
            {
                using var row = session.Query("SELECT count(*) FROM exchanges");
                row.Step();
                return row.Int64(0);
            });
        Assert.Equal(0, left);
    }

    [Fact]
    public async Task S14_a_key_that_may_only_use_models_stores_nothing()
    {
        var (shared, admin) = await Accounts.StartAsync();
        await using var _ = shared;
        await openAi.AddToAsync(shared, "cloud");
        var body = $$"""{"model":"gpt","messages":[{{Question}}]}""";
        var header = ("X-Parley-Store", "true");
        var narrow = await admin.KeyAsync("models");
        using var refused = await shared.SendAsync("POST", "/openai/v1/chat/completions", body, narrow.Header, header);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Empty(openAi.Requests);
        var wide = await admin.KeyAsync("models", "conversations");
        using var stored = await shared.SendAsync("POST", "/openai/v1/chat/completions", body, wide.Header, header);
        Assert.Equal(HttpStatusCode.OK, stored.StatusCode);
        Assert.Single((await admin.JsonAsync("GET", "/api/conversations")).Items());
    }

    [Fact]
    public async Task What_cannot_be_stored_is_said_before_anything_is_asked()
    {
        using var refused = await app.SendAsync(
            "POST",
            "/openai/v1/chat/completions",
            """{"model":"gpt","messages":[{"role":"user","content":[{"type":"input_audio"}]}]}""",
            ("X-Parley-Store", "true")
        );
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains(
            "X-Parley-Store: this cannot be stored",
            await refused.Content.ReadAsStringAsync(),
            StringComparison.Ordinal
        );
        Assert.Empty(openAi.Requests);
    }
}
