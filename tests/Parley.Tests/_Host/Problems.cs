using System.Text.Json;

namespace Parley.Tests;

internal static class Problems
{
    /// <summary>The answer is a whole problem (RFC 9457) of that status and code; gives its body for more.</summary>
    public static async Task<JsonElement> AssertAsync(HttpResponseMessage answer, int status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(
            (status, "application/problem+json"),
            ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType)
        );
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrEmpty(problem.GetProperty("title").GetString()));
        Assert.False(string.IsNullOrEmpty(problem.GetProperty("trace_id").GetString()));
        Assert.StartsWith("/docs/problems#", problem.GetProperty("type").GetString(), StringComparison.Ordinal);
        return problem;
    }
}
