using Parley.Kernel;
using Parley.Vectors;

namespace Parley.Tests.Vectors;

/// <summary>What every index promises (IVectorIndex); one class below for each.</summary>
public abstract class VectorIndexContract : IAsyncLifetime
{
    private const int Dims = 64;

    internal VectorStore Store { get; private set; } = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    internal abstract VectorStore Make();

    public ValueTask InitializeAsync()
    {
        Store = Make();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Store.DisposeAsync();
    }

    /// <summary>Vectors of owners 1 to 3, in groups of up to 30; ids ascend.</summary>
    private async Task<List<(long Owner, TextKind Kind, long Group, NewVector Vector)>> FillAsync(
        int count,
        int dims = Dims,
        int seed = 1,
        double spread = 0.8
    )
    {
        var random = new Random(seed);
        var vectors = new RandomVectors(seed, dims, clusters: 20);
        var all = new List<(long, TextKind, long, NewVector)>();
        for (long group = 1; all.Count < count; group++)
        {
            var owner = 1 + random.Next(3);
            var kind = (TextKind)(1 + random.Next(3));
            var some = Enumerable
                .Range(0, Math.Min(1 + random.Next(400), count - all.Count))
                .Select(i => new NewVector((group * 1000) + i, i % 3, i, vectors.Next(spread)))
                .ToList();
            await Store.WriteAsync("m", owner, group, some, kind);
            all.AddRange(some.Select(v => ((long)owner, kind, group, v)));
        }

        return all;
    }

    private static float Cosine(float[] query, NewVector vector) => VectorMath.Dot(query, vector.Vector.Span);

    [Theory]
    [InlineData(64, 3_000)]
    [InlineData(256, 6_000)]
    [InlineData(100, 1_000)]
    [InlineData(768, 1_500)]
    public async Task An_exact_search_finds_what_brute_force_finds(int dims, int count)
    {
        var all = await FillAsync(count, dims);
        var queries = new RandomVectors(1, dims, clusters: 20);
        for (var round = 0; round < 20; round++)
        {
            var query = queries.Next();
            var found = await Store.FindAsync(VectorStore.Query(2, query, exact: true));
            var best = all.Where(v => v.Owner == 2).Select(v => Cosine(query, v.Vector)).OrderDescending().Take(10);
            // Numbers are kept in eight bits: cosines are true to one hundredth.
            Assert.All(best.Zip(found), pair => Assert.Equal(pair.First, pair.Second.Cosine, 0.01));
            Assert.Equal(10, found.Select(h => (h.Id, h.Part)).Distinct().Count());
        }
    }

