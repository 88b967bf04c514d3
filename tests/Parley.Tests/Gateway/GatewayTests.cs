using System.Net;
using System.Text;
using Parley.Kernel;
using Parley.Providers;

namespace Parley.Tests.Gateway;

/// <summary>The models for programs: what passes passes byte for byte, and nothing passes that should not.</summary>
public sealed class GatewayTests : IAsyncLifetime
{
    private ParleyApp app = null!;
    private FakeUpstream ollama = null!;
    private FakeUpstream openAi = null!;

    public async ValueTask InitializeAsync()
    {
        app = await ParleyApp.StartAsync();
        ollama = await FakeUpstream.StartAsync(UpstreamKind.Ollama, "llama");
        openAi = await FakeUpstream.StartAsync(UpstreamKind.OpenAi, "gpt");
        await ollama.AddToAsync(app, "local");
        await openAi.AddToAsync(app, "cloud", "sk-of-the-server", d => d with { Prefix = "cloud/" });
    }

    public async ValueTask DisposeAsync()
    {
        await ollama.DisposeAsync();
        await openAi.DisposeAsync();
        await app.DisposeAsync();
    }

    private async Task<(int Status, string? Type, string Text)> PostAsync(
        string path,
        string json,
        params (string, string)[] headers
    )
    {
        using var answer = await app.SendAsync("POST", path, json, headers);
        return (
            (int)answer.StatusCode,
            answer.Content.Headers.ContentType?.MediaType,
            await answer.Content.ReadAsStringAsync()
        );
    }

    [Fact]
    public async Task Bytes_pass_as_they_are_both_ways()
    {
        const string Odd = "data:  {\"odd\" : 1}\r\n: comment\nevent: x\n\ndata: [DONE]\n\nrest \u00e9";
        openAi.Answer(new FakeScript().Send(Odd));
        const string Sent =
            """{ "stream":true, "x-unknown" : [1, 2.50, "\u00e9"],"model" :"cloud/gpt"  , "messages":[] }""";
        foreach (var at in new[] { "/openai/chat/completions", "/openai/v1/chat/completions" })
        {
            var (status, type, text) = await PostAsync(at, Sent);
            Assert.Equal((200, "text/event-stream", Odd), (status, type, text));
            var asked = await openAi.NextRequestAsync();
            Assert.Equal("/v1/chat/completions", asked.Path);
            Assert.Equal(Sent.Replace("cloud/gpt", "gpt", StringComparison.Ordinal), asked.Text);
        }

        ollama.Answer(new FakeScript().Send("{\"a\":1}\n\n{\"b\":2}"));
        Assert.Equal(
            (200, "application/x-ndjson", "{\"a\":1}\n\n{\"b\":2}"),
            await PostAsync("/ollama/api/chat", """{"model":"llama"}""")
        );
    }

    [Fact]
    public async Task S40_credentials_are_replaced_and_cookies_stay_here()
    {
        openAi.Answer(
            FakeScript
                .Of("x")
                .Header("Set-Cookie", "a=b")
                .Header("X-Ratelimit-Left", "7")
                .Header("Access-Control-Allow-Origin", "*")
        );
        using var answer = await app.SendAsync(
            "POST",
            "/openai/chat/completions",
            """{"model":"cloud/gpt","stream":true}""",
            ("Authorization", "Bearer pk_mine"),
            ("X-Api-Key", "mine"),
            ("OpenAI-Organization", "org"),
            ("OpenAI-Beta", "yes"),
            ("X-Upstream-Url", "http://evil.example")
        );
        Assert.Equal("7", answer.Headers.GetValues("X-Ratelimit-Left").Single());
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        var asked = await openAi.NextRequestAsync();
        Assert.Equal(
            ("Bearer sk-of-the-server", "yes"),
            ($"{asked.Headers.Authorization}", $"{asked.Headers["OpenAI-Beta"]}")
        );
        foreach (var name in new[] { "Cookie", "X-Api-Key", "OpenAI-Organization", "X-Upstream-Url" })
        {
            Assert.False(asked.Headers.ContainsKey(name), name);
        }
    }

