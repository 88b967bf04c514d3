using System.Net;

namespace Parley.Tests.Identity.Oidc;

/// <summary>An HTTP client that keeps cookies as a browser does, and follows redirects one step at a time.</summary>
internal sealed class Browser : IDisposable
{
    private readonly HttpClient client;

    public Browser()
    {
        // Secure cookies go to loopback over http too, as browsers have it; CookieContainer would hold them back.
        client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
    }

    /// <summary>By the authority they are of and their name.</summary>
    public Dictionary<(string Authority, string Name), string> Cookies { get; } = [];

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri to, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, to) { Content = content };
        var own = Cookies.Where(c => c.Key.Authority == to.Authority).Select(c => $"{c.Key.Name}={c.Value}");
        request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", own));
        var answer = await client.SendAsync(request);
        if (answer.Headers.TryGetValues("Set-Cookie", out var set))
        {
            foreach (var cookie in set)
            {
                var pair = cookie.Split(';')[0].Split('=', 2);
                if (pair[1].Length == 0 || cookie.Contains("Max-Age=0", StringComparison.OrdinalIgnoreCase))
                {
                    Cookies.Remove((to.Authority, pair[0]));
                }
                else
                {
                    Cookies[(to.Authority, pair[0])] = pair[1];
                }
            }
        }

        return answer;
    }

    public Task<HttpResponseMessage> GetAsync(Uri to) => SendAsync(HttpMethod.Get, to);

    /// <summary>Where a redirect leads.</summary>
    public static Uri Next(HttpResponseMessage answer)
    {
        Assert.True(
            answer.StatusCode is HttpStatusCode.Found or HttpStatusCode.SeeOther,
            $"{answer.RequestMessage!.RequestUri} answers {(int)answer.StatusCode}, no redirect"
        );
        return new Uri(answer.RequestMessage!.RequestUri!, answer.Headers.Location!);
    }

    public void Dispose() => client.Dispose();
}
