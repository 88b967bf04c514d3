using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Parley.Tests;

/// <summary>JSON over the test server in one line a call.</summary>
internal static class Api
{
    public static async Task<JsonElement> GetJsonAsync(this ParleyApp app, string path, int status = 200) =>
        await ReadAsync(await app.Client.GetAsync(path), status);

    public static async Task<JsonElement> SendJsonAsync(
        this ParleyApp app,
        string method,
        string path,
        string? json = null,
        int status = 200,
        params (string Name, string Value)[] headers
    ) => await ReadAsync(await app.SendAsync(method, path, json, headers), status);

    public static Task<JsonElement> PostJsonAsync(this ParleyApp app, string path, string? json, int status = 201) =>
        app.SendJsonAsync("POST", path, json, status);

    public static Task<JsonElement> PatchJsonAsync(this ParleyApp app, string path, string json, int status = 200) =>
        app.SendJsonAsync("PATCH", path, json, status);

    public static async Task<HttpResponseMessage> SendAsync(
        this ParleyApp app,
        string method,
        string path,
        string? json = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        // A stream of events may have no end: it is not read ahead.
        var answer = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (answer.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            await answer.Content.LoadIntoBufferAsync();
        }

        return answer;
    }

    /// <summary>A conversation with messages user, assistant, user, … one below the other; gives its id and theirs.</summary>
    public static async Task<(string Id, List<string> Messages)> MakeConversationAsync(
        this ParleyApp app,
        string title,
        params string[] texts
    )
    {
        var id = (await app.PostJsonAsync("/api/conversations", $$"""{"title":{{title.Quoted()}}}""")).Text("id");
        var messages = new List<string>();
        foreach (var text in texts)
        {
            var role = messages.Count % 2 == 0 ? "user" : "assistant";
            var message = await app.PostJsonAsync(
                $"/api/conversations/{id}/messages",
                $$"""{"role":"{{role}}","content":{{text.Quoted()}}}"""
            );
            messages.Add(message.Text("id"));
        }

        return (id, messages);
    }

    /// <summary>A JSON string, for bodies written by hand.</summary>
    public static string Quoted(this string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static long Number(this JsonElement element, string name) => element.GetProperty(name).GetInt64();

    public static bool Flag(this JsonElement element, string name) => element.GetProperty(name).GetBoolean();

    public static List<JsonElement> Items(this JsonElement element, string name = "items") =>
        [.. element.GetProperty(name).EnumerateArray()];

    public static bool IsNull(this JsonElement element, string name) =>
        element.GetProperty(name).ValueKind == JsonValueKind.Null;

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, int status)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(
                (int)answer.StatusCode == status,
                $"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri}: {(int)answer.StatusCode} {text}"
            );
            return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
        }
    }
}
