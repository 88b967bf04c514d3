using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Parley.Kernel.Processes;

namespace Parley.Cli;

/// <summary>
/// llama.cpp's server over one model, on a loopback port that was free and with a key made for the occasion, which goes to
/// it by its environment: command lines can be read by everybody on the machine.
/// </summary>
internal sealed class LlamaServer : IDisposable
{
    public const string Program = "llama-server";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    private readonly ChildCommand command;
    private readonly HttpClient http;

    /// <param name="program">The whole path of the executable.</param>
    /// <param name="model">The GGUF file.</param>
    /// <param name="name">What the model is called.</param>
    /// <param name="more">Further arguments; they change neither address nor model.</param>
    public LlamaServer(string program, string model, string name, IReadOnlyList<string> more)
    {
        Key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var address = new UriBuilder("http", "127.0.0.1", FreePort()).Uri;
        BaseUrl = new Uri(address, "v1");
        http = LocalApi.Create(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) }, address);

        // Of two arguments of the same name it takes the last.
        command = new ChildCommand(
            program,
            [.. more, "--model", model, "--alias", name, "--host", "127.0.0.1", "--port", $"{address.Port}"]
        )
        {
            Environment = new Dictionary<string, string>(ChildEnvironment.WithoutOurs()) { ["LLAMA_API_KEY"] = Key },
            DiesWithParley = true,
        };
    }

    public string Key { get; }

    /// <summary>Where its API of chat completions begins; the same for every start.</summary>
    public Uri BaseUrl { get; }

    /// <summary>Starts it and waits until it has loaded its model.</summary>
    /// <param name="waiting">Told again and again how long it has taken so far.</param>
    /// <exception cref="CliException">It cannot be started, ends, or is not ready in time.</exception>
    public async Task<ChildProcess> StartAsync(
        TimeSpan limit,
        Func<TimeSpan, Task> waiting,
        TimeProvider time,
        CancellationToken ct
    )
    {
        ChildProcess child;
        try
        {
            child = ChildProcess.Start(command);
        }
        catch (ChildException refused)
        {
            throw new CliException(refused.Message);
        }

        try
        {
            var began = time.GetTimestamp();
            while (!await IsReadyAsync(ct))
            {
                var elapsed = time.GetElapsedTime(began);
                if (child.Ended.IsCompleted)
                {
                    throw new CliException($"{Program} did not get ready: {await EndOfAsync(child)}");
                }

                if (elapsed > limit)
                {
                    throw new CliException($"{Program} was not ready within {limit.TotalSeconds:0} s{Last(child)}");
                }

                await waiting(elapsed);
                await Task.WhenAny(child.Ended, Task.Delay(Interval, time, ct));
                ct.ThrowIfCancellationRequested();
            }

            return child;
        }
        catch
        {
            await StopAsync(child);
            throw;
        }
    }

    /// <summary>Ends it; answers under way get some time.</summary>
    public static Task StopAsync(ChildProcess child) => child.StopAsync(TimeSpan.Zero, Farewell);

    /// <summary>How it ended, and what it said last.</summary>
    public static async Task<string> EndOfAsync(ChildProcess child) =>
        $"it ended with {ChildProcess.Words(await child.Ended)}{Last(child)}";

    public void Dispose() => http.Dispose();

    private static string Last(ChildProcess child) => child.Complaints.All is [.., var last] ? ": " + last : "";

    /// <summary>Without a key: its state is open to all, 503 while it loads and 200 then.</summary>
    private async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/health", UriKind.Relative), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // it does not listen yet
        }
    }

    /// <summary>A port that nobody listens on now. Who takes it before llama-server does makes that one fail.</summary>
    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
