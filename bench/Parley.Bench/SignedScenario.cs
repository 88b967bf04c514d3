using System.Text;
using System.Text.Json;

namespace Parley.Bench;

/// <summary>CPU of a 1 KB JSON answer to somebody who is signed in against the same from a server without accounts.</summary>
internal static class SignedScenario
{
    private const int Rounds = 3;
    private const string Code = "the code of the bench";

    public static async Task RunAsync(Report report)
    {
        using var open = BenchServer.Start(Workspace.Fresh("unsigned"));
        using var accounts = BenchServer.Start(
            Workspace.Fresh("signed"),
            "--single-user",
            "false",
            "--setup-code",
            Code,
            "--limit-user-requests",
            "0"
        );
        var token = await SignUpAsync(accounts);
        accounts.Http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        var (openPath, body) = await AnswerScenario.OneKilobyteAsync(open);
        var (signedPath, _) = await AnswerScenario.OneKilobyteAsync(accounts);
        var ratios = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var unsigned = await RawLoad.CpuAsync(open.Port, openPath, open.Process.Cpu);
            var signed = await RawLoad.CpuAsync(
                accounts.Port,
                signedPath,
                accounts.Process.Cpu,
                $"Authorization: Bearer {token}\r\n"
            );
            ratios.Add(signed / unsigned);
            report.Note(
                $"Round {round + 1}: unsigned {unsigned * 1e6:0.0} µs, signed in {signed * 1e6:0.0} µs CPU a request."
            );
        }

        ratios.Sort();
        report.Row(
            $"{body.Length} bytes of JSON, CPU a request signed in as ratio to unsigned, median of {Rounds}",
            ratios[Rounds / 2],
            1.3,
            "x"
        );
        report.Note(
            $"{RawLoad.Requests:N0} requests over {RawLoad.Connections} kept connections each, {Workspace.Kind}."
        );
    }

    private static async Task<string> SignUpAsync(BenchServer server)
    {
        using var content = new StringContent(
            $$"""{"email":"ada@example.org","password":"correct horse battery staple","setup_code":"{{Code}}"}""",
            Encoding.UTF8,
            "application/json"
        );
        using var made = await server.Http.PostAsync(new Uri("/api/auth/signup", UriKind.Relative), content);
        made.EnsureSuccessStatusCode();
        using var tokens = JsonDocument.Parse(await made.Content.ReadAsStringAsync());
        return tokens.RootElement.GetProperty("access_token").GetString()!;
    }
}
