using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Parley.Chat;
using Parley.Providers;

namespace Parley.Tests.Chat;

/// <summary>A server with one model server behind it.</summary>
internal sealed class ChatHost : IAsyncDisposable
{
    private ChatHost(ParleyApp app, FakeUpstream upstream)
    {
        App = app;
        Upstream = upstream;
    }

    public ParleyApp App { get; }
    public FakeUpstream Upstream { get; }

    /// <param name="settings">Titles are off unless it turns them on, so that each question is one request.</param>
    public static async Task<ChatHost> StartAsync(
        Action<ChatSettings>? settings = null,
        UpstreamKind kind = UpstreamKind.OpenAi,
        TimeProvider? clock = null
    )
    {
        var upstream = await FakeUpstream.StartAsync(kind);
        var app = await AppAsync(settings, clock);
        await upstream.AddToAsync(app);
        return new ChatHost(app, upstream);
    }

    /// <summary>The server alone.</summary>
    public static Task<ParleyApp> AppAsync(Action<ChatSettings>? settings = null, TimeProvider? clock = null)
    {
        var chat = new ChatSettings { Titles = false };
        settings?.Invoke(chat);
        return ParleyApp.StartAsync(services =>
        {
            services.AddSingleton(chat);
            if (clock is not null)
            {
                services.AddSingleton(clock);
            }
        });
    }

    /// <summary>Asks; the events as they come.</summary>
    public Task<EventReader> AskAsync(
        string message,
        string? conversation = null,
        string? parent = null,
        params (string Name, string Value)[] headers
    ) => EventReader.OpenAsync(App, "POST", "/api/chat/stream", Body(message, conversation, parent), headers);

    /// <summary>Asks and waits for the end; gives the conversation and the answer's id.</summary>
    public async Task<(string Conversation, string Message)> AskWholeAsync(
        string message,
        string? conversation = null,
        string? parent = null
    )
    {
        var answer = await App.PostJsonAsync("/api/chat", Body(message, conversation, parent), 200);
        return (answer.Text("conversation_id"), answer.Text("message_id"));
    }

    public Task<EventReader> FollowAsync(string turn, long after = 0) =>
        EventReader.OpenAsync(
            App,
            "GET",
            $"/api/chat/turns/{turn}/events",
            null,
            after == 0 ? [] : [("Last-Event-ID", after.ToString(System.Globalization.CultureInfo.InvariantCulture))]
        );

    public Task<JsonElement> MessageAsync(string conversation, string message) =>
        App.GetJsonAsync($"/api/conversations/{conversation}/messages/{message}");

    /// <summary>What the model was told at its last question, as "role: text".</summary>
    public static List<string> Told(FakeRequest request) =>
        [.. request.Json.Items("messages").Select(m => $"{m.Text("role")}: {m.Text("content")}")];

    public static string Body(string message, string? conversation = null, string? parent = null) =>
        $$"""{"message":{{message.Quoted()}},"model_name":"m"{{Field("conversation_id", conversation)}}{{Field("parent_id", parent)}}}""";

    public async ValueTask DisposeAsync()
    {
        await Upstream.DisposeAsync();
        await App.DisposeAsync();
    }

    private static string Field(string name, string? value) => value is null ? "" : $",\"{name}\":{value.Quoted()}";
}
