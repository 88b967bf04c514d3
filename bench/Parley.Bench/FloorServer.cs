using System.Net.Sockets;

namespace Parley.Bench;

/// <summary>nginx with one worker: the floor of an HTTP answer, and of passing one on. Debian's package; loopback only.</summary>
internal sealed class FloorServer : IDisposable
{
    private readonly Child process;
    private readonly string folder;

    private FloorServer(Child process, string folder, int port)
    {
        this.process = process;
        this.folder = folder;
        Port = port;
    }

    public int Port { get; }

    /// <summary>User and system seconds of its worker.</summary>
    public double Cpu() =>
        Directory
            .GetDirectories("/proc")
            .Where(p => int.TryParse(Path.GetFileName(p), out _))
            .Select(p => Path.Combine(p, "stat"))
            .Where(File.Exists)
            .Sum(p => CpuIfChild(p));

    /// <summary>Serves one file.</summary>
    public static Task<FloorServer> FileAsync(byte[] answer) =>
        StartAsync(
            "types { application/json json; }",
            "",
            folder => File.WriteAllBytes(Path.Combine(folder, "answer.json"), answer)
        );

    /// <summary>Passes everything on as it comes.</summary>
    /// <param name="upstream">A port of this machine.</param>
    public static Task<FloorServer> ProxyAsync(int upstream) =>
        StartAsync(
            $"upstream up {{ server 127.0.0.1:{upstream}; keepalive 64; }}",
            "location / { proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ''; proxy_buffering off; }",
            _ => { }
        );

    private static async Task<FloorServer> StartAsync(string http, string server, Action<string> prepare)
    {
        if (!File.Exists("/usr/sbin/nginx"))
        {
            throw new InvalidOperationException("nginx is not installed: apt-get install nginx-light");
        }

        var folder = Directory.CreateTempSubdirectory("parley-nginx-").FullName;
        var port = FreePort();
        prepare(folder);
        File.WriteAllText(
            Path.Combine(folder, "nginx.conf"),
            $$"""
            daemon off; worker_processes 1; user root; pid {{folder}}/pid; error_log {{folder}}/error.log;
            events { worker_connections 512; }
            http { access_log off; keepalive_requests 1000000; {{http}}
              client_body_temp_path {{folder}}/b; proxy_temp_path {{folder}}/p; fastcgi_temp_path {{folder}}/f; uwsgi_temp_path {{folder}}/u; scgi_temp_path {{folder}}/s;
              server { listen 127.0.0.1:{{port}}; root {{folder}}; {{server}} } }
            """
        );
        var started = new FloorServer(
            Child.Start("/usr/sbin/nginx", "-c", Path.Combine(folder, "nginx.conf"), "-p", folder),
            folder,
            port
        );
        await WaitAsync(port);
        return started;
    }

    public void Dispose()
    {
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private double CpuIfChild(string stat)
    {
        try
        {
            var text = File.ReadAllText(stat);
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return fields[1] == process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)
                ? (
                    long.Parse(fields[11], System.Globalization.CultureInfo.InvariantCulture)
                    + long.Parse(fields[12], System.Globalization.CultureInfo.InvariantCulture)
                ) / 100.0
                : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static int FreePort()
    {
        using var free = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        free.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        return ((System.Net.IPEndPoint)free.LocalEndPoint!).Port;
    }

    private static async Task WaitAsync(int port)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync("127.0.0.1", port);
                return;
            }
            catch (SocketException) when (attempt < 99)
            {
                await Task.Delay(50);
            }
        }
    }
}
