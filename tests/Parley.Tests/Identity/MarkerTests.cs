using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Parley.Tests.Identity;

/// <summary>
/// S17: people act through every route there is, with their own ids and each other's, and nobody ever sees a mark that
/// somebody else left: not in bodies, headers, hits, facets, suggestions, exports or errors.
/// </summary>
public sealed partial class MarkerTests
{
    private static readonly string[] Names = ["ada", "ben", "cleo"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task S17_nobody_sees_anothers_mark_by_any_route(int seed)
    {
        var random = new Random(seed);
        var (app, admin) = await Accounts.StartAsync();
        await using var _ = app;
        var people = new List<Someone>();
        foreach (var name in Names)
        {
            var person = name == "ada" ? admin : await admin.AddAsync($"{name}@example.org");
            var mark = $"mark{name}{random.Next(100_000, 999_999)}";
            people.Add(await Someone.LeaveMarksAsync(person, mark));
        }

        var routes = Routes(app).ToArray();
        random.Shuffle(routes);
        var own = 0;
        foreach (var (method, path) in routes)
        {
            foreach (var person in people)
            {
                foreach (var owner in people)
                {
                    own += await ActAsync(random, method, path, person, owner, people);
                }
            }
        }

        Assert.True(
            own > 50,
            $"people saw their own marks only {own} times: these routes show too little to prove anything"
        );
        // What the others did to them left everything as it was.
        foreach (var person in people)
        {
            var found = await person.Who.JsonAsync("GET", $"/api/search?q={person.Mark}");
            Assert.NotEmpty(found.Items());
        }
    }

    /// <summary>Gives how often the person saw the own mark.</summary>
    private static async Task<int> ActAsync(
        Random random,
        string method,
        string path,
        Someone person,
        Someone owner,
        List<Someone> people
    )
    {
        // Their own things are only read: what they leave is to be there until the end.
        if (person == owner && method != "GET")
        {
            return 0;
        }

        var own = 0;
        var address = Parameter()
            .Replace(
                path,
                m =>
                    m.Value switch
                    {
                        "{format}" => "json",
                        "{mid}" => owner.Ids["{mid}"][0],
                        _ => owner.IdFor(path, random),
                    }
            );
        var asked = person == owner ? owner.Mark : owner.Mark[..^2];
        var query = method == "GET" ? $"?q={asked}*&space={asked}&tag={asked}&tree=true&histogram=auto" : "";
        foreach (var suffix in query.Length > 0 ? new[] { "", query } : [""])
        {
            using var answer = await person.Who.SendAsync(
                method,
                address + suffix,
                method is "GET" or "DELETE" ? null : "{}"
            );
            var seen = await SeenAsync(answer);
            own += seen.Contains(person.Mark, StringComparison.OrdinalIgnoreCase) ? 1 : 0;
            foreach (var other in people.Where(o => o != person))
            {
                Assert.False(
                    seen.Contains(other.Mark, StringComparison.OrdinalIgnoreCase),
                    $"{person.Mark} sees {other.Mark} by {method} {address}{suffix}: {(int)answer.StatusCode} {seen}"
                );
            }

            if (person != owner && path.Contains('{', StringComparison.Ordinal) && method != "POST")
            {
                Assert.True((int)answer.StatusCode is 404 or 400, $"{method} {address}: {(int)answer.StatusCode}");
            }
        }

        return own;
    }

    /// <summary>Everything a client can look at; a zip is opened.</summary>
    private static async Task<string> SeenAsync(HttpResponseMessage answer)
    {
        var text = new StringBuilder(answer.Headers.ToString()).Append(answer.Content.Headers);
        var body = await answer.Content.ReadAsByteArrayAsync();
        if (answer.Content.Headers.ContentType?.MediaType != "application/zip")
        {
            return text.Append(Encoding.UTF8.GetString(body)).ToString();
        }

        await using var zip = new ZipArchive(new MemoryStream(body));
        foreach (var entry in zip.Entries)
        {
            using var reader = new StreamReader(await entry.OpenAsync());
            text.Append(entry.FullName).Append(await reader.ReadToEndAsync());
        }

        return text.ToString();
    }

    /// <summary>All but those that end accounts or sessions, whose subject is never somebody's content, and endless ones.</summary>
    private static IEnumerable<(string Method, string Path)> Routes(ParleyApp app) =>
        from endpoint in app
            .Services.GetServices<EndpointDataSource>()
            .SelectMany(s => s.Endpoints)
            .OfType<RouteEndpoint>()
        let path = "/" + endpoint.RoutePattern.RawText!.Trim('/')
        where
            !path.StartsWith("/api/auth", StringComparison.Ordinal)
            && !path.StartsWith("/api/users", StringComparison.Ordinal)
            && !path.StartsWith("/api/groups", StringComparison.Ordinal)
            && path != "/api/import"
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        select (method, path);

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    private sealed record Someone(Person Who, string Mark, Dictionary<string, List<string>> Ids)
    {
        /// <summary>One of theirs that the route may be about; any of theirs where its path does not tell.</summary>
        public string IdFor(string path, Random random)
        {
            var kind =
                path.StartsWith("/api/export", StringComparison.Ordinal) ? "/api/conversations"
                : path.StartsWith("/api/search/saved", StringComparison.Ordinal) ? "/api/search/saved"
                : string.Join('/', path.Split('/').Take(3));
            var ids = Ids.TryGetValue(kind, out var known) ? known : [.. Ids.Values.SelectMany(all => all)];
            return ids[random.Next(ids.Count)];
        }

        public static async Task<Someone> LeaveMarksAsync(Person who, string mark)
        {
            var ids = new Dictionary<string, List<string>>(StringComparer.Ordinal);
            async Task<string> MakeAsync(string path, string json)
            {
                var made = await who.JsonAsync("POST", path, json, 201);
                var kind = path.Contains("messages", StringComparison.Ordinal) ? "{mid}" : path;
                (ids.TryGetValue(kind, out var known) ? known : ids[kind] = []).Add(made.Text("id"));
                return made.Text("id");
            }

            await MakeAsync("/api/tags", $$"""{"name":"{{mark}} tag"}""");
            await MakeAsync("/api/spaces", $$"""{"name":"{{mark}} space"}""");
            await MakeAsync("/api/folders", $$"""{"name":"{{mark}} folder"}""");
            await MakeAsync("/api/search/saved", $$"""{"name":"{{mark}} search","query":"{{mark}}"}""");
            for (var i = 0; i < 3; i++)
            {
                var id = await MakeAsync(
                    "/api/conversations",
                    $$"""{"title":"{{mark}} title","space":"{{(i == 0 ? "default" : mark + " space")}}","tags":["{{mark}} tag"],"model":"gpt-{{i}}"}"""
                );
                await MakeAsync(
                    $"/api/conversations/{id}/messages",
                    $$"""{"role":"user","content":"{{mark}} question {{i}}"}"""
                );
                await who.JsonAsync("GET", $"/api/search?q={mark}");
            }

            ids["/api/imports"] = ["00000000-0000-7000-8000-000000000000"];
            ids["/api/files"] = ["00000000-0000-7000-8000-000000000000"];
            return new Someone(who, mark, ids);
        }
    }
}
