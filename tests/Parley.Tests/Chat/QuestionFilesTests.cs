using System.Text;
using System.Text.Json;
using Parley.Providers;
using Parley.Tests.Documents;

namespace Parley.Tests.Chat;

/// <summary>Files that go with a question: what the model is told of them, and what stays of them.</summary>
public sealed class QuestionFilesTests
{
    /// <summary>As much of an image as anybody looks at here: what it is shows in its first bytes.</summary>
    private static readonly byte[] Image = [0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13, .. "IHDR and more"u8];

    private static async Task<List<string>> UploadAsync(ParleyApp app, params (string Name, byte[] Bytes)[] files) =>
        [.. (await app.PostFilesAsync("/api/files", files)).Items().Select(f => f.Text("id"))];

    private static string Body(string message, IEnumerable<string> files) =>
        $$"""{"message":{{message.Quoted()}},"model_name":"m","files":[{{string.Join(',', files.Select(f => f.Quoted()))}}]}""";

    private static async Task<JsonElement> QuestionAsync(ParleyApp app, JsonElement answer)
    {
        var page = await app.GetJsonAsync($"/api/conversations/{answer.Text("conversation_id")}/messages");
        return page.Items().First(m => m.Text("role") == "user");
    }

    [Theory]
    [InlineData(nameof(UpstreamKind.OpenAi))]
    [InlineData(nameof(UpstreamKind.Ollama))]
    [InlineData(nameof(UpstreamKind.Anthropic))]
    [InlineData(nameof(UpstreamKind.Gemini))]
    public async Task Every_kind_of_upstream_is_told_images_and_texts(string name)
    {
        var kind = Enum.Parse<UpstreamKind>(name);
        await using var host = await ChatHost.StartAsync(kind: kind);
        var files = await UploadAsync(host.App, ("pot.png", Image), Forms.Text("tea.md", "# Sencha\n\nat 70 degrees"));
        host.Upstream.Answer("It is a pot.");

        var answer = await host.App.PostJsonAsync("/api/chat", Body("What is this?", files), 200);

        Assert.Equal("It is a pot.", answer.Text("response"));
        var told = host.Upstream.Requests[^1].Json;
        var image = kind switch
        {
            UpstreamKind.OpenAi => told.Items("messages")[0]
                .Items("content")
                .Single(p => p.Text("type") == "image_url")
                .GetProperty("image_url")
                .Text("url")["data:image/png;base64,".Length..],
            UpstreamKind.Ollama => told.Items("messages")[0].Items("images").Single().GetString()!,
            UpstreamKind.Anthropic => told.Items("messages")[0]
                .Items("content")
                .Single(p => p.Text("type") == "image")
                .GetProperty("source")
                .Text("data"),
            _ => told.Items("contents")[0]
                .Items("parts")
                .Single(p => p.TryGetProperty("inlineData", out _))
                .GetProperty("inlineData")
                .Text("data"),
        };
        Assert.Equal(Image, Convert.FromBase64String(image));
        Assert.Contains(
            JsonEncodedText.Encode("[tea.md]\n# Sencha\n\nat 70 degrees\n\nWhat is this?").ToString(),
            told.GetRawText(),
            StringComparison.Ordinal
        );

        var question = await QuestionAsync(host.App, answer);
        Assert.Equal(["image", "file", "text"], question.Items("parts").Select(p => p.Text("type")));
        Assert.Equal("What is this?", question.Items("parts")[2].Text("text"));
    }

    [Fact]
    public async Task A_question_keeps_its_files_whatever_becomes_of_them()
    {
        await using var host = await ChatHost.StartAsync();
        var files = await UploadAsync(host.App, ("pot.png", Image), Forms.Text("leaf.txt", "gyokurokenner"));
        host.Upstream.Answer("First.").Answer("Second.");
        var answer = await host.App.PostJsonAsync("/api/chat", Body("What is this?", files), 200);
        foreach (var file in files)
        {
            await host.App.SendJsonAsync("DELETE", $"/api/files/{file}", null, 204);
        }

        var question = await QuestionAsync(host.App, answer);
        var kept = question.Items("parts")[0].GetProperty("attachment").Text("id");
        Assert.Equal(Image, await host.App.Client.GetByteArrayAsync($"/api/files/{kept}/content"));
        var found = await host.App.GetJsonAsync("/api/search?q=gyokurokenner");
        Assert.Equal(question.Text("id"), Assert.Single(found.Items()).Text("message_id"));

        var path =
            $"/api/conversations/{answer.Text("conversation_id")}/messages/{answer.Text("message_id")}/regenerate";
        using var again = await EventReader.OpenAsync(host.App, "POST", path, "{}");
        Assert.Equal("done", (await again.RestAsync())[^1].Name);
        Assert.Equal(host.Upstream.Requests[0].Text, host.Upstream.Requests[1].Text);

        // An attachment can be asked with again.
        var more = await host.App.PostJsonAsync("/api/chat", Body("And this?", [kept]), 200);
        Assert.Equal("image", (await QuestionAsync(host.App, more)).Items("parts")[0].Text("type"));
    }

    [Fact]
    public async Task A_request_that_comes_again_is_answered_as_before_though_its_file_is_gone()
    {
        await using var host = await ChatHost.StartAsync();
        var files = await UploadAsync(host.App, Forms.Text("leaf.txt", "gyokuro"));
        var first = await host.App.SendJsonAsync("POST", "/api/chat", Body("hi", files), 200, ("Idempotency-Key", "k"));
        await host.App.SendJsonAsync("DELETE", $"/api/files/{files[0]}", null, 204);
        var again = await host.App.SendJsonAsync("POST", "/api/chat", Body("hi", files), 200, ("Idempotency-Key", "k"));
        Assert.Equal(first.Text("message_id"), again.Text("message_id"));
        Assert.Single(host.Upstream.Requests);
    }

