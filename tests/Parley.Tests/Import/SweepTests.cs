using System.Text;
using Parley.Conversations;
using Parley.Files;
using Parley.Import;
using Parley.Kernel;

namespace Parley.Tests.Import;

/// <summary>What dead processes and deleted rows leave on the disk goes after a day, and nothing else does.</summary>
public sealed class SweepTests
{
    private static readonly TimeSpan TwoDays = TimeSpan.FromDays(2);

    [Fact]
    public async Task Uploads_that_no_import_waits_for_go_after_a_day()
    {
        await using var app = await ParleyApp.StartAsync();
        await AddImportAsync(app, 1, "waited", ImportStatus.Queued);
        await AddImportAsync(app, 2, "ended", ImportStatus.Done);
        string leftover = Upload(app, "left", TwoDays),
            young = Upload(app, "young", TimeSpan.FromHours(23)),
            waited = Upload(app, "waited", TwoDays),
            ended = Upload(app, "ended", TwoDays);

        await app.Get<UploadSweep>().SweepAsync(CancellationToken.None);
        Assert.False(File.Exists(leftover));
        Assert.False(File.Exists(ended));
        Assert.True(File.Exists(young));
        Assert.True(File.Exists(waited));
    }

    [Fact]
    public async Task A_start_sweeps_what_the_process_before_left()
    {
        await using var app = await ParleyApp.StartAsync();
        var leftover = Upload(app, "left", TwoDays);
        var swept = new TaskCompletionSource();
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(leftover)!) { EnableRaisingEvents = true };
        watcher.Deleted += (_, _) => swept.TrySetResult();
        await app.RestartAsync();

        // The first start may have been late, and swept it before anybody watched.
        if (File.Exists(leftover))
            await swept.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(File.Exists(leftover));
    }

    [Fact]
    public async Task Bytes_that_no_row_names_go_after_a_day_unless_an_import_holds_them()
    {
        await using var app = await ParleyApp.StartAsync();
        var blobs = app.Get<BlobStore>();
        using var running = blobs.Hold();
        byte[] named,
            orphan,
            young;
        using (var over = blobs.Hold())
        {
            named = Put(over, "named");
            orphan = Put(over, "orphan");
            young = Put(over, "young");
        }

        var held = Put(running, "held");
        await NameAsync(app, named);
        Age(app, named, orphan, held);

        await app.Get<AttachmentSweep>().SweepAsync(CancellationToken.None);
        Assert.False(blobs.Exists(orphan));
        Assert.True(blobs.Exists(named) && blobs.Exists(young) && blobs.Exists(held));

        running.Dispose();
        await app.Get<AttachmentSweep>().SweepAsync(CancellationToken.None);
        Assert.False(blobs.Exists(held));
    }

    [Fact]
    public async Task What_was_stored_half_goes_and_a_strangers_file_stays()
    {
        await using var app = await ParleyApp.StartAsync();
        var half = Path.Combine(app.DataFolder, "files", "incoming", "half");
        var foreign = Path.Combine(app.DataFolder, "files", "ab", "notes.txt");
        foreach (var path in new[] { half, foreign })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, "x");
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow - TwoDays);
        }

        await app.Get<AttachmentSweep>().SweepAsync(CancellationToken.None);
        Assert.False(File.Exists(half));
        Assert.True(File.Exists(foreign));
    }

    private static byte[] Put(BlobHold hold, string text) =>
        hold.Put(new MemoryStream(Encoding.UTF8.GetBytes(text)), 1000).Hash;

    private static void Age(ParleyApp app, params byte[][] hashes)
    {
        foreach (var hash in hashes)
        {
            var hex = Convert.ToHexStringLower(hash);
            File.SetLastWriteTimeUtc(
                Path.Combine(app.DataFolder, "files", hex[..2], hex[2..]),
                DateTime.UtcNow - TwoDays
            );
        }
    }

    private static Task NameAsync(ParleyApp app, byte[] hash) =>
        app.Get<Db>()
            .WriteAsync(tx =>
            {
                using var insert = tx.Query(
                    "INSERT INTO attachments (id, message_id, conversation_id, blob) VALUES (2, 2, 3, ?1)"
                );
                insert.BindBlob(1, hash);
                insert.Run();
            });

    private static string Upload(ParleyApp app, string name, TimeSpan age)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(app.DataFolder, "incoming")).FullName, name);
        File.WriteAllText(path, "x");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow - age);
        return path;
    }

    private static Task AddImportAsync(ParleyApp app, long id, string name, string status) =>
        app.Get<Db>()
            .WriteAsync(tx =>
                app.Get<ImportStore>()
                    .Add(
                        tx,
                        new ImportRow(
                            id,
                            1,
                            status,
                            "x",
                            "/elsewhere/" + name,
                            true,
                            1,
                            1,
                            0,
                            null,
                            null,
                            0,
                            null,
                            null
                        )
                    )
            );
}
