using System.Text;

namespace Parley.Bench;

/// <summary>CPU of a 1 KB JSON answer against nginx serving the same bytes, both loaded alike in the same run.</summary>
internal static class AnswerScenario
{
    private const int Rounds = 3;

    public static async Task RunAsync(Report report)
    {
        using var server = BenchServer.Start(Workspace.Fresh("answer"));
        var (path, body) = await OneKilobyteAsync(server);
        using var floor = await FloorServer.FileAsync(body);
        var ratios = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var nginx = await RawLoad.CpuAsync(floor.Port, "/answer.json", floor.Cpu);
            var parley = await RawLoad.CpuAsync(server.Port, path, server.Process.Cpu);
            ratios.Add(parley / nginx);
            report.Note($"Round {round + 1}: nginx {nginx * 1e6:0.0} µs, Parley {parley * 1e6:0.0} µs CPU a request.");
        }

        ratios.Sort();
        report.Row(
            $"{body.Length} bytes of JSON ({path}), CPU a request as ratio to nginx, median of {Rounds}",
            ratios[Rounds / 2],
            2,
            "x"
        );
        report.Note(
            $"{RawLoad.Requests:N0} requests over {RawLoad.Connections} kept connections each, {Workspace.Kind}."
        );
    }

    /// <summary>An answer the size of a kilobyte: a conversation made for it.</summary>
    public static async Task<(string Path, byte[] Body)> OneKilobyteAsync(BenchServer server)
    {
        using var content = new StringContent(
            "{\"title\":\"" + new string('t', 450) + "\"}",
            Encoding.UTF8,
            "application/json"
        );
        using var made = await server.Http.PostAsync(new Uri("/api/conversations", UriKind.Relative), content);
        made.EnsureSuccessStatusCode();
        var path = made.Headers.Location?.ToString() ?? throw new InvalidOperationException("no Location");
        return (path, await server.Http.GetByteArrayAsync(new Uri(path, UriKind.RelativeOrAbsolute)));
    }
}
