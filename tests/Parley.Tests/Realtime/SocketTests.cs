using System.Net.WebSockets;
using Parley.Identity;
using Parley.Identity.Crypto;
using Parley.Kernel.Http;
using Parley.Tests.Chat;

namespace Parley.Tests.Realtime;

/// <summary>The same feed over WebSocket, and who may open one.</summary>
public sealed class SocketTests
{
    private static void As(ClientWebSocketOptions options, Person who) =>
        options.SetRequestHeader(who.Header.Name, who.Header.Value);

    [Fact]
    public async Task A_socket_tells_what_the_stream_tells_with_the_same_ids()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Answer("Sen", "cha.");
        using var stream = await EventReader.OpenAsync(host.App, "GET", "/api/events?words=true");
        using var socket = await SocketReader.OpenAsync(host.App, "?words=true");
        await stream.UntilAsync("resync");
        Assert.Equal("resync", (await socket.NextAsync())!.Name);
        Assert.Equal("ready", (await socket.NextAsync())!.Name);

        await host.AskWholeAsync("Which tea?");

        while (true)
        {
            var (one, other) = ((await stream.NextAsync())!, (await socket.NextAsync())!);
            Assert.Equal((one.Id, one.Name, one.Data.ToString()), (other.Id, other.Name, other.Data.ToString()));
            if (one.Name == "turn" && one.Data.Text("status") == "complete")
            {
                return;
            }
        }
    }

    [Fact]
    public async Task What_is_missed_between_two_sockets_is_told_by_the_next_once()
    {
        await using var app = await ChatHost.AppAsync();
        string id;
        using (var first = await SocketReader.OpenAsync(app))
        {
            await first.UntilAsync("ready");
            await app.MakeConversationAsync("one");
            id = (await first.UntilAsync("conversation")).Id!;
            await first.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            Assert.Equal(WebSocketCloseStatus.NormalClosure, first.Socket.CloseStatus);
        }

        var missed = (await app.MakeConversationAsync("two")).Id;
        using var again = await SocketReader.OpenAsync(app, "?last_event_id=" + id);
        var next = (await again.NextAsync())!;
        Assert.Equal((missed, "conversation"), (next.Data.Text("conversation_id"), next.Name));
        var live = (await app.MakeConversationAsync("three")).Id;
        Assert.Equal(live, (await again.NextAsync())!.Data.Text("conversation_id"));
    }

    [Fact]
    public async Task S15_S24_only_ones_own_pages_and_shown_tokens_open_a_socket()
    {
        var (app, ada) = await Accounts.StartAsync();
        await using var _ = app;
        var own = app.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        var cookie = "__Host-parley=" + ada.Token;
        Assert.Equal(401, await SocketReader.RefusedAsync(app));
        Assert.Equal(401, await SocketReader.RefusedAsync(app, o => o.SetRequestHeader("Authorization", "Bearer x")));
        await RefusedAsync(("Cookie", cookie)); // a browser always says where from
        await RefusedAsync(("Cookie", cookie), ("Origin", "https://evil.example"));
        await RefusedAsync(("Cookie", cookie), ("Origin", "null"));
        await RefusedAsync(("Authorization", ada.Header.Value), ("Origin", "https://evil.example"));
        await RefusedAsync(("Authorization", ada.Header.Value), ("Sec-Fetch-Site", "cross-site"));
        using var byCookie = await OpenAsync(("Cookie", cookie), ("Origin", own));
        using var byHeader = await OpenAsync(("Authorization", ada.Header.Value));
        using var byToken = await SocketReader.OpenAsync(
            app,
            "",
            o =>
            {
                o.AddSubProtocol("parley");
                o.AddSubProtocol("parley.token." + ada.Token);
                o.SetRequestHeader("Origin", own);
            }
        );
        Assert.Equal("parley", byToken.Socket.SubProtocol); // the token is not said again
        foreach (var opened in (SocketReader[])[byCookie, byHeader, byToken])
        {
            await opened.UntilAsync("resync");
        }

        Assert.Equal(401, await SocketReader.RefusedAsync(app, o => o.AddSubProtocol("parley.token.made-up")));
        // The protocols are no credential anywhere else, and the address is none at all.
        using var elsewhere = await app.SendAsync(
            "GET",
            "/api/conversations",
            null,
            ("Sec-WebSocket-Protocol", "parley.token." + ada.Token)
        );
        await Problems.AssertAsync(elsewhere, 401, "unauthenticated");
        using var address = await app.SendAsync("GET", "/api/ws?token=" + ada.Token);
        await Problems.AssertAsync(address, 401, "unauthenticated");

        async Task RefusedAsync(params (string Name, string Value)[] headers) =>
            Assert.Equal(
                403,
                await SocketReader.RefusedAsync(
                    app,
                    o => Array.ForEach(headers, h => o.SetRequestHeader(h.Name, h.Value))
                )
            );

        Task<SocketReader> OpenAsync(params (string Name, string Value)[] headers) =>
            SocketReader.OpenAsync(app, "", o => Array.ForEach(headers, h => o.SetRequestHeader(h.Name, h.Value)));
    }

    [Fact]
    public async Task S24_a_listed_page_opens_one_with_a_token_and_never_with_a_cookie()
    {
        const string Page = "https://app.example.org";
        await using var app = await ParleyApp.StartAsync(identity: Accounts.Options(), http: o => o.Origins.Add(Page));
        var ada = await app.SetUpAsync();
        using var shown = await SocketReader.OpenAsync(
            app,
            "",
            o =>
            {
                o.AddSubProtocol("parley.token." + ada.Token);
                o.AddSubProtocol("parley");
                o.SetRequestHeader("Origin", Page);
            }
        );
        await shown.UntilAsync("resync");
        Assert.Equal(
            403,
            await SocketReader.RefusedAsync(
                app,
                o =>
                {
                    o.SetRequestHeader("Cookie", "__Host-parley=" + ada.Token);
                    o.SetRequestHeader("Origin", Page);
                }
            )
        );
    }

    [Fact]
    public async Task S24_without_accounts_a_foreign_page_opens_none_either()
    {
        await using var app = await ChatHost.AppAsync();
        Assert.Equal(
            403,
            await SocketReader.RefusedAsync(app, o => o.SetRequestHeader("Origin", "https://evil.example"))
        );
    }

    [Theory]
    [InlineData(null, "13", "AAAAAAAAAAAAAAAAAAAAAA==", 426)]
    [InlineData("h2c", "13", "AAAAAAAAAAAAAAAAAAAAAA==", 426)]
    [InlineData("websocket", "8", "AAAAAAAAAAAAAAAAAAAAAA==", 426)]
    [InlineData("websocket", "13", "short", 400)]
    [InlineData("websocket", "13", "AAAA", 400)]
    public async Task What_is_no_WebSocket_is_told_so(string? upgrade, string version, string key, int status)
    {
        await using var app = await ChatHost.AppAsync();
        (string, string)[] headers = [("Sec-WebSocket-Version", version), ("Sec-WebSocket-Key", key)];
        using var answer = await app.SendAsync(
            "GET",
            "/api/ws",
            null,
            upgrade is null ? headers : [.. headers, ("Connection", "Upgrade"), ("Upgrade", upgrade)]
        );
        await Problems.AssertAsync(answer, status, status == 426 ? "upgrade-required" : "bad-request");
    }

    [Fact]
    public async Task What_a_client_sends_has_limits()
    {
        await using var app = await ChatHost.AppAsync();
        await EndsAsync(s => s.SendAsync(new string('x', 1025)), WebSocketCloseStatus.MessageTooBig);
        await EndsAsync(s => s.SendAsync(new string('x', 1_000_000)), WebSocketCloseStatus.MessageTooBig);
        await EndsAsync(s => s.SendAsync("x", WebSocketMessageType.Binary), WebSocketCloseStatus.InvalidMessageType);
        await EndsAsync(
            async s =>
            {
                for (var i = 0; i < 61; i++)
                {
                    await s.SendAsync("hello");
                }
            },
            WebSocketCloseStatus.PolicyViolation
        );
        using var quiet = await SocketReader.OpenAsync(app);
        await quiet.SendAsync(new string('x', 1000));
        await quiet.UntilAsync("ready");
        await app.MakeConversationAsync("x");
        await quiet.UntilAsync("conversation");

        async Task EndsAsync(Func<SocketReader, Task> send, WebSocketCloseStatus status)
        {
            using var socket = await SocketReader.OpenAsync(app);
            await socket.UntilAsync("ready");
            await send(socket);
            Assert.Null(await socket.NextAsync());
            Assert.Equal(status, socket.Socket.CloseStatus);
        }
    }

    [Fact]
    public async Task S12_a_socket_is_closed_with_the_right_to_it_and_says_so()
    {
        var (app, ada) = await Accounts.StartAsync();
        await using var _ = app;
        var ben = await ada.AddAsync("ben@example.org");
        using var socket = await SocketReader.OpenAsync(app, "", o => As(o, ben));
        using var others = await SocketReader.OpenAsync(app, "", o => As(o, ada));
        await socket.UntilAsync("ready");
        await others.UntilAsync("ready");

        await ada.JsonAsync("PATCH", $"/api/users/{ben.Id}", """{"disabled":true}""");

        Assert.Null(await socket.NextAsync().WaitAsync(TimeSpan.FromSeconds(5)));
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, socket.Socket.CloseStatus);
        await ada.JsonAsync("POST", "/api/conversations", """{"title":"x"}""", 201);
        await others.UntilAsync("conversation");
    }

    [Fact]
    public async Task S17_nobody_hears_of_what_is_anothers()
    {
        var (app, ada) = await Accounts.StartAsync();
        await using var _ = app;
        var ben = await ada.AddAsync("ben@example.org");
        using var first = await SocketReader.OpenAsync(app, "", o => As(o, ada));
        await first.UntilAsync("ready");
        var id = first.LastId;
        using var socket = await SocketReader.OpenAsync(app, "", o => As(o, ben));
        await socket.UntilAsync("ready");
        await ada.JsonAsync("POST", "/api/conversations", """{"title":"hers"}""", 201);
        var own = await ben.JsonAsync("POST", "/api/conversations", """{"title":"his"}""", 201);
        Assert.Equal(own.Text("id"), (await socket.NextAsync())!.Data.Text("conversation_id"));

        // Somebody else's place is none of one's own.
        using var borrowed = await SocketReader.OpenAsync(app, "?last_event_id=" + id, o => As(o, ben));
        Assert.Equal("gap", (await borrowed.NextAsync())!.Data.Text("reason"));
    }

    [Fact]
    public async Task S12_R12_sockets_are_counted_and_are_told_when_the_server_stops()
    {
        var (app, ada) = await Accounts.StartAsync(
            new IdentityOptions
            {
                SingleUser = false,
                SetupCode = Accounts.SetupCode,
                Hash = new Argon2Parameters(64, 1, 1),
                UserSockets = 1,
            }
        );
        await using var _ = app;
        using var socket = await SocketReader.OpenAsync(app, "", o => As(o, ada));
        await socket.UntilAsync("ready");
        Assert.Equal(429, await SocketReader.RefusedAsync(app, o => As(o, ada)));
        var stopping = app.Get<Draining>().DrainAsync();
        Assert.Null(await socket.NextAsync());
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, socket.Socket.CloseStatus);
        await stopping;
    }
}