    [Fact]
    public async Task A_quick_search_finds_98_of_100_of_the_best_ten()
    {
        var all = await FillAsync(20_000, 256);
        var queries = new RandomVectors(1, 256, clusters: 20);
        var hit = 0;
        const int Rounds = 50;
        for (var round = 0; round < Rounds; round++)
        {
            var query = queries.Next();
            var exact = await Store.FindAsync(VectorStore.Query(1, query, exact: true));
            var quick = await Store.FindAsync(VectorStore.Query(1, query));
            hit += exact.Intersect(quick).Count();
            Assert.Equal(quick.OrderByDescending(h => h.Cosine), quick);
        }

        Assert.True(hit >= Rounds * 10 * 0.98, $"{hit} of {Rounds * 10} of {all.Count}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Filters_never_show_what_they_leave_out(bool exact)
    {
        var all = await FillAsync(3_000);
        var queries = new RandomVectors(2, Dims, clusters: 20);
        var random = new Random(3);
        for (var round = 0; round < 60; round++)
        {
            var groups =
                random.Next(2) == 0
                    ? null
                    : all.Select(v => v.Group).Where(_ => random.Next(500) == 0).Distinct().ToList();
            var not =
                random.Next(2) == 0
                    ? null
                    : all.Select(v => v.Group).Distinct().Where(_ => random.Next(3) == 0).ToList();
            TextKind[] kinds = random.Next(2) == 0 ? [TextKind.Chunk] : [TextKind.Message, TextKind.Memory];
            var owner = random.Next(5);
            var query = VectorStore.Query(owner, queries.Next(), random.Next(1, 50), exact, "m", kinds) with
            {
                Groups = groups,
                NotGroups = not,
            };
            var allowed = all.Where(v =>
                    v.Owner == owner
                    && kinds.Contains(v.Kind)
                    && groups?.Contains(v.Group) != false
                    && not?.Contains(v.Group) != true
                )
                .Select(v => (v.Kind, v.Vector.Id, v.Vector.Part, v.Group))
                .ToHashSet();
            var found = await Store.FindAsync(query);
            Assert.Subset(allowed, found.Select(h => (h.Kind, h.Id, h.Part, h.GroupId)).ToHashSet());
            Assert.Equal(Math.Min(query.Limit, allowed.Count), found.Count);
        }
    }

    [Fact]
    public async Task What_is_removed_or_written_anew_is_found_no_more()
    {
        var all = await FillAsync(4_000);
        var gone = all.Where((_, i) => i % 3 == 0).ToList();
        foreach (var kind in gone.GroupBy(v => v.Kind))
        {
            await Store.RemoveAsync(kind.Key, [.. kind.Select(v => v.Vector.Id)]);
        }

        // Every group's vectors of the second owner are replaced by others.
        var fresh = new RandomVectors(9, Dims, clusters: 20);
        foreach (var group in all.Where(v => v.Owner == 2).GroupBy(v => (v.Group, v.Kind)))
        {
            await Store.WriteAsync(
                "m",
                2,
                group.Key.Group,
                [new NewVector(-group.Key.Group, 0, 1, fresh.Next())],
                group.Key.Kind,
                [.. group.Select(v => v.Vector.Id)]
            );
        }

        var removed = gone.Select(v => v.Vector.Id).ToHashSet();
        for (var round = 0; round < 20; round++)
        {
            var query = fresh.Next();
            foreach (var exact in new[] { false, true })
            {
                var first = await Store.FindAsync(VectorStore.Query(1, query, 1000, exact));
                Assert.DoesNotContain(first, h => removed.Contains(h.Id));
                Assert.All(await Store.FindAsync(VectorStore.Query(2, query, 1000, exact)), h => Assert.True(h.Id < 0));
            }
        }
    }

    [Fact]
    public async Task Models_never_meet()
    {
        var vector = new RandomVectors(1, Dims, 1).Next();
        await Store.WriteAsync("m", 1, 5, [new NewVector(50, 0, 1, vector)]);
        await Store.WriteAsync("n", 1, 5, [new NewVector(51, 0, 1, vector)]);
        Assert.Equal([50], (await Store.FindAsync(VectorStore.Query(1, vector))).Select(h => h.Id));
        Assert.Equal([51], (await Store.FindAsync(VectorStore.Query(1, vector, model: "n"))).Select(h => h.Id));
        Assert.Empty(await Store.FindAsync(VectorStore.Query(1, vector, model: "unknown")));
        Assert.Equal([50], (await Store.Index.HeldAsync("m", TextKind.Message, 5, Ct)).Keys);
    }

    [Fact]
    public async Task A_group_that_was_marked_anew_is_passed_over()
    {
        var vector = new RandomVectors(1, Dims, 1).Next();
        await Store.Db.WriteAsync(tx => Store.Marks.Changed(tx, TextKind.Message, 5), Ct);
        var mark = await Store.MarkAsync(TextKind.Message, 5);
        await Store.Db.WriteAsync(tx => Store.Marks.Changed(tx, TextKind.Message, 5), Ct);
        var write = new GroupWrite(TextKind.Message, 5, 1, mark, [], [new NewVector(50, 0, 1, vector)], IsLast: true);
        Assert.Equal(0, await Store.Index.WriteAsync("m", [write], Ct));
        Assert.Empty(await Store.FindAsync(VectorStore.Query(1, vector)));
        Assert.NotEqual(0, await Store.MarkAsync(TextKind.Message, 5));
    }

    public static TheoryData<string> WrongQueries => new("limit", "many", "zero", "nan", "infinite", "length");

    [Theory]
    [MemberData(nameof(WrongQueries))]
    public async Task A_query_that_cannot_be_answered_is_refused(string wrong)
    {
        var vector = new RandomVectors(1, Dims, 1).Next();
        await Store.WriteAsync("m", 1, 5, [new NewVector(50, 0, 1, vector)]);
        var query = VectorStore.Query(1, vector);
        query = wrong switch
        {
            "limit" => query with { Limit = 0 },
            "many" => query with { Limit = VectorQuery.MostHits + 1 },
            "zero" => query with { Vector = new float[Dims] },
            "nan" => query with { Vector = Enumerable.Repeat(float.NaN, Dims).ToArray() },
            "infinite" => query with { Vector = Enumerable.Repeat(float.PositiveInfinity, Dims).ToArray() },
            _ => query with { Vector = new float[] { 1 } },
        };
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.Index.NearestAsync(query, Ct));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(0)]
    public async Task Vectors_that_are_none_are_refused_and_nothing_is_written(float value)
    {
        var good = new RandomVectors(1, Dims, 1).Next();
        var bad = Enumerable.Repeat(value, Dims).ToArray();
        await Assert.ThrowsAnyAsync<ArgumentException>(() =>
            Store.WriteAsync("m", 1, 5, [new NewVector(50, 0, 1, good), new NewVector(51, 0, 1, bad)])
        );
        Assert.Empty(await Store.FindAsync(VectorStore.Query(1, good)));
    }
}

/// <summary>The index in the store itself.</summary>
public sealed class SqliteVectorIndexTests : VectorIndexContract
{
    internal override VectorStore Make() => new();
}

/// <summary>The same without room to keep codes.</summary>
public sealed class UncachedVectorIndexTests : VectorIndexContract
{
    internal override VectorStore Make() => new(options: new VectorOptions { KeptBytes = 0 });
}
