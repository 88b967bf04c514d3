using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Parley.Bench;

/// <summary>
/// Models through Parley and through nginx (<c>proxy_pass</c>, unbuffered), one scripted upstream behind both: what each
/// adds to a short answer, and what an event of a stream costs.
/// </summary>
internal static class GatewayScenario
{
    private const int Connections = 32;
    private const int Rounds = 3;
    private const int Short = 300;
    private const int Events = 32_000;
    private const string Gateway = "/openai/v1/chat/completions";
    private const string Proxy = "/v1/chat/completions";

    public static async Task RunAsync(Report report)
    {
        var (upstream, address) = await ScriptedUpstream.StartAsync();
        using var _ = upstream;
        using var floor = await FloorServer.ProxyAsync(address.Port);
        using (var server = BenchServer.Start(Workspace.Fresh("gateway"), ScriptedUpstream.Settings(address)))
        {
            await ShortAsync(report, address, floor, server);
            foreach (var tokens in (int[])[100, 1_000])
            {
                await EventsAsync(report, tokens, floor, server);
            }
        }

        Workspace.Fresh("gateway");
        report.Note(
            $"Short: one token, {Short} answers one after the other, three rounds in turn, medians. Events: one each millisecond or when the timer comes to it, each flushed, {Events:N0} of them over {Connections} connections, {Rounds} rounds; CPU of the server between client and upstream. A stored turn is POST /api/chat/stream, its question and answer kept with their conversation. nginx with one worker and kept connections. {Workspace.Kind}."
        );
    }

    private static async Task ShortAsync(Report report, Uri upstream, FloorServer floor, BenchServer server)
    {
        using var direct = new StreamLoad(upstream, 1);
        using var nginx = new StreamLoad(new Uri($"http://127.0.0.1:{floor.Port}"), 1);
        using var parley = new StreamLoad(server.Http.BaseAddress!, 1);
        var body = StreamLoad.Completion(ScriptedUpstream.Model(1, 0));
        var times = new[] { new List<double>(), new List<double>(), new List<double>() };
        for (var round = 0; round <= Rounds; round++)
        {
            var ways = new[] { (direct, Proxy), (nginx, Proxy), (parley, Gateway) };
            for (var way = 0; way < ways.Length; way++)
            {
                for (var time = 0; time < Short; time++)
                {
                    var (_, all) = await ways[way].Item1.AskAsync(ways[way].Item2, body, 1);
                    if (round > 0)
                    {
                        times[way].Add(all);
                    }
                }
            }
        }

        var medians = times.Select(Median).ToArray();
        report.Row("one token, median, straight", medians[0], "ms");
        report.Row("added by nginx", medians[1] - medians[0], "ms");
        report.Row("added by Parley", medians[2] - medians[0], "ms");
        report.Row("added by Parley to added by nginx", (medians[2] - medians[0]) / (medians[1] - medians[0]), 2, "x");
    }

    private static async Task EventsAsync(Report report, int tokens, FloorServer floor, BenchServer server)
    {
        var model = ScriptedUpstream.Model(tokens, 1);
        var completion = StreamLoad.Completion(model);
        var conversations = new List<string>();
        for (var connection = 0; connection < Connections; connection++)
        {
            conversations.Add(await ConversationAsync(server));
        }

        using var nginx = new StreamLoad(new Uri($"http://127.0.0.1:{floor.Port}"), Connections);
        using var parley = new StreamLoad(server.Http.BaseAddress!, Connections);
        var (gateway, turn) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var floorCost = await CostAsync(nginx, _ => (Proxy, completion), tokens, floor.Cpu);
            var gatewayCost = await CostAsync(parley, _ => (Gateway, completion), tokens, server.Process.Cpu);
            var turnCost = await CostAsync(
                parley,
                connection =>
                    (
                        "/api/chat/stream",
                        $$"""{"message":"Say something.","model_name":"{{model}}","conversation_id":"{{conversations[connection]}}"}"""
                    ),
                tokens,
                server.Process.Cpu
            );
            gateway.Add(gatewayCost / floorCost);
            turn.Add(turnCost / floorCost);
            report.Note(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{tokens:N0} tokens, round {round + 1}: nginx {floorCost * 1e6:0.0} µs, gateway {gatewayCost * 1e6:0.0} µs, stored turn {turnCost * 1e6:0.0} µs an event."
                )
            );
        }

        report.Row($"an event of {tokens:N0} through the gateway, CPU to nginx", Median(gateway), 1.5, "x");
        report.Row($"an event of {tokens:N0} through a stored turn, CPU to nginx", Median(turn), 3, "x");
    }

    private static async Task<double> CostAsync(
        StreamLoad load,
        Func<int, (string Path, string Json)> question,
        int tokens,
        Func<double> cpu
    )
    {
        await load.ManyAsync(question, Connections, tokens);
        var before = cpu();
        await load.ManyAsync(question, Events / tokens, tokens);
        return (cpu() - before) / Events;
    }

    private static async Task<string> ConversationAsync(BenchServer server)
    {
        using var content = new StringContent("""{"title":"bench"}""", Encoding.UTF8, "application/json");
        using var made = await server.Http.PostAsync(new Uri("/api/conversations", UriKind.Relative), content);
        made.EnsureSuccessStatusCode();
        using var body = JsonDocument.Parse(await made.Content.ReadAsByteArrayAsync());
        return body.RootElement.GetProperty("id").GetString()!;
    }

    private static double Median(List<double> times)
    {
        times.Sort();
        return times[times.Count / 2];
    }
}
