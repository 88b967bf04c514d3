using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Parley.Tests.Kernel.Http;

public sealed class RequestGateTests : IAsyncLifetime
{
    private ParleyApp app = null!;

    public async ValueTask InitializeAsync() => app = await ParleyApp.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Every_answer_carries_the_security_headers_and_no_server_name()
    {
        foreach (var path in new[] { "/health", "/nowhere" })
        {
            using var answer = await app.Client.GetAsync(path);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
            Assert.Equal("same-origin", answer.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
            Assert.True(answer.Headers.CacheControl!.NoStore);
            Assert.False(answer.Headers.Contains("Server"));
            Assert.Matches(@"total;dur=[\d.]+", answer.Headers.GetValues("Server-Timing").Single());
        }
    }

    [Theory]
    [InlineData("GET", "/nowhere", 404, "not-found")]
    [InlineData("POST", "/health", 405, "method-not-allowed")]
    [InlineData("TRACE", "/health", 405, "method-not-allowed")]
    public async Task What_the_framework_refuses_has_a_problem_body(string method, string path, int status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await app.Client.SendAsync(request);
        await Problems.AssertAsync(answer, status, code);
    }

    [Theory]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-", false)]
    [InlineData("4bf92f3577b34da6a3ce929d0e0e4736", false)]
    public async Task A_problem_is_part_of_the_trace_it_was_asked_in(string parent, bool taken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nowhere");
        request.Headers.Add("traceparent", parent);
        using var answer = await app.Client.SendAsync(request);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        var id = problem.RootElement.GetProperty("trace_id").GetString();
        Assert.Equal(taken, id == "4bf92f3577b34da6a3ce929d0e0e4736");
        Assert.NotEmpty(id!);
    }

    [Theory]
    [InlineData("evil.example", 421)]
    [InlineData("evil.example:80", 421)]
    [InlineData("localhost.evil.example", 421)]
    [InlineData("localhost", 200)]
    [InlineData("LOCALHOST:1234", 200)]
    [InlineData("[::1]:80", 200)]
    public async Task Only_known_host_names_are_answered(string host, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health");
        request.Headers.Host = host;
        using var answer = await app.Client.SendAsync(request);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Method_override_headers_have_no_effect()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health");
        request.Headers.Add("X-HTTP-Method-Override", "DELETE");
        using var answer = await app.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Compressed_bodies_are_refused()
    {
        using var content = new ByteArrayContent([1, 2, 3]);
        content.Headers.ContentEncoding.Add("gzip");
        using var answer = await app.Client.PostAsync("/health", content);
        await Problems.AssertAsync(answer, 415, "unsupported-media-type");
    }

    [Theory]
    [InlineData("/health/")]
    [InlineData("/HEALTH")]
    public async Task A_trailing_slash_is_accepted(string path)
    {
        using var answer = await app.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Head_is_get_without_the_body()
    {
        var lines = await RawAsync("HEAD /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", lines, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", lines, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9_000, 0, 414)]
    [InlineData(0, 101, 431)]
    public async Task Long_urls_and_many_headers_are_refused(int url, int headers, int status)
    {
        var text = new StringBuilder("GET /health?")
            .Append('a', url)
            .Append(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        for (var i = 0; i < headers; i++)
        {
            text.Append("X-").Append(i).Append(": 1\r\n");
        }

        Assert.StartsWith(
            $"HTTP/1.1 {status}",
            await RawAsync(text.Append("\r\n").ToString()),
            StringComparison.Ordinal
        );
    }

    private async Task<string> RawAsync(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(app.Client.BaseAddress!.Host, app.Client.BaseAddress.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