    [Fact]
    public async Task Documents_are_told_as_their_text()
    {
        await using var host = await ChatHost.StartAsync();
        var files = await UploadAsync(
            host.App,
            ("letter.docx", TestPackages.Letter()),
            ("offer.pdf", TestPackages.Pdf(["Oolong for two"])),
            Forms.Text("page.html", "<!doctype html><title>T</title><p>Rolled <b>leaves</b></p>")
        );
        await host.App.PostJsonAsync("/api/chat", Body("Sum up", files), 200);
        var told = Assert.Single(ChatHost.Told(host.Upstream.Requests[^1]));
        Assert.Contains("[letter.docx]\n# Tea & water", told, StringComparison.Ordinal);
        Assert.DoesNotContain("removed words", told, StringComparison.Ordinal);
        Assert.Contains("Oolong for two", told, StringComparison.Ordinal);
        Assert.Contains("Rolled **leaves**", told, StringComparison.Ordinal);
        Assert.EndsWith("\n\nSum up", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_model_cannot_be_told_is_refused_with_its_name_and_nothing_is_written()
    {
        await using var host = await ChatHost.StartAsync();
        var files = await UploadAsync(
            host.App,
            ("song.mp3", [.. "ID3"u8, 4, 0, 0, 0]),
            ("clip.webm", [0x1A, 0x45, 0xDF, 0xA3, 1]),
            ("new.avif", [0, 0, 0, 32, .. "ftypavif0000"u8]),
            ("box.zip", TestPackages.Zip(("a.bin", "b"))),
            Forms.Text("blank.txt", " \n "),
            Forms.Text("long.txt", new string('w', 600_000)),
            Forms.Text("longer.txt", new string('v', 600_000))
        );
        (string[] Files, string Field, string Why)[] cases =
        [
            ([files[0]], "files[0]", "song.mp3: models are told no sound"),
            ([files[1]], "files[0]", "clip.webm: models are told no video"),
            ([files[2]], "files[0]", "new.avif: models are told PNG"),
            ([files[3]], "files[0]", "box.zip: it is a zip"),
            ([files[5], files[4]], "files[1]", "blank.txt: it holds no text"),
            ([files[5], files[6]], "files[1]", "more than 1000 KB of text"),
            ([Guid.NewGuid().ToString()], "files[0]", "there is no such file"),
            (["x"], "files[0]", "there is no such file"),
            ([files[0], files[0]], "files", "each once"),
            ([.. Enumerable.Range(0, 17).Select(i => $"{i}")], "files", "16 at most"),
        ];
        foreach (var (names, field, why) in cases)
        {
            using var answer = await host.App.SendAsync("POST", "/api/chat", Body("hi", names));
            var problem = await Problems.AssertAsync(answer, 400, "validation");
            var error = Assert.Single(problem.Items("errors"));
            Assert.Equal(field, error.Text("field"));
            Assert.Contains(why, error.Text("message"), StringComparison.Ordinal);
        }

        Assert.Empty((await host.App.GetJsonAsync("/api/conversations")).Items());
        Assert.Empty(host.Upstream.Requests);
    }

    [Fact]
    public async Task Several_models_are_told_the_same_files()
    {
        await using var host = await ChatHost.StartAsync();
        await using var second = await FakeUpstream.StartAsync(UpstreamKind.Ollama, "n");
        await second.AddToAsync(host.App, "second");
        var files = await UploadAsync(host.App, Forms.Text("leaf.txt", "gyokuro"));
        var comparison = await host.App.PostJsonAsync(
            "/api/chat/compare",
            $$"""{"message":"Which?","models":["m","n"],"files":["{{files[0]}}"]}"""
        );
        foreach (var turn in comparison.Items("turns"))
        {
            using var reader = await host.FollowAsync(turn.Text("id"));
            Assert.Equal("done", (await reader.RestAsync())[^1].Name);
        }

        const string Told = "user: [leaf.txt]\ngyokuro\n\nWhich?";
        Assert.Equal(Told, Assert.Single(ChatHost.Told(host.Upstream.Requests[^1])));
        Assert.Equal(Told, Assert.Single(ChatHost.Told(second.Requests[^1])));
    }

    [Fact]
    public async Task Nobody_asks_with_files_of_others_or_by_a_key_that_may_not_read_files()
    {
        var (app, ada) = await Accounts.StartAsync();
        await using var _ = app;
        await using var upstream = await FakeUpstream.StartAsync(UpstreamKind.OpenAi);
        await upstream.AddToAsync(app);
        var bob = await ada.AddAsync("bob@example.org");
        var file = (await app.PostFilesAsync("/api/files", [Forms.Text("secret.txt", "sesame")], 201, ada.Header))
            .Items()[0]
            .Text("id");

        using var others = await bob.SendAsync("POST", "/api/chat", Body("open", [file]));
        await Problems.AssertAsync(others, 400, "validation");
        var key = await ada.KeyAsync("chat");
        using var narrow = await key.SendAsync("POST", "/api/chat", Body("open", [file]));
        await Problems.AssertAsync(narrow, 403, "forbidden");
        Assert.Empty(upstream.Requests);

        var wide = await ada.KeyAsync("chat", "files");
        await wide.JsonAsync("POST", "/api/chat", Body("open", [file]));
        Assert.Contains("sesame", Encoding.UTF8.GetString(upstream.Requests[0].Body), StringComparison.Ordinal);
    }
}
