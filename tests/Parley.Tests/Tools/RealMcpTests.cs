using Parley.Providers;

namespace Parley.Tests.Tools;

/// <summary>Servers made of the official library, of both its lines: the 1.x with sessions, the 2.x without.</summary>
public sealed class RealMcpTests
{
    [Theory]
    [InlineData("legacy")]
    [InlineData("modern")]
    public async Task Tools_of_a_server_of_the_official_library_are_listed_and_called(string line)
    {
        using var process = NodeTools.Start("mcp.mjs", line);
        var address = await NodeTools.ReadLineAsync(process);
        await using var app = await FakeToolServer.AppAsync();
        await using var model = await FakeUpstream.StartAsync(UpstreamKind.OpenAi);
        await model.AddToAsync(app);
        var made = await app.PostJsonAsync(
            "/api/tool-servers",
            $$"""{"name":"sums","kind":"mcp","url":"{{address}}/mcp"}"""
        );
        var test = await app.PostJsonAsync($"/api/tool-servers/{made.Text("id")}/test", null, 200);
        Assert.True(test.Flag("ok"), test.GetRawText());
        Assert.Equal(["sums_add", "sums_fail"], test.Items("tools").Select(t => t.GetString()));

        using (var reader = await app.AskWithAsync(model, "sums_add", """{"a":2,"b":40}"""))
        {
            await app.AllowAsync(reader);
            Assert.EndsWith("2 + 40 = 42", (await reader.ResultAsync()).Text("content"), StringComparison.Ordinal);
            await reader.RestAsync();
        }

        using (var reader = await app.AskWithAsync(model, "sums_fail", "{}"))
        {
            await app.AllowAsync(reader);
            var result = await reader.ResultAsync();
            Assert.True(result.Flag("is_error"));
            Assert.Contains("it broke inside", result.Text("content"), StringComparison.Ordinal);
            await reader.RestAsync();
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);
    }
}
