using Parley.Import;
using Parley.Kernel;

namespace Parley.Tests.Identity;

/// <summary>S12: an answer that is still open ends within five seconds of the right to it, whatever took that away.</summary>
public sealed class RevocationTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private ParleyApp app = null!;
    private Person admin = null!;
    private Person ben = null!;

    public async ValueTask InitializeAsync()
    {
        (app, admin) = await Accounts.StartAsync();
        ben = await admin.AddAsync("ben@example.org");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Theory]
    [InlineData("disabled")]
    [InlineData("demoted")]
    [InlineData("removed")]
    [InlineData("signed out")]
    [InlineData("other sessions ended")]
    [InlineData("password changed")]
    [InlineData("key revoked")]
    [InlineData("changed by another process")]
    public async Task S12_an_open_stream_ends_within_five_seconds(string what)
    {
        var key = await ben.JsonAsync("POST", "/api/auth/keys", """{"name":"k","scopes":["import"]}""", 201);
        var who = what == "key revoked" ? ben with { Token = key.Text("secret") } : ben;
        using var stream = await FollowAsync(who);
        var rest = new StreamReader(await stream.Content.ReadAsStreamAsync()).ReadToEndAsync();
        Assert.False(rest.IsCompleted);
        await TakeAwayAsync(what, key.GetProperty("key").Text("id"));
        // The connection ends where it stands, not as if the answer were whole.
        await Assert.ThrowsAnyAsync<IOException>(() => rest.WaitAsync(Limit));
    }

    [Fact]
    public async Task S12_the_streams_of_others_go_on()
    {
        using var stream = await FollowAsync(admin);
        var rest = new StreamReader(await stream.Content.ReadAsStreamAsync()).ReadToEndAsync();
        await admin.JsonAsync("PATCH", $"/api/users/{ben.Id}", """{"disabled":true}""");
        await ben.JsonAsync("GET", "/api/conversations", status: 401);
        await admin.JsonAsync("GET", "/api/conversations");
        Assert.False(rest.IsCompleted);
    }

    private Task TakeAwayAsync(string what, string key) =>
        what switch
        {
            "disabled" => admin.JsonAsync("PATCH", $"/api/users/{ben.Id}", """{"disabled":true}"""),
            "demoted" => admin.JsonAsync("PATCH", $"/api/users/{ben.Id}", """{"role":"pending"}"""),
            "removed" => admin.JsonAsync("DELETE", $"/api/users/{ben.Id}", status: 204),
            "signed out" => ben.JsonAsync("POST", "/api/auth/signout", status: 204),
            "other sessions ended" => EndOthersAsync(),
            "password changed" => admin.JsonAsync(
                "PATCH",
                $"/api/users/{ben.Id}",
                """{"password":"another horse, another staple"}"""
            ),
            "key revoked" => ben.JsonAsync("DELETE", $"/api/auth/keys/{key}", status: 204),
            _ => app.Get<Db>().WriteAsync(tx => tx.Execute("UPDATE users SET disabled = 1 WHERE email LIKE 'ben%'")),
        };

    private async Task EndOthersAsync() =>
        await (await app.SignInAsync("ben@example.org")).JsonAsync("DELETE", "/api/auth/sessions", status: 204);

    /// <summary>The events of an import that waits and is never begun: open until somebody ends it.</summary>
    private async Task<HttpResponseMessage> FollowAsync(Person who)
    {
        Assert.True(Ids.TryParse(who.Id, IdKind.User, out var owner));
        var id = app.Get<IdSource>().Next(0);
        await app.Get<Db>()
            .WriteAsync(tx =>
                app.Get<ImportStore>()
                    .Add(
                        tx,
                        new ImportRow(
                            id,
                            owner,
                            ImportStatus.Queued,
                            "x",
                            "",
                            false,
                            0,
                            owner,
                            0,
                            null,
                            null,
                            0,
                            null,
                            null
                        )
                    )
            );
        // Something to tell, so that the answer begins.
        app.Get<ImportJobs>()
            .Watch(id)
            .Update(new ImportProgress("running", 0, 1, 0, 0, 0, 0, null), new ImportReport());
        var request = new HttpRequestMessage(HttpMethod.Get, $"/api/imports/{Ids.Format(id, IdKind.Import)}/events");
        request.Headers.TryAddWithoutValidation("Authorization", who.Header.Value);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var answer = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        Assert.Equal(200, (int)answer.StatusCode);
        return answer;
    }
}
