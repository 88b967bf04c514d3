using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Parley.Aot;

/// <summary>R10 on a real full disk: a tmpfs of 32 MB, as root; elsewhere it says so and skips, in CI it fails.</summary>
public sealed class SmallDiskTests
{
    [Fact]
    public async Task A_full_disk_refuses_writes_serves_reads_and_recovers_without_a_restart()
    {
        var mount = Directory.CreateTempSubdirectory("parley-tmpfs-").FullName;
        if (!await MountAsync(mount))
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", "mounting a tmpfs needs root");
            Assert.Fail("a tmpfs cannot be mounted");
        }

        try
        {
            await RunAsync(mount);
        }
        finally
        {
            using var unmount = NativeParley.Start("umount", ["-l", mount]);
            await unmount.WaitForExitAsync();
        }
    }

    private static async Task RunAsync(string mount)
    {
        var ledger = new Ledger();
        await using var server = await Server.StartAsync(Path.Combine(mount, "data"));
        Assert.True(await ledger.WriteAsync(server.Http, CancellationToken.None));

        var ballast = Path.Combine(mount, "ballast");
        Fill(ballast);
        var refused = await FirstRefusalAsync(ledger, server.Http);
        Assert.Equal(HttpStatusCode.InsufficientStorage, refused.Status);
        Assert.Equal("storage-full", refused.Code);

        // Reads and search go on, and what was acknowledged is there.
        await ledger.CheckAsync(server.Http, ledger.Acknowledged, CancellationToken.None);
        using (var health = await server.Http.GetAsync("/health"))
        {
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        }

        File.Delete(ballast);
        Assert.True(await ledger.WriteAsync(server.Http, CancellationToken.None), "writes do not work again");
        await ledger.CheckAsync(server.Http, ledger.Acknowledged, CancellationToken.None);
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal(0, (await NativeParley.RunAsync("doctor", "--data", Path.Combine(mount, "data"))).ExitCode);
    }

    /// <summary>Writes on until one is refused: there may be room left inside the files.</summary>
    private static async Task<(HttpStatusCode Status, string? Code)> FirstRefusalAsync(Ledger ledger, HttpClient http)
    {
        for (var i = 0; i < 10_000; i++)
        {
            if (!await ledger.WriteAsync(http, CancellationToken.None))
            {
                using var answer = await http.PostAsync(
                    new Uri("/api/import?name=x.json", UriKind.Relative),
                    new StringContent(new string('x', 70_000))
                );
                var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
                return (answer.StatusCode, problem.TryGetProperty("code", out var code) ? code.GetString() : null);
            }
        }

        throw new InvalidOperationException("the disk never filled");
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // Full: what was wanted.
        }
    }

    private static async Task<bool> MountAsync(string mount)
    {
        using var process = NativeParley.Start("mount", ["-t", "tmpfs", "-o", "size=32m", "tmpfs", mount]);
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