    [Theory]
    [InlineData("""{"model":"llama","model":"secret"}""")]
    [InlineData("""{"model":"llama","Model":"secret"}""")]
    [InlineData("""{"model":"llama","mod\u0065l":"secret"}""")]
    [InlineData("""{"messages":[]}""")]
    [InlineData("""{"model":7}""")]
    [InlineData("""["model"]""")]
    [InlineData("""{"model":"llama"} {"model":"secret"}""")]
    [InlineData("""{"model":"llama" """)]
    public async Task A_body_that_does_not_name_one_model_is_refused(string body)
    {
        foreach (var path in new[] { "/ollama/api/chat", "/openai/chat/completions" })
        {
            Assert.Equal(400, (await PostAsync(path, body)).Status);
        }

        Assert.Empty(ollama.Requests);
    }

    [Fact]
    public async Task An_unknown_model_is_told_in_the_words_of_each_client()
    {
        var unknown = await PostAsync("/openai/chat/completions", """{"model":"nope"}""");
        Assert.Equal(404, unknown.Status);
        Assert.Contains("\"error\":{\"message\":\"there is no model nope\"", unknown.Text, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"model_not_found\"", unknown.Text, StringComparison.Ordinal);
        var other = await PostAsync("/ollama/api/chat", """{"model":"nope"}""");
        Assert.Contains("\"error\":\"there is no model nope\"", other.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_piece_passes_when_it_comes_and_leaving_reaches_the_upstream()
    {
        ollama.Answer(FakeScript.Of("one", "two", "three"));
        ollama.Hold();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ollama/api/chat")
        {
            Content = new StringContent("""{"model":"llama"}""", Encoding.UTF8, "application/json"),
        };
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var answer = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(limit.Token));
        foreach (var word in new[] { "one", "two" })
        {
            ollama.Release(1);
            Assert.Contains(word, await lines.ReadLineAsync(limit.Token), StringComparison.Ordinal);
        }

        answer.Dispose();
        await ollama.ClientLeftAsync();
    }

    [Fact]
    public async Task Refusals_of_the_upstream_pass_with_status_body_and_headers()
    {
        openAi.Answer(FakeScript.Refuse(429, """{"error":{"message":"slow down"}}""").Header("Retry-After", "7"));
        using var answer = await app.SendAsync(
            "POST",
            "/openai/v1/embeddings",
            """{"model":"cloud/gpt","input":"x"}"""
        );
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal("7", answer.Headers.GetValues("Retry-After").Single());
        Assert.Equal("""{"error":{"message":"slow down"}}""", await answer.Content.ReadAsStringAsync());
        Assert.Single(openAi.Requests);
    }

    [Fact]
    public async Task F6_an_upstream_that_breaks_before_its_answer_is_a_502_and_in_the_middle_a_broken_connection()
    {
        openAi.Answer(new FakeScript().Text("one").Break());
        await Assert.ThrowsAnyAsync<Exception>(() =>
            PostAsync("/openai/chat/completions", """{"model":"cloud/gpt","stream":true}""")
        );
        await openAi.DisposeAsync();
        var gone = await PostAsync("/openai/chat/completions", """{"model":"cloud/gpt"}""");
        Assert.Equal(502, gone.Status);
        Assert.Contains("cannot be reached", gone.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lists_hold_what_the_caller_may_use()
    {
        var tags = await app.GetJsonAsync("/ollama/api/tags");
        Assert.Equal(["cloud/gpt", "llama"], tags.Items("models").Select(m => m.Text("name")).Order());
        foreach (var at in new[] { "/openai/models", "/openai/v1/models" })
        {
            var list = await app.GetJsonAsync(at);
            Assert.Equal(["cloud/gpt", "llama"], list.Items("data").Select(m => m.Text("id")).Order());
        }

        Assert.Equal("cloud", (await app.GetJsonAsync("/openai/v1/models/cloud%2Fgpt")).Text("owned_by"));
        Assert.NotEmpty((await app.GetJsonAsync("/ollama/api/version")).Text("version"));
    }

    [Fact]
    public async Task A_form_goes_to_the_upstream_of_the_model_it_names_behind_its_file()
    {
        await using var plain = await FakeUpstream.StartAsync(UpstreamKind.OpenAi, "whisper");
        await plain.AddToAsync(app, "speech");
        plain.Answer(FakeScript.Refuse(200, """{"text":"hello"}"""));
        var sound = new byte[300_000];
        Random.Shared.NextBytes(sound);
        using var form = new MultipartFormDataContent { { new ByteArrayContent(sound), "file", "a.wav" } };
        form.Add(new StringContent("whisper"), "model");
        var sent = await form.ReadAsByteArrayAsync();
        using var answer = await app.Client.PostAsync("/openai/v1/audio/transcriptions", form);
        Assert.Equal("""{"text":"hello"}""", await answer.Content.ReadAsStringAsync());
        var asked = await plain.NextRequestAsync();
        Assert.True(sent.AsSpan().SequenceEqual(asked.Body));
        using var two = new MultipartFormDataContent
        {
            { new StringContent("whisper"), "model" },
            { new StringContent("other"), "Model" },
        };
        using var twice = await app.Client.PostAsync("/openai/v1/audio/transcriptions", two);
        Assert.Equal(HttpStatusCode.BadRequest, twice.StatusCode);
    }

    [Fact]
    public async Task An_OpenAI_client_can_use_an_Ollama()
    {
        ollama.Answer(new FakeScript().Thinking("hm").Text("käse ", "\"😀\"").CallOf("f", """{"a":1}""").Finish());
        var (status, type, text) = await PostAsync(
            "/openai/chat/completions",
            """{"model":"llama","stream":true,"stream_options":{"include_usage":true},"max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw=="}}]}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]}"""
        );
        Assert.Equal((200, "text/event-stream"), (status, type));
        var chunks = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", chunks[^1]);
        var read = chunks[..^1]
            .Select(c => System.Text.Json.JsonDocument.Parse(c["data: ".Length..]).RootElement)
            .ToList();
        var deltas = read.Where(c => c.Items("choices").Count > 0).Select(c => c.Items("choices")[0]).ToList();
        string Joined(string name) =>
            string.Concat(
                deltas.Select(d => d.GetProperty("delta").TryGetProperty(name, out var t) ? t.GetString() : "")
            );
        Assert.Equal(("käse \"😀\"", "hm"), (Joined("content"), Joined("reasoning_content")));
        Assert.Equal("tool_calls", deltas[^1].Text("finish_reason"));
        Assert.Equal(5, read[^1].GetProperty("usage").Number("completion_tokens"));
        var asked = (await ollama.NextRequestAsync()).Json;
        Assert.Equal("iVBORw==", asked.Items("messages")[0].Items("images")[0].GetString());
        Assert.Equal(9, asked.GetProperty("options").Number("num_predict"));
        Assert.Equal("f", asked.Items("tools")[0].GetProperty("function").Text("name"));
    }

    [Fact]
    public async Task An_Ollama_client_can_use_an_OpenAI()
    {
        openAi.Answer(new FakeScript().Text("a", "b").CallOf("f", """{"a":1}""").Used(3, 4).Finish("tool_calls"));
        var (status, type, text) = await PostAsync(
            "/ollama/api/chat",
            """{"model":"cloud/gpt","messages":[{"role":"user","content":"hi"}],"options":{"temperature":0.5}}"""
        );
        Assert.Equal((200, "application/x-ndjson"), (status, type));
        var lines = text.TrimEnd('\n')
            .Split('\n')
            .Select(l => System.Text.Json.JsonDocument.Parse(l).RootElement)
            .ToList();
        Assert.Equal("ab", string.Concat(lines.Select(l => l.GetProperty("message").Text("content"))));
        var call = lines.Single(l => l.GetProperty("message").TryGetProperty("tool_calls", out _));
        Assert.Equal(
            1,
            call.GetProperty("message")
                .Items("tool_calls")[0]
                .GetProperty("function")
                .GetProperty("arguments")
                .Number("a")
        );
        Assert.Equal((true, 4L), (lines[^1].Flag("done"), lines[^1].Number("eval_count")));
        Assert.Equal(0.5, (await openAi.NextRequestAsync()).Json.GetProperty("temperature").GetDouble());
        openAi.Answer("whole");
        var whole = await PostAsync("/ollama/api/generate", """{"model":"cloud/gpt","prompt":"hi","stream":false}""");
        Assert.Contains("\"response\":\"whole\"", whole.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task F6_a_translated_answer_that_breaks_ends_with_an_error_and_without_an_end()
    {
        ollama.Answer(new FakeScript().Text("one").Break());
        var (_, _, text) = await PostAsync(
            "/openai/chat/completions",
            """{"model":"llama","stream":true,"messages":[{"role":"user","content":"x"}]}"""
        );
        Assert.Contains("one", text, StringComparison.Ordinal);
        Assert.Contains("\"error\":{\"message\":\"local closed the connection", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_is_booked_with_its_tokens_and_no_text()
    {
        openAi.Answer(new FakeScript().Text("secret words").Used(11, 22).Finish());
        await PostAsync("/openai/chat/completions", """{"model":"cloud/gpt","stream":true}""");
        await app.RestartAsync(); // what was answered is booked before a stop ends
        var booked = await app.Get<Db>()
            .ReadAsync(session =>
            {
                using var row = session.Query(
                    "SELECT user_id, model, prompt_tokens, completion_tokens, status, first_byte_ms IS NOT NULL FROM model_usage"
                );
                Assert.True(row.Step());
                return (row.Int64(0), row.Text(1), row.Int64(2), row.Int64(3), row.Int64(4), row.Bool(5));
            });
        Assert.Equal((1L, "cloud/gpt", 11L, 22L, 200L, true), booked);
    }

    [Fact]
    public async Task What_changes_an_Ollama_is_for_admins_and_models_are_for_who_may_use_them()
    {
        var (shared, admin) = await Accounts.StartAsync();
        await using var _ = shared;
        await ollama.AddToAsync(shared, "local");
        var ann = await admin.AddAsync("ann@example.org");
        using var pull = await ann.SendAsync("POST", "/ollama/api/pull", """{"model":"new"}""");
        Assert.Equal(HttpStatusCode.Forbidden, pull.StatusCode);
        ollama.Answer(new FakeScript().Send("{\"status\":\"success\"}\n"));
        using var pulled = await admin.SendAsync("POST", "/ollama/api/pull", """{"model":"new"}""");
        Assert.Equal("{\"status\":\"success\"}\n", await pulled.Content.ReadAsStringAsync());
        var key = await ann.KeyAsync("models");
        Assert.Single((await key.JsonAsync("GET", "/openai/v1/models")).Items("data"));
        using var search = await key.SendAsync("GET", "/api/search?q=x");
        Assert.Equal(HttpStatusCode.Forbidden, search.StatusCode);
        var setups = await shared.Get<UpstreamStore>().AllAsync(default);
        await shared
            .Get<UpstreamStore>()
            .ChangeAsync(
                Parley.Identity.RequestOrigin.Local,
                setups[0].Upstream.Id,
                new UpstreamDraft { Users = [1] },
                default
            );
        Assert.Empty((await key.JsonAsync("GET", "/openai/v1/models")).Items("data"));
        using var chat = await key.SendAsync("POST", "/ollama/api/chat", """{"model":"llama"}""");
        Assert.Equal(HttpStatusCode.NotFound, chat.StatusCode);
    }

    [Fact]
    public async Task A_user_has_so_many_answers_open_at_once_and_is_told_so_in_the_words_of_each_client()
    {
        var (shared, admin) = await Accounts.StartAsync();
        await using var _ = shared;
        await ollama.AddToAsync(shared, "local");
        ollama.Answer(FakeScript.Of("one", "two"));
        ollama.Hold();
        var ann = await admin.AddAsync("ann@example.org");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var open = new List<HttpResponseMessage>();
        for (var i = 0; i < 5; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/ollama/api/chat");
            request.Content = new StringContent("""{"model":"llama"}""", Encoding.UTF8, "application/json");
            request.Headers.TryAddWithoutValidation(ann.Header.Name, ann.Header.Value);
            open.Add(await shared.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token));
        }

        using var sixth = await ann.SendAsync("POST", "/ollama/api/chat", """{"model":"llama"}""");
        Assert.Equal(HttpStatusCode.TooManyRequests, sixth.StatusCode);
        Assert.Equal("5", sixth.Headers.GetValues("Retry-After").Single());
        Assert.Contains(
            "\"error\":\"too many streams",
            await sixth.Content.ReadAsStringAsync(),
            StringComparison.Ordinal
        );
        using var other = await ann.SendAsync("POST", "/openai/v1/chat/completions", """{"model":"llama"}""");
        var told = await other.Content.ReadAsStringAsync();
        Assert.Contains("\"error\":{\"message\":\"too many streams", told, StringComparison.Ordinal);
        ollama.Release();
        foreach (var one in open)
        {
            Assert.Contains("two", await one.Content.ReadAsStringAsync(limit.Token), StringComparison.Ordinal);
            one.Dispose();
        }

        using var again = await ann.SendAsync("POST", "/ollama/api/chat", """{"model":"llama"}""");
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }
}
