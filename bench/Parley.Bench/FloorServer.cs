using System.Diagnostics;

namespace Parley.Bench;

/// <summary>nginx with one worker and a 1 KB JSON file: the floor of an HTTP answer. Debian's package; loopback only.</summary>
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

    public static bool IsInstalled => File.Exists("/usr/sbin/nginx");

    /// <summary>User and system seconds of its worker.</summary>
    public double Cpu() =>
        Directory
            .GetDirectories("/proc")
            .Where(p => int.TryParse(Path.GetFileName(p), out _))
            .Select(p => Path.Combine(p, "stat"))
            .Where(File.Exists)
            .Sum(p => CpuIfChild(p));

    public static FloorServer Start(int port, byte[] answer)
    {
        var folder = Directory.CreateTempSubdirectory("parley-nginx-").FullName;
        File.WriteAllBytes(Path.Combine(folder, "answer.json"), answer);
        File.WriteAllText(
            Path.Combine(folder, "nginx.conf"),
            $$"""
            daemon off; worker_processes 1; user root; pid {{folder}}/pid; error_log {{folder}}/error.log;
            events { worker_connections 512; }
            http { access_log off; keepalive_requests 1000000; types { application/json json; }
              client_body_temp_path {{folder}}/b; proxy_temp_path {{folder}}/p; fastcgi_temp_path {{folder}}/f; uwsgi_temp_path {{folder}}/u; scgi_temp_path {{folder}}/s;
              server { listen 127.0.0.1:{{port}}; root {{folder}}; } }
            """
        );
        return new FloorServer(
            Child.Start("/usr/sbin/nginx", "-c", Path.Combine(folder, "nginx.conf"), "-p", folder),
            folder,
            port
        );
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
}
