using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Conversations;
using Parley.Embeddings;
using Parley.Identity;
using Parley.Kernel;
using Parley.Providers;
using Parley.Vectors;
using Parley.Vectors.Sqlite;

namespace Parley.Tests.Vectors;

/// <summary>A store with the Vectors room and no worker of its own: tests drain and write when they say so.</summary>
internal sealed class VectorStore : IAsyncDisposable
{
    private readonly TempFolder? own;
    private readonly ServiceProvider services;

    /// <param name="kept">Where the store is and stays; else in a folder of its own.</param>
    public VectorStore(TempFolder? kept = null, VectorOptions? options = null)
    {
        own = kept is null ? new TempFolder() : null;
        var rooms = new ServiceCollection();
        rooms.AddLogging();
        rooms.AddKernel((kept ?? own!).Path);
        rooms.AddIdentity(Accounts.Options(singleUser: true));
        rooms.AddConversations();
        rooms.AddProviders();
        rooms.AddEmbeddings();
        rooms.AddVectors(options);
        services = rooms.BuildServiceProvider();
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public Db Db => services.GetRequiredService<Db>();

    public IVectorIndex Index => services.GetRequiredService<IVectorIndex>();

    public VectorWorker Worker => services.GetRequiredService<VectorWorker>();

    public VectorMarks Marks => services.GetRequiredService<VectorMarks>();

    public CodeCache Cache => services.GetRequiredService<CodeCache>();

    public MessageWriter Writer => services.GetRequiredService<MessageWriter>();

    public IEmbedder Embedder => services.GetRequiredService<Embedders>().Current;

    /// <summary>Marks a group and writes it under that mark.</summary>
    public async Task WriteAsync(
        string model,
        long owner,
        long group,
        IReadOnlyList<NewVector> vectors,
        TextKind kind = TextKind.Message,
        params long[] gone
    )
    {
        await Db.WriteAsync(tx => Marks.Changed(tx, kind, group), Ct);
        var write = new GroupWrite(kind, group, owner, await MarkAsync(kind, group), gone, vectors, IsLast: true);
        Assert.Equal(1, await Index.WriteAsync(model, [write], Ct));
    }

    public async Task<long> MarkAsync(TextKind kind, long group) =>
        (await Db.ReadAsync(db => PendingGroups.Next(db, int.MaxValue), Ct))
            .Find(p => p.Kind == kind && p.GroupId == group)
            .Mark;

    public Task RemoveAsync(TextKind kind, params long[] ids) => Db.WriteAsync(tx => Marks.Removed(tx, kind, ids), Ct);

    public async Task<IReadOnlyList<VectorHit>> FindAsync(VectorQuery query) =>
        (await Index.NearestAsync(query, Ct)).Hits;

    /// <summary>The nearest messages of the local owner to a text.</summary>
    public async Task<IReadOnlyList<VectorHit>> FindAsync(
        string text,
        int limit = 10,
        long owner = DataFolder.LocalOwner
    )
    {
        var vector = await Embeddings.StaticEmbedderTests.EmbedAsync(Embedder, text);
        return await FindAsync(Query(owner, vector, limit, model: Embedder.Model));
    }

    public static VectorQuery Query(
        long owner,
        float[] vector,
        int limit = 10,
        bool exact = false,
        string model = "m",
        params TextKind[] kinds
    ) =>
        new(
            owner,
            vector,
            model,
            (kinds.Length > 0 ? kinds : [TextKind.Message, TextKind.Chunk, TextKind.Memory]).ToHashSet(),
            null,
            limit,
            exact
        );

    public Task<long> CountAsync(string sql) =>
        Db.ReadAsync(
            db =>
            {
                using var row = db.Query(sql);
                row.Step();
                return row.Int64(0);
            },
            Ct
        );

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        own?.Dispose();
    }
}
