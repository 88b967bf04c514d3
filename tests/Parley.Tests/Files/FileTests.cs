using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Parley.Conversations;
using Parley.Files;
using Parley.Identity;
using Parley.Identity.Crypto;
using Parley.Kernel;

namespace Parley.Tests.Files;

/// <summary>Files that people keep: sent, listed, given back as what they are, and gone when nobody needs them.</summary>
public sealed class FileTests : IAsyncLifetime
{
    private static readonly byte[] Png = [0x89, .. "PNG\r\n\u001a\n"u8, .. new byte[100]];
    private ParleyApp app = null!;

    public async ValueTask InitializeAsync() => app = await ParleyApp.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Several_files_of_a_form_are_kept_and_listed_newest_first()
    {
        var made = await app.PostFilesAsync("/api/files", [Forms.Text("a.txt", "first"), ("ü/b.png", Png)]);
        Assert.Equal(["a.txt", "b.png"], made.Items().Select(f => f.Text("name")));
        Assert.Equal(["text/plain", "image/png"], made.Items().Select(f => f.Text("media_type")));
        Assert.Equal([5L, Png.Length], made.Items().Select(f => f.Number("size")));

        var page = await app.GetJsonAsync("/api/files?limit=1");
        Assert.Equal("b.png", page.Items().Single().Text("name"));
        var next = await app.GetJsonAsync($"/api/files?limit=1&cursor={page.Text("next_cursor")}");
        Assert.Equal("a.txt", next.Items().Single().Text("name"));
        Assert.True(next.IsNull("next_cursor"));
        var id = next.Items().Single().Text("id");
        Assert.Equal("a.txt", (await app.GetJsonAsync($"/api/files/{id}")).Text("name"));
        await Problems.AssertAsync(await app.Client.GetAsync("/api/files?cursor=zzz"), 400, "validation");
    }

