using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Parley.Files;
using Parley.Kernel;

namespace Parley.Tests.Conversations;

/// <summary>Bytes of attachments over HTTP: whole, in ranges, named, typed by what they are, and never run.</summary>
public sealed class AttachmentTests : IAsyncLifetime
{
    private static readonly byte[] Png =
    [
        0x89,
        .. "PNG\r\n\u001a\n"u8,
        .. Enumerable.Range(0, 1000).Select(i => (byte)i),
    ];
    private ParleyApp app = null!;

    public async ValueTask InitializeAsync() => app = await ParleyApp.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task An_image_comes_whole_with_its_type_and_name_and_HEAD_says_the_same()
    {
        var path = await AddAsync(Png, "schöne \"Katze\".png", "text/html");
        using var answer = await app.Client.GetAsync(path);
        Assert.Equal(Png, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/png", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("bytes", answer.Headers.AcceptRanges.Single());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("sandbox; default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        var disposition = answer.Content.Headers.ContentDisposition!;
        Assert.Equal(("inline", "schöne Katze.png"), (disposition.DispositionType, disposition.FileNameStar));
        Assert.NotNull(answer.Headers.ETag);

        using var head = await app.SendAsync("HEAD", path);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(Png.Length, head.Content.Headers.ContentLength);
        Assert.Equal(answer.Headers.ETag, head.Headers.ETag);
        Assert.Equal("image/png", head.Content.Headers.ContentType!.ToString());
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("bytes=0-9", 0, 9)]
    [InlineData("bytes=100-", 100, 1007)]
    [InlineData("bytes=-8", 1000, 1007)]
    [InlineData("bytes=1000-9999", 1000, 1007)]
    public async Task A_range_comes_as_asked(string range, int from, int to)
    {
        var path = await AddAsync(Png, "a.png");
        using var answer = await app.SendAsync("GET", path, null, ("Range", range));
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal($"bytes {from}-{to}/{Png.Length}", answer.Content.Headers.ContentRange!.ToString());
        Assert.Equal(Png[from..(to + 1)], await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task A_range_past_the_end_is_refused_with_the_length()
    {
        var path = await AddAsync(Png, "a.png");
        using var answer = await app.SendAsync("GET", path, null, ("Range", "bytes=5000-"));
        await Problems.AssertAsync(answer, 416, "range-not-satisfiable");
        Assert.Equal($"bytes */{Png.Length}", answer.Content.Headers.ContentRange!.ToString());
    }

    [Fact]
    public async Task If_Range_gives_the_range_of_the_same_bytes_and_all_of_others()
    {
        var path = await AddAsync(Png, "a.png");
        using var first = await app.SendAsync("HEAD", path);
        var tag = first.Headers.ETag!.ToString();
        using var same = await app.SendAsync("GET", path, null, ("Range", "bytes=0-9"), ("If-Range", tag));
        Assert.Equal(HttpStatusCode.PartialContent, same.StatusCode);
        using var other = await app.SendAsync("GET", path, null, ("Range", "bytes=0-9"), ("If-Range", "\"other\""));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(Png.Length, other.Content.Headers.ContentLength);
        using var known = await app.SendAsync("GET", path, null, ("If-None-Match", tag));
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
    }

    [Theory]
    [InlineData("<html><script>alert(1)</script>", "text/html", "application/octet-stream", "attachment")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", "application/octet-stream", "attachment")]
    [InlineData("plain words", "text/plain", "text/plain; charset=utf-8", "inline")]
    [InlineData("plain words", null, "application/octet-stream", "attachment")]
    [InlineData("PK\u0003\u0004zip", "text/plain", "application/octet-stream", "attachment")]
    public async Task What_could_do_more_than_be_looked_at_is_a_download(
        string content,
        string? stated,
        string type,
        string disposition
    )
    {
        var path = await AddAsync(Encoding.UTF8.GetBytes(content), "../../x.html", stated);
        using var answer = await app.Client.GetAsync(path);
        Assert.Equal(type, answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(disposition, answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.DoesNotContain("/", answer.Content.Headers.ContentDisposition.FileName, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_bytes_and_unknown_files_are_not_found()
    {
        var missing = await AddAsync(null, "gone.png");
        await Problems.AssertAsync(await app.Client.GetAsync(missing), 404, "not-found");
        using var unknown = await app.Client.GetAsync($"/api/files/{Guid.NewGuid()}/content");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    /// <summary>An attachment of a message, as an import would have stored it; gives its address.</summary>
    private async Task<string> AddAsync(byte[]? content, string name, string? stated = null)
    {
        var (conversation, messages) = await app.MakeConversationAsync("x", "q");
        using var hold = app.Get<BlobStore>().Hold();
        var blob = content is null ? null : hold.Put(new MemoryStream(content), 1 << 20);
        var id = app.Get<IdSource>().Next(0);
        await app.Get<Db>()
            .WriteAsync(tx =>
            {
                using var insert = tx.Query(
                    "INSERT INTO attachments (id, message_id, conversation_id, name, media_type, size, blob) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
                );
                insert
                    .Bind(1, id)
                    .Bind(2, Key(messages[0], IdKind.Message))
                    .Bind(3, Key(conversation, IdKind.Conversation));
                insert.Bind(4, name).Bind(5, blob?.MediaType ?? stated).Bind(6, blob?.Size);
                if (blob is not null)
                {
                    insert.BindBlob(7, blob.Hash);
                }

                insert.Run();
            });
        return $"/api/files/{Ids.Format(id, IdKind.File)}/content";
    }

    private static long Key(string text, IdKind kind) =>
        Ids.TryParse(text, kind, out var id) ? id : throw new FormatException(text);
}
