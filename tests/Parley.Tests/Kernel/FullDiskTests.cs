using Parley.Kernel;

namespace Parley.Tests.Kernel;

/// <summary>Promise R10 on a real file system that fills up.</summary>
public sealed class FullDiskTests
{
    private static DbOptions On(SmallDisk disk) =>
        new() { DataDirectory = disk.Path, Migrations = StoreFixture.Words() };

    private static void Delete(DbTransaction tx)
    {
        using var q = tx.Query("DELETE FROM words WHERE id IN (SELECT id FROM words ORDER BY id LIMIT 1)");
        q.Run();
    }

    private static async Task<int> FillAsync(Db db, string word, int bytes)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                await db.WriteAsync(tx => StoreFixture.Insert(tx, $"{word} {i} {new string('x', bytes)}"));
            }
            catch (StoreFullException)
            {
                return i;
            }
        }
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(200_000)]
    public async Task A_full_disk_stops_writes_and_nothing_else(int bytes)
    {
        using var disk = new SmallDisk(24);
        await File.WriteAllBytesAsync(disk.File("filler"), new byte[12 * 1024 * 1024]);
        await using var db = Db.Open(On(disk));
        Assert.True(db.Health().Disk.IsLow);
        var kept = await FillAsync(db, "first", bytes);
        Assert.True(kept > 3);
        Assert.Equal(kept, db.Read(StoreFixture.Count));
        await Assert.ThrowsAsync<StoreFullException>(() => db.WriteAsync(tx => StoreFixture.Insert(tx, "ordinary")));
        await Assert.ThrowsAsync<StoreFullException>(() => db.WriteLargeAsync(tx => StoreFixture.Insert(tx, "batch")));
        Assert.NotNull(db.Health().LastError);

        for (var i = 0; i < 50; i++)
        {
            await db.WriteEssentialAsync(tx => StoreFixture.Insert(tx, $"signed in {i}"));
        }

        await db.WriteEssentialAsync(Delete);
        Assert.Equal(kept + 49, db.Read(StoreFixture.Count));

        File.Delete(disk.File("filler"));
        var more = await FillAsync(db, "second", bytes);
        Assert.True(more > 3);
        Assert.Equal(kept + 49 + more, db.Read(StoreFixture.Count));
        Assert.Equal("ok", db.Read(Sound));
    }

    [Fact]
    public async Task Parley_starts_on_a_full_disk()
    {
        using var disk = new SmallDisk(24);
        await File.WriteAllBytesAsync(disk.File("other"), new byte[12 * 1024 * 1024]);
        await using var db = Db.Open(On(disk));
        var kept = await FillAsync(db, "word", 50_000);
        await db.DisposeAsync();
        FillUp(disk.File("filler"));
        await using var again = Db.Open(On(disk));
        Assert.Equal(kept, again.Read(StoreFixture.Count));
        await Assert.ThrowsAsync<StoreFullException>(() =>
            again.WriteAsync(tx => StoreFixture.Insert(tx, new string('x', 1_000_000)))
        );
        File.Delete(disk.File("filler"));
        File.Delete(disk.File("other"));
        await again.WriteAsync(tx => StoreFixture.Insert(tx, "again"));
        Assert.Equal(kept + 1, again.Read(StoreFixture.Count));
    }

    [Fact]
    public async Task Without_even_a_reserve_the_store_is_read_until_there_is_room()
    {
        using var disk = new SmallDisk(24);
        await using (var db = Db.Open(On(disk)))
        {
            await db.WriteAsync(tx => StoreFixture.Insert(tx, "kept"));
        }

        File.Delete(disk.File("parley.reserve"));
        FillUp(disk.File("filler"));
        await using (var full = Db.Open(On(disk)))
        {
            Assert.True(full.AwaitsRoom);
            Assert.Null(full.ReadOnlyReason);
            Assert.Equal(1, full.Read(StoreFixture.Count));
            await Assert.ThrowsAsync<StoreFullException>(() => full.WriteAsync(tx => StoreFixture.Insert(tx, "a")));
            await Assert.ThrowsAsync<StoreFullException>(() => full.WriteEssentialAsync(Delete));
            Assert.Contains(full.Health().Warnings(), w => w.Contains("until there is room", StringComparison.Ordinal));
        }

        await using var again = Db.Open(On(disk));
        Assert.True(again is { AwaitsRoom: true, WasClean: true });
        using var leave = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 8).Select(_ => Task.Run(() => ReadOnAsync(again, leave.Token))).ToList();
        File.Delete(disk.File("filler"));
        var writes = Enumerable.Range(0, 20).Select(i => again.WriteAsync(tx => StoreFixture.Insert(tx, $"w{i}")));
        await Task.WhenAll(writes);
        await leave.CancelAsync();
        await Task.WhenAll(readers);
        Assert.False(again.AwaitsRoom);
        Assert.Equal(21, again.Read(StoreFixture.Count));
        Assert.Equal("ok", again.Read(Sound));
    }

    private static async Task ReadOnAsync(Db db, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            Assert.True(await db.ReadAsync(StoreFixture.Count, CancellationToken.None) > 0);
        }
    }

    [Fact]
    public async Task A_new_store_needs_room()
    {
        using var disk = new SmallDisk(1);
        FillUp(disk.File("filler"));
        await Assert.ThrowsAsync<StoreFullException>(async () => await Db.Open(On(disk)).DisposeAsync());
    }

    [Fact]
    public async Task A_server_starts_on_a_disk_without_a_byte_left_and_recovers()
    {
        using var disk = new SmallDisk(24);
        await using (var server = await ServedProcess.StartAsync(disk.Path))
        {
            Assert.Equal(201, await MakeAsync(server));
            Assert.Equal(0, await server.StopAsync());
        }

        File.Delete(disk.File("parley.reserve"));
        FillUp(disk.File("filler"));
        await using var full = await ServedProcess.StartAsync(disk.Path);
        Assert.Contains("\"total\":1", await full.Http.GetStringAsync("/api/conversations"), StringComparison.Ordinal);
        Assert.Contains("\"items\":[{", await full.Http.GetStringAsync("/api/search?q=kept"), StringComparison.Ordinal);
        Assert.Equal(507, await MakeAsync(full));
        var health = await full.Http.GetStringAsync("/health");
        Assert.Contains("\"read_only\":true", health, StringComparison.Ordinal);
        Assert.Contains("until there is room", health, StringComparison.Ordinal);
        using (var ready = await full.Http.GetAsync("/health/ready"))
        {
            Assert.True(ready.IsSuccessStatusCode);
        }

        File.Delete(disk.File("filler"));
        Assert.Equal(201, await MakeAsync(full));
        Assert.Contains("\"total\":2", await full.Http.GetStringAsync("/api/conversations"), StringComparison.Ordinal);
        Assert.Equal(0, await full.StopAsync());
    }

    private static async Task<int> MakeAsync(ServedProcess server)
    {
        using var body = new StringContent("{\"title\":\"kept\"}", System.Text.Encoding.UTF8, "application/json");
        using var answer = await server.Http.PostAsync(new Uri("/api/conversations", UriKind.Relative), body);
        return (int)answer.StatusCode;
    }

    private static string Sound(DbSession session)
    {
        using var q = session.Query("PRAGMA integrity_check");
        q.Step();
        return q.Text(0)!;
    }

    /// <summary>Takes every last block.</summary>
    private static void FillUp(string path)
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
            return; // full
        }
    }
}