    [Theory]
    [InlineData("plain words", "notes.md", "text/plain; charset=utf-8", "inline")]
    [InlineData("<html><script>alert(1)</script>", "notes.txt", "application/octet-stream", "attachment")]
    [InlineData("\uFEFF  <svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", "application/octet-stream", "attachment")]
    [InlineData("alert(1)", "a.js", "application/octet-stream", "attachment")]
    [InlineData("%PDF-1.7 …", "a.html", "application/pdf", "inline")]
    [InlineData("PK\u0003\u0004zip", "a.txt", "application/octet-stream", "attachment")]
    [InlineData("a\0b", "a.txt", "application/octet-stream", "attachment")]
    public async Task Only_what_is_safe_to_look_at_is_shown_whatever_its_name_says(
        string content,
        string name,
        string type,
        string disposition
    )
    {
        var made = await app.PostFilesAsync("/api/files", [Forms.Text(name, content)]);
        using var answer = await app.Client.GetAsync($"/api/files/{made.Items()[0].Text("id")}/content");
        Assert.Equal(content, Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync()));
        Assert.Equal(type, answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(disposition, answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal(name, answer.Content.Headers.ContentDisposition.FileNameStar);
        Assert.Equal("sandbox; default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
    }

    [Fact]
    public async Task A_part_is_given_as_asked_and_known_bytes_are_not_sent_again()
    {
        var made = await app.PostFilesAsync("/api/files", [("a.png", Png)]);
        var path = $"/api/files/{made.Items()[0].Text("id")}/content";
        using var part = await app.SendAsync("GET", path, null, ("Range", "bytes=1-3"));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal("PNG", await part.Content.ReadAsStringAsync());
        using var known = await app.SendAsync("GET", path, null, ("If-None-Match", part.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
    }

    [Fact]
    public async Task The_raw_body_is_one_file_and_its_name_is_only_data()
    {
        using var body = new ByteArrayContent("words"u8.ToArray());
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var answer = await app.Client.PostAsync(
            "/api/files?name=" + Uri.EscapeDataString("../../etc/pass\u202Ewd\n.txt"),
            body
        );
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.StartsWith("/api/files/", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal("passwd.txt", (await app.GetJsonAsync("/api/files")).Items()[0].Text("name"));
    }

    [Fact]
    public async Task What_holds_no_file_is_refused_with_the_reason_and_nothing_is_kept()
    {
        await Problems.AssertAsync(await app.SendFilesAsync("/api/files", []), 400, "bad-request");
        var empty = await app.SendFilesAsync("/api/files", [Forms.Text("a.txt", "a"), ("b.txt", [])]);
        var problem = await Problems.AssertAsync(empty, 400, "validation");
        Assert.Contains("b.txt is empty", problem.Text("detail"), StringComparison.Ordinal);
        using var cut = new ByteArrayContent(
            "--x\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\nhal"u8.ToArray()
        );
        cut.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=x");
        await Problems.AssertAsync(await app.Client.PostAsync("/api/files", cut), 400, "bad-request");
        Assert.Empty((await app.GetJsonAsync("/api/files")).Items());
    }

    [Fact]
    public async Task A_file_past_the_limit_is_refused_by_name()
    {
        app.Get<FilesOptions>().MaxUploadBytes = 10;
        var answer = await app.SendFilesAsync("/api/files", [Forms.Text("long.txt", "eleven byte")]);
        var problem = await Problems.AssertAsync(answer, 413, "too-large");
        Assert.Contains("long.txt", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeat_with_the_same_key_keeps_nothing_twice()
    {
        var file = Forms.Text("a.txt", "a");
        var first = await app.PostFilesAsync("/api/files", [file], 201, ("Idempotency-Key", "k1"));
        var again = await app.PostFilesAsync("/api/files", [file], 201, ("Idempotency-Key", "k1"));
        Assert.Equal(first.Items()[0].Text("id"), again.Items()[0].Text("id"));
        await app.PostFilesAsync("/api/files", [Forms.Text("a.txt", "b")], 422, ("Idempotency-Key", "k1"));
    }

    [Fact]
    public async Task A_deleted_files_bytes_go_with_the_sweep_unless_another_row_names_them()
    {
        var made = await app.PostFilesAsync("/api/files", [Forms.Text("a.txt", "same"), Forms.Text("b.txt", "same")]);
        var hash = System.Security.Cryptography.SHA256.HashData("same"u8);
        var stored = app.Get<BlobStore>().FindPath(hash)!;
        foreach (var (file, left) in made.Items().Zip([true, false]))
        {
            await app.SendJsonAsync("DELETE", $"/api/files/{file.Text("id")}", null, 204);
            await Problems.AssertAsync(await app.Client.GetAsync($"/api/files/{file.Text("id")}"), 404, "not-found");
            File.SetLastWriteTimeUtc(stored, DateTime.UtcNow.AddDays(-2));
            await app.Get<AttachmentSweep>().SweepAsync(CancellationToken.None);
            Assert.Equal(left, File.Exists(stored));
        }
    }

    [Fact]
    public async Task Files_take_room_of_their_owners_quota_once_and_nobody_else_sees_them()
    {
        var options = new IdentityOptions
        {
            SingleUser = false,
            SetupCode = Accounts.SetupCode,
            Hash = new Argon2Parameters(64, 1, 1),
            UserRequests = 0,
            AddressRequests = 0,
            StorageBytes = 10,
        };
        var (server, ada) = await Accounts.StartAsync(options);
        await using var _ = server;
        var ben = await ada.AddAsync("ben@example.org");
        var made = await server.PostFilesAsync("/api/files", [Forms.Text("a", "12345678")], 201, ben.Header);
        await server.PostFilesAsync("/api/files", [Forms.Text("b", "12345678")], 201, ben.Header);
        var refused = await server.SendFilesAsync("/api/files", [Forms.Text("c", "123")], ben.Header);
        await Problems.AssertAsync(refused, 507, "storage-quota");
        var of = $"/api/files/{made.Items()[0].Text("id")}";
        Assert.Equal(2, (await ben.JsonAsync("GET", "/api/files")).Items().Count);
        Assert.Empty((await ada.JsonAsync("GET", "/api/files")).Items());
        foreach (var (method, path) in new[] { ("GET", of), ("GET", of + "/content"), ("DELETE", of) })
        {
            await Problems.AssertAsync(await ada.SendAsync(method, path), 404, "not-found");
        }

        await ada.JsonAsync("DELETE", $"/api/users/{ben.Id}?give_to={ada.Id}", null, 204);
        Assert.Equal(2, (await ada.JsonAsync("GET", "/api/files")).Items().Count);
        await ada.JsonAsync("GET", of);
    }
}
