using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Parley.Identity;

namespace Parley.Tests.Identity;

/// <summary>
/// S17: people, an admin among them, act through every route there is, with their own ids and each other's, and nobody
/// ever sees a mark that somebody else left: not in bodies, headers, hits, facets, suggestions, exports or errors. What
/// somebody lent is seen by who borrowed it, and by nobody else.
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
            var email = $"{name}@example.org";
            var person = name == "ada" ? admin : await admin.AddAsync(email);
            var mark = $"mark{name}{random.Next(100_000, 999_999)}";
            people.Add(await Someone.LeaveMarksAsync(admin, person, email, mark));
        }

        for (var i = 0; i < people.Count; i++)
        {
            people[i] = await people[i].LendAsync(people[(i + 1) % people.Count].Who);
        }

        // What ends sessions comes last, so that the others act with theirs.
        var routes = Routes(app).ToArray();
        random.Shuffle(routes);
        routes = [.. routes.OrderBy(r => EndsSessions(r.Path))];
        var own = 0;
        foreach (var (method, path, level) in routes)
        {
            foreach (var person in people)
            {
                foreach (var owner in people)
                {
                    own += await ActAsync(random, method, path, level, person, owner, people);
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
            var who = await app.SignInAsync(person.Email);
            Assert.NotEmpty((await who.JsonAsync("GET", $"/api/search?q={person.Mark}")).Items());
        }
    }

    /// <summary>Of one's own, or, where a directory or an admin acts, of another's.</summary>
    private static bool EndsSessions(string path) =>
        path.StartsWith("/api/auth", StringComparison.Ordinal) || path.StartsWith("/scim", StringComparison.Ordinal);

    /// <summary>Gives how often the person saw the own mark.</summary>
    private static async Task<int> ActAsync(
        Random random,
        string method,
        string path,
        AccessLevel level,
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
        var id = owner.IdFor(path, random);
        // An admin may remove an account, and then nothing of it is left to look for.
        if (method == "DELETE" && id == owner.Who.Id && person == people[0])
        {
            return 0;
        }

        var address = Parameter()
            .Replace(
                path,
                m =>
                    m.Value switch
                    {
                        "{format}" => "json",
                        "{mid}" => owner.Ids["{mid}"][0],
                        _ => id,
                    }
            );
        var asked = person == owner ? owner.Mark : owner.Mark[..^2];
        var query = $"?q={asked}*&space={asked}&tag={asked}&tree=true&histogram=auto";
        var borrows = owner.LentTo == person.Who.Id && id == owner.LentId;
        foreach (var suffix in method == "GET" ? new[] { "", query, "?shared=true" } : [""])
        {
            // Each act on sessions and keys has a session of its own, which it may end.
            var who = EndsSessions(path) ? await person.Who.App.SignInAsync(person.Email) : person.Who;
            using var answer = await AskAsync(who, method, address + suffix);
            var seen = await SeenAsync(answer);
            own += seen.Contains(person.Mark, StringComparison.OrdinalIgnoreCase) ? 1 : 0;
            foreach (var other in people.Where(o => o != person))
            {
                Assert.False(
                    seen.Contains(other.Mark, StringComparison.OrdinalIgnoreCase),
                    $"{person.Mark} sees {other.Mark} by {method} {address}{suffix}: {(int)answer.StatusCode} {seen}"
                );
                Assert.False(
                    other.LentTo != person.Who.Id && seen.Contains(other.Lent, StringComparison.OrdinalIgnoreCase),
                    $"{person.Mark} sees {other.Lent} by {method} {address}{suffix}: {(int)answer.StatusCode} {seen}"
                );
            }

            if (borrows)
            {
                own += seen.Contains(owner.Lent, StringComparison.OrdinalIgnoreCase) ? 1 : 0;
            }
            else if (
                person != owner
                && level != AccessLevel.Admin
                && path.Contains('{', StringComparison.Ordinal)
                && method != "POST"
            )
            {
                Assert.True((int)answer.StatusCode is 404 or 400, $"{method} {address}: {(int)answer.StatusCode}");
            }
        }

        return own;
    }

    /// <summary>A stream that was left is open a little longer, and there may be five at once: then it is asked again.</summary>
    private static async Task<HttpResponseMessage> AskAsync(Person who, string method, string address)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await who.SendAsync(method, address, method is "GET" or "DELETE" ? null : "{}");
            if (answer.StatusCode != System.Net.HttpStatusCode.TooManyRequests || attempt == 10_000)
            {
                return answer;
            }

            answer.Dispose();
        }
    }

    /// <summary>Everything a client can look at; a zip is opened.</summary>
    private static async Task<string> SeenAsync(HttpResponseMessage answer)
    {
        var text = new StringBuilder(answer.Headers.ToString()).Append(answer.Content.Headers);
        if (answer.Content.Headers.ContentType?.MediaType == "text/event-stream")
        {
            var first = new byte[64 * 1024]; // it may have no end
            await using var events = await answer.Content.ReadAsStreamAsync();
            return text.Append(Encoding.UTF8.GetString(first, 0, await events.ReadAsync(first))).ToString();
        }

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

    private static IEnumerable<(string Method, string Path, AccessLevel Level)> Routes(ParleyApp app) =>
        from endpoint in app
            .Services.GetServices<EndpointDataSource>()
            .SelectMany(s => s.Endpoints)
            .OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        select (
            method,
            "/" + endpoint.RoutePattern.RawText!.Trim('/'),
            endpoint.Metadata.GetMetadata<AccessPolicy>()!.Level
        );

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    private sealed record Someone(Person Who, string Email, string Mark, Dictionary<string, List<string>> Ids)
    {
        /// <summary>The mark on what is shared with one of the others.</summary>
        public string Lent { get; private init; } = "";
        public string LentId { get; private init; } = "";
        public string LentTo { get; private init; } = "";

        /// <summary>Lets somebody read one conversation more.</summary>
        public async Task<Someone> LendAsync(Person to)
        {
            var lent = "lent" + Mark[4..];
            var made = await Who.JsonAsync("POST", "/api/conversations", $$"""{"title":"{{lent}} title"}""", 201);
            var id = made.Text("id");
            await Who.JsonAsync(
                "POST",
                $"/api/conversations/{id}/messages",
                $$"""{"role":"user","content":"{{lent}} question"}""",
                201
            );
            await Who.JsonAsync(
                "PUT",
                $"/api/conversations/{id}/grants",
                $$"""{"grants":[{"user_id":"{{to.Id}}","rights":["read"]}]}"""
            );
            Ids["/api/conversations"].Add(id);
            return this with { Lent = lent, LentId = id, LentTo = to.Id };
        }

        /// <summary>One of theirs that the route may be about; any of theirs where its path does not tell.</summary>
        public string IdFor(string path, Random random)
        {
            var kind =
                path.StartsWith("/api/export", StringComparison.Ordinal) ? "/api/conversations"
                : path.StartsWith("/api/search/saved", StringComparison.Ordinal) ? "/api/search/saved"
                : path.StartsWith("/api/auth", StringComparison.Ordinal) ? string.Join('/', path.Split('/').Take(4))
                : string.Join('/', path.Split('/').Take(3));
            var ids = Ids.TryGetValue(kind, out var known) ? known : [.. Ids.Values.SelectMany(all => all)];
            return ids[random.Next(ids.Count)];
        }

        public static async Task<Someone> LeaveMarksAsync(Person admin, Person who, string email, string mark)
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

            var export = await Uploads.ExportAsync(mark, mark, (mark + ".txt", $"{mark} in a file"));
            ids["/api/imports"] = [(await who.ImportAsync(export, mark + ".zip")).Text("id")];
            ids["/api/files"] = [await FileAsync(who)];
            var document = await MakeAsync(
                "/api/prd",
                $$"""{"name":"{{mark}} needs","text":"# {{mark}}\n\nREQ-1 The {{mark}} shall stay with its owner."}"""
            );
            var statements = await who.JsonAsync("GET", $"/api/prd/{document}/chunks");
            ids["/api/chunks"] = [.. statements.Items().Select(s => s.Text("id"))];
            ids["/api/graph"] = ids["/api/chunks"];
            var key = await who.JsonAsync(
                "POST",
                "/api/auth/keys",
                $$"""{"name":"{{mark}} key","scopes":["read"]}""",
                201
            );
            ids["/api/auth/keys"] = [key.GetProperty("key").Text("id")];
            ids["/api/auth/sessions"] = [(await who.JsonAsync("GET", "/api/auth/sessions")).Items()[0].Text("id")];
            ids["/api/users"] = [who.Id];
            var group = await admin.JsonAsync("POST", "/api/groups", $$"""{"name":"of {{who.Id}}"}""", 201);
            ids["/api/groups"] = [group.Text("id")];
            await admin.JsonAsync("PUT", $"/api/groups/{group.Text("id")}/members/{who.Id}");
            return new Someone(who, email, mark, ids);
        }

        private static async Task<string> FileAsync(Person who)
        {
            var imported = (await who.JsonAsync("GET", "/api/conversations?provider=chatgpt")).Items().Single();
            var messages = await who.JsonAsync("GET", $"/api/conversations/{imported.Text("id")}/messages");
            return messages
                .Items()
                .SelectMany(message => message.IsNull("parts") ? [] : message.Items("parts"))
                .First(part => part.TryGetProperty("attachment", out _))
                .GetProperty("attachment")
                .Text("id");
        }
    }
}
