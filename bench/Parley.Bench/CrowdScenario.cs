using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Parley.Bench;

/// <summary>
/// Everybody signs in at once, each from an address of their own and as often as they are told to come back, while
/// somebody who is signed in goes on reading.
/// </summary>
internal static class CrowdScenario
{
    private const string Code = "the code of the bench";
    private const string Password = "correct horse battery staple";

    /// <summary>bcrypt at its least cost: accounts in no time, and a sign-in costs one Argon2id hash as any other does.</summary>
    private const string Hash = "$2b$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG";
    private const int InOneRequest = 500;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(30);

    private static readonly int People = int.Parse(
        Environment.GetEnvironmentVariable("PARLEY_BENCH_PEOPLE") ?? "2000",
        CultureInfo.InvariantCulture
    );

    public static async Task RunAsync(Report report)
    {
        using var server = BenchServer.Start(
            Workspace.Fresh("crowd"),
            "--single-user",
            "false",
            "--setup-code",
            Code,
            "--limit-user-requests",
            "0"
        );
        await SetUpAsync(server);
        var (path, _) = await AnswerScenario.OneKilobyteAsync(server);
        var quiet = await ReadAsync(server, path, Task.Delay(TimeSpan.FromSeconds(5)));
        var before = server.Process.Memory("VmHWM");
        var clock = Stopwatch.StartNew();
        var crowd = Task.WhenAll(Enumerable.Range(0, People).Select(number => ComeInAsync(server, number, clock)));
        var busy = await ReadAsync(server, path, crowd);
        var turnedAway = (await crowd).Sum();
        var took = clock.Elapsed.TotalSeconds;

        report.Row($"1 KB of JSON, p99 while {People:N0} people sign in at once", Quantile(busy, 0.99), 100, "ms");
        report.Row("the same, median", Quantile(busy, 0.5), "ms");
        report.Row("the same with nobody signing in, p99", Quantile(quiet, 0.99), "ms");
        report.Row("peak resident memory", server.Process.Memory("VmHWM") / 1e6, "MB");
        report.Row("peak resident memory before", before / 1e6, "MB");
        report.Row("until everybody is in", took, "s");
        report.Row("sign-ins a second", People / took, "/s");
        report.Note(
            $"{turnedAway:N0} times somebody was told to come back (429, 503), and did. {busy.Count:N0} other requests, one each {Pace.TotalMilliseconds:0} ms, "
                + $"timed from when they were due. Everybody has an address of their own (127.x.y.z): of one address at most 50 may be trying. {Workspace.Kind}."
        );
    }

    private static async Task SetUpAsync(BenchServer server)
    {
        var admin = await PostAsync(
            server.Http,
            "/api/auth/signup",
            $$"""{"email":"ada@example.org","password":"{{Password}}","setup_code":"{{Code}}"}"""
        );
        server.Http.DefaultRequestHeaders.Authorization = new(
            "Bearer",
            admin.RootElement.GetProperty("access_token").GetString()
        );
        for (var from = 0; from < People; from += InOneRequest)
        {
            var users = Enumerable
                .Range(from, Math.Min(InOneRequest, People - from))
                .Select(i => $$"""{"id":"{{i}}","email":"{{Address(i)}}","role":"user","password_hash":"{{Hash}}"}""");
            using var made = await PostAsync(
                server.Http,
                "/api/open-webui/users",
                $$"""{"users":[{{string.Join(',', users)}}]}"""
            );
        }
    }

    /// <summary>How often somebody was turned away before they were in.</summary>
    private static async Task<int> ComeInAsync(BenchServer server, int number, Stopwatch clock)
    {
        var own = new IPAddress([127, 1, (byte)(number / 250), (byte)(1 + (number % 250))]);
        using var http = new HttpClient(
            new SocketsHttpHandler
            {
                UseProxy = false,
                ConnectCallback = async (context, ct) =>
                {
                    var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    socket.Bind(new IPEndPoint(own, 0));
                    await socket.ConnectAsync(context.DnsEndPoint, ct);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        )
        {
            BaseAddress = server.Http.BaseAddress,
            Timeout = TimeSpan.FromMinutes(5),
        };
        var body = $$"""{"email":"{{Address(number)}}","password":"{{Password}}"}""";
        for (var turnedAway = 0; clock.Elapsed < Most; turnedAway++)
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(new Uri("/api/auth/signin", UriKind.Relative), content);
            if (answer.IsSuccessStatusCode)
            {
                return turnedAway;
            }

            if (answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
            {
                throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
            }

            // As told, and a little apart from the others who were told the same.
            var wait = answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1);
            await Task.Delay(wait + TimeSpan.FromMilliseconds(number % 1000));
        }

        throw new InvalidOperationException($"not everybody is in after {Most.TotalMinutes} minutes");
    }

    /// <summary>Milliseconds of a request each 20 ms until the end, from when it was due: one that waits delays no other.</summary>
    private static async Task<List<double>> ReadAsync(BenchServer server, string path, Task end)
    {
        var asked = new List<Task<double>>();
        var clock = Stopwatch.StartNew();
        for (var next = TimeSpan.Zero; !end.IsCompleted; next += Pace)
        {
            if (next - clock.Elapsed is { Ticks: > 0 } early)
            {
                await Task.Delay(early);
            }

            var due = next;
            asked.Add(
                Task.Run(async () =>
                {
                    await server.TimeAsync(path);
                    return (clock.Elapsed - due).TotalMilliseconds;
                })
            );
        }

        return [.. await Task.WhenAll(asked)];
    }

    private static double Quantile(List<double> times, double quantile)
    {
        times.Sort();
        return times[Math.Max(0, (int)Math.Ceiling(times.Count * quantile) - 1)];
    }

    private static async Task<JsonDocument> PostAsync(HttpClient http, string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content);
        answer.EnsureSuccessStatusCode();
        return await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync());
    }

    private static string Address(int number) => $"person{number}@example.org";
}
