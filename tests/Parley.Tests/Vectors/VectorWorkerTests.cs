using Parley.Conversations;
using Parley.Kernel;
using Parley.Tests.Search;
using Parley.Vectors;
using Parley.Vectors.Sqlite;

namespace Parley.Tests.Vectors;

/// <summary>From messages to vectors and back, over the writer that imports use.</summary>
public sealed class VectorWorkerTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private VectorStore store = null!;

    public ValueTask InitializeAsync()
    {
        store = new VectorStore(folder);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        folder.Dispose();
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Task<List<long>> AddAsync(params ConversationDraft[] drafts) =>
        SearchStore.AddAsync(store.Db, store.Writer, drafts);

    private Task<long> VectorsAsync() => store.CountAsync("SELECT coalesce(sum(live), 0) FROM vector_blocks");

    private static ConversationDraft Tea(int day = 0) =>
        Drafts
            .New(day: day)
            .User("How long should green tea steep?")
            .Assistant("Two minutes in water that no longer boils.")
            .User("And the black one?")
            .Assistant("Four minutes, boiling.");

    [Fact]
    public async Task Messages_are_found_by_meaning()
    {
        await AddAsync(
            Tea(),
            Drafts.New(day: 1).User("My car makes a noise when braking").Assistant("The brake pads are worn."),
            Drafts.New(day: 2).User("Explain recursion").Assistant("A function that calls itself.")
        );
        Assert.False((await store.Index.StateAsync(Ct)).IsWhole);
        await store.Worker.DrainAsync(Ct);
        var state = await store.Index.StateAsync(Ct);
        Assert.Equal((true, "parley-static-v1"), (state.IsWhole, state.Model));
        Assert.Equal(8, await VectorsAsync());
        var vehicle = (await store.FindAsync("automobile vehicle repair"))[0];
        Assert.Equal(1, await store.CountAsync($"SELECT text LIKE '%brak%' FROM messages WHERE id = {vehicle.Id}"));
        Assert.Equal(
            vehicle.GroupId,
            await store.CountAsync($"SELECT conversation_id FROM messages WHERE id = {vehicle.Id}")
        );
        Assert.Empty(await store.FindAsync("automobile", owner: 2));
    }

    [Fact]
    public async Task A_long_message_has_a_vector_for_each_passage()
    {
        var words = string.Join(' ', Enumerable.Repeat("Bread needs flour, water, salt and time.", 120));
        await AddAsync(Drafts.New().User(words + " Penguins live in Antarctica."));
        await store.Worker.DrainAsync(Ct);
        Assert.Equal(5, await VectorsAsync());
        Assert.Equal(4, (await store.FindAsync("penguins of the Antarctic", 1))[0].Part);
    }

    [Fact]
    public async Task Only_what_changed_is_embedded_anew()
    {
        var (first, second) = (Tea(), Tea());
        await AddAsync(first);
        await store.Worker.DrainAsync(Ct);
        var before = await ItemsAsync();
        // Marked, and nothing is another: nothing is written.
        var group = await store.CountAsync("SELECT id FROM conversations");
        await store.Db.WriteAsync(tx => store.Marks.Changed(tx, TextKind.Message, group), Ct);
        await store.Worker.DrainAsync(Ct);
        Assert.Equal(before, await ItemsAsync());

        // A turn more: it, and the one before it, which has got a neighbour.
        var draft = Drafts.New();
        await store.Db.WriteAsync(
            tx =>
            {
                using var insert = tx.Query(
                    """
                    INSERT INTO messages (id, conversation_id, parent_id, ord, active, role, status, hidden, model_id, text, hash, words)
                    SELECT max(id) + 2, conversation_id, max(id), 4, 1, 1, 0, 0, 0, 'And oolong?', 0, 2 FROM messages
                    """
                );
                insert.Run();
                store.Marks.Changed(tx, TextKind.Message, group);
            },
            Ct
        );
        await store.Worker.DrainAsync(Ct);
        var after = await ItemsAsync();
        Assert.Equal(5, after.Count);
        Assert.Equal(3, before.Intersect(after).Count());
        draft.Dispose();
        second.Dispose();
    }

    private Task<List<(long, long, long)>> ItemsAsync() =>
        store.Db.ReadAsync(
            db =>
            {
                var items = new List<(long, long, long)>();
                using var rows = db.Query("SELECT item_id, hash, slot FROM vector_items ORDER BY item_id");
                while (rows.Step())
                {
                    items.Add((rows.Int64(0), rows.Int64(1), rows.Int64(2)));
                }

                return items;
            },
            Ct
        );

    [Fact]
    public async Task Vectors_leave_with_their_messages()
    {
        var ids = await AddAsync(Tea(), Tea(1));
        await store.Worker.DrainAsync(Ct);
        var gone = await store.CountAsync($"SELECT min(id) FROM messages WHERE conversation_id = {ids[0]}");
        var batch = new WriteBatch();
        batch.Removed.Add(gone);
        batch.RemovedFrom.Add(ids[0]);
        await store.Db.WriteAsync(
            tx =>
            {
                tx.Execute($"DELETE FROM messages WHERE id = {gone}");
                store.Writer.Publish(tx, batch);
            },
            Ct
        );
        Assert.Equal(7, await VectorsAsync());
        Assert.DoesNotContain(await store.FindAsync("green tea"), h => h.Id == gone);
        await store.Worker.DrainAsync(Ct);
        Assert.Equal(7, await VectorsAsync());
        Assert.True((await store.Index.StateAsync(Ct)).IsWhole);
    }

    [Fact]
    public async Task A_message_removed_while_it_is_embedded_gets_no_vector()
    {
        var ids = await AddAsync(Tea());
        var mark = await store.MarkAsync(TextKind.Message, ids[0]);
        await store.Db.WriteAsync(
            tx =>
            {
                tx.Execute($"DELETE FROM messages WHERE conversation_id = {ids[0]}");
                var batch = new WriteBatch();
                batch.Removed.Add(1);
                batch.RemovedFrom.Add(ids[0]);
                store.Writer.Publish(tx, batch);
            },
            Ct
        );
        Assert.NotEqual(mark, await store.MarkAsync(TextKind.Message, ids[0]));
        await store.Worker.DrainAsync(Ct);
        Assert.Equal(0, await VectorsAsync());
    }

    [Fact]
    public async Task Pieces_of_documents_are_marked_by_their_document_and_leave_with_their_write()
    {
        var added = new WriteBatch();
        added.Passages.Add(new WrittenPassage(10, 1, 20, null, "tea"u8.ToArray()));
        await store.Db.WriteAsync(tx => store.Writer.Publish(tx, added), Ct);
        Assert.NotEqual(0, await store.MarkAsync(TextKind.Chunk, 20));
        var vector = await Embeddings.StaticEmbedderTests.EmbedAsync(store.Embedder, "tea");
        await store.WriteAsync(store.Embedder.Model, 1, 20, [new NewVector(10, 0, 1, vector)], TextKind.Chunk);
        Assert.Equal(10, Assert.Single(await store.FindAsync("tea")).Id);
        var removed = new WriteBatch();
        removed.RemovedPassages.Add(10);
        await store.Db.WriteAsync(tx => store.Writer.Publish(tx, removed), Ct);
        Assert.Empty(await store.FindAsync("tea"));
    }

    [Fact]
    public async Task A_new_owner_finds_what_was_handed_over_and_the_old_one_nothing()
    {
        var ids = await AddAsync(Tea());
        await store.Worker.DrainAsync(Ct);
        await store.Db.WriteAsync(
            tx =>
            {
                tx.Execute("UPDATE conversations SET owner_id = 2");
                store.Marks.Changed(tx, TextKind.Message, ids[0]);
            },
            Ct
        );
        await store.Worker.DrainAsync(Ct);
        Assert.Empty(await store.FindAsync("green tea"));
        Assert.Equal(4, (await store.FindAsync("green tea", owner: 2)).Count);
    }

    [Fact]
    public async Task A_store_from_before_is_embedded_whole()
    {
        await AddAsync([.. Enumerable.Range(0, 20).Select(Tea)]);
        await store.Db.WriteAsync(tx => tx.Execute("DELETE FROM vector_pending"), Ct);
        await store.Worker.DrainAsync(Ct);
        Assert.Equal(80, await VectorsAsync());
    }

    [Fact]
    public async Task What_is_left_goes_on_after_the_process_ended()
    {
        await AddAsync([.. Enumerable.Range(0, 30).Select(Tea)]);
        using (var stop = new CancellationTokenSource())
        {
            // One group is written, then the work ends as a killed process leaves it.
            var work = new GroupEmbedding(store.Db, store.Index, store.Embedder, [new MessageTexts()]);
            await store.Embedder.OpenAsync(Ct);
            var pending = await store.Db.ReadAsync(db => PendingGroups.Next(db, 2), Ct);
            await work.AddAsync(pending[0], Ct);
            await work.FlushAsync(Ct);
            await work.AddAsync(pending[1], Ct);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work.FlushAsync(stop.Token));
        }

        await store.DisposeAsync();
        store = new VectorStore(folder);
        Assert.Equal(4, await VectorsAsync());
        Assert.Equal(29, await store.CountAsync("SELECT count(*) FROM vector_pending"));
        await store.Worker.DrainAsync(Ct);
        Assert.Equal(120, await VectorsAsync());
        Assert.Equal(0, await store.CountAsync("SELECT count(*) FROM vector_pending"));
    }

    [Fact]
    public async Task Another_model_takes_over_when_all_is_there()
    {
        await AddAsync(Tea(), Tea(1));
        await store.Worker.DrainAsync(Ct);
        // As if the store had been embedded with another model before.
        await store.Db.WriteAsync(tx => tx.Execute("UPDATE vector_models SET name = 'old', dims = 256"), Ct);
        await store.Db.WriteAsync(tx => VectorModels.SetTarget(tx, store.Embedder.Model, 256, TextKind.Message), Ct);
        Assert.Equal("old", (await store.Index.StateAsync(Ct)).Model);
        await store.Worker.DrainAsync(Ct);
        Assert.Equal(store.Embedder.Model, (await store.Index.StateAsync(Ct)).Model);
        Assert.Equal(8, await VectorsAsync());
        Assert.Equal(8, await store.CountAsync("SELECT count(*) FROM vector_items"));
        Assert.Equal(1, await store.CountAsync("SELECT count(*) FROM vector_models"));
        Assert.Equal(8, (await store.FindAsync("green tea")).Count);
    }

    [Fact]
    public async Task Small_blocks_are_joined_and_stay_found()
    {
        for (var day = 0; day < 30; day++)
        {
            await AddAsync(Tea(day));
            await store.Worker.DrainAsync(Ct);
        }

        Assert.Equal(120, await VectorsAsync());
        Assert.InRange(await store.CountAsync("SELECT count(*) FROM vector_blocks"), 1, 16);
        Assert.Equal(
            120,
            await store.CountAsync(
                "SELECT count(*) FROM vector_items i JOIN vector_blocks b ON b.id = i.block_id AND i.slot < b.size"
            )
        );
        Assert.Equal(120, (await store.FindAsync("green tea", 1000)).Select(h => h.Id).Distinct().Count());
    }

    [Fact]
    public async Task Statements_walk_no_table()
    {
        foreach (
            var sql in SqliteVectorIndex
                .Statements.Concat(StoredBlock.Statements)
                .Concat(VectorRemoval.Statements)
                .Concat(PendingGroups.Statements)
        )
        {
            var plan = await store.Db.ReadAsync(db => db.PlanOf(sql), Ct);
            Assert.DoesNotContain("SCAN", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
            // A kind alone is next to all there is.
            Assert.DoesNotContain("(kind=?)", plan, StringComparison.Ordinal);
        }
    }
}
