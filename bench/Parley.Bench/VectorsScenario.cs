using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics.X86;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Conversations;
using Parley.Embeddings;
using Parley.Identity;
using Parley.Kernel;
using Parley.Providers;
using Parley.Vectors;
using Parley.Vectors.Sqlite;

namespace Parley.Bench;

/// <summary>
/// The built-in embedder, and the nearest among a million vectors in clusters, in a process that has the instructions of the
/// native file and no more (x86-64-v2).
/// </summary>
internal static class VectorsScenario
{
    public const string ChildArgument = "--vectors";
    private const int Usual = 1_000_000;
    private const int Dims = 256;
    private const int Queries = 100;
    private const int Top = 10;

    /// <summary>Clusters of a thousand; two of one have a cosine of some 0.6.</summary>
    private const int ClusterSize = 1_000;
    private const float Spread = 0.8f;

    private static readonly int Count = int.Parse(
        Environment.GetEnvironmentVariable("PARLEY_BENCH_VECTORS") ?? $"{Usual}",
        CultureInfo.InvariantCulture
    );

    /// <summary>Measures in a process of its own, which says its rows a line each.</summary>
    public static async Task RunAsync(Report report)
    {
        report.Name = Count == Usual ? "vectors" : $"vectors-{Count}";
        var start = new ProcessStartInfo(Environment.ProcessPath!, [ChildArgument])
        {
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_EnableAVX"] = "0", ["DOTNET_TieredPGO"] = "0" },
        };
        using var child = Process.Start(start)!;
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split('\t') is [var what, var value, var limit, var unit])
            {
                report.Row(what, Parse(value), Parse(limit), unit);
            }
        }

        await child.WaitForExitAsync();
        if (child.ExitCode != 0)
        {
            throw new InvalidOperationException($"the measuring process ended with {child.ExitCode}");
        }

        report.Note(
            $"{Count:N0} vectors of {Dims} numbers in clusters of {ClusterSize:N0}, {Queries} queries one after the other, each a read of the store on one thread; the JIT without AVX, as the native file is built. Passages are 200 words of this repository's pages in random order."
        );

        static double Parse(string number) => double.Parse(number, CultureInfo.InvariantCulture);
    }

    public static async Task<int> MeasureAsync()
    {
        if (Avx.IsSupported)
        {
            await Console.Error.WriteLineAsync("AVX is on: numbers would flatter the native file");
            return 2;
        }

        var folder = Workspace.Fresh("vectors");
        var rooms = new ServiceCollection();
        rooms.AddLogging(l => l.SetMinimumLevel(LogLevel.Warning));
        rooms.AddKernel(folder);
        rooms.AddIdentity(new IdentityOptions { SingleUser = true });
        rooms.AddConversations();
        rooms.AddProviders();
        rooms.AddEmbeddings(
            new EmbeddingOptions { StaticFile = Path.Combine(Report.Root, "models", EmbeddingOptions.TableName) }
        );
        rooms.AddVectors(new VectorOptions { TimeLimit = TimeSpan.FromMinutes(1) });
        await using (var services = rooms.BuildServiceProvider())
        {
            await EmbedAsync(services.GetRequiredService<Embedders>().Current);
            await SearchAsync(services);
        }

        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static void Row(string what, double value, double limit, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}\t{value}\t{limit}\t{unit}"));

    private static async Task EmbedAsync(IEmbedder embedder)
    {
        var opened = Stopwatch.StartNew();
        await embedder.OpenAsync(default);
        Row("the table is opened and checked", opened.Elapsed.TotalMilliseconds, double.PositiveInfinity, "ms");
        var texts = Passages(4_000);
        await embedder.EmbedAsync(texts, EmbedRole.Passage, new float[texts.Length * Dims], default);
        var watch = Stopwatch.StartNew();
        const int Rounds = 5;
        await Task.WhenAll(
            Enumerable
                .Range(0, 2)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        var into = new float[texts.Length * Dims];
                        for (var round = 0; round < Rounds; round++)
                        {
                            await embedder.EmbedAsync(texts, EmbedRole.Passage, into, default);
                        }
                    })
                )
        );
        var rate = 2 * Rounds * texts.Length / watch.Elapsed.TotalSeconds;
        Row("a passage of 200 words, two threads (limit: 20,000 a second)", 1e6 / rate, 50, "µs");
        ReadOnlyMemory<byte>[] query = ["how do I put nginx in front of it with TLS certificates?"u8.ToArray()];
        var vector = new float[Dims];
        watch.Restart();
        for (var round = 0; round < 10_000; round++)
        {
            await embedder.EmbedAsync(query, EmbedRole.Query, vector, default);
        }

        Row("one query is embedded", watch.Elapsed.TotalMicroseconds / 10_000, 200, "µs");
    }

    private static ReadOnlyMemory<byte>[] Passages(int count)
    {
        var words = Directory
            .EnumerateFiles(Report.Root, "*.md")
            .Concat(Directory.EnumerateFiles(Path.Combine(Report.Root, "docs"), "*.md", SearchOption.AllDirectories))
            .SelectMany(f => File.ReadAllText(f).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
            .ToArray();
        var random = new Random(1);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                    (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(string.Join(' ', random.GetItems(words, 200)))
                ),
        ];
    }

    private static async Task SearchAsync(ServiceProvider services)
    {
        var (db, index) = (services.GetRequiredService<Db>(), services.GetRequiredService<IVectorIndex>());
        var marks = services.GetRequiredService<VectorMarks>();
        var vectors = new Clusters(Math.Max(1, Count / ClusterSize));
        var watch = Stopwatch.StartNew();
        for (long group = 1; group <= Math.Max(1, Count / BlockBuilder.MostSlots); group++)
        {
            var at = group;
            await db.WriteAsync(tx => marks.Changed(tx, TextKind.Message, at));
            var pending = await db.ReadAsync(s => PendingGroups.Next(s, 1));
            var some = new NewVector[Math.Min(Count, BlockBuilder.MostSlots)];
            Parallel.For(
                0,
                some.Length,
                i => some[i] = new NewVector((at << 13) + i, 0, 1, vectors.Make((at << 13) + i))
            );
            GroupWrite write = new(TextKind.Message, at, 1, pending[0].Mark, [], some, IsLast: true);
            await index.WriteAsync("m", [write], default);
        }

        Row("vectors made and written", Count / watch.Elapsed.TotalSeconds, double.PositiveInfinity, "/s");
        var queries = Enumerable.Range(0, Queries).Select(i => vectors.Make(-1 - i)).ToArray();
        watch.Restart();
        await FindAsync(index, queries[0], exact: false);
        Row("the first search, which reads all codes", watch.Elapsed.TotalMilliseconds, double.PositiveInfinity, "ms");
        var (quick, found) = await MeasureAsync(index, queries, exact: false);
        var (exact, best) = await MeasureAsync(index, queries, exact: true);
        var hit = found.Zip(best).Sum(p => p.First.Intersect(p.Second).Count());
        Row("top 10, median", quick[Queries / 2], 10, "ms");
        Row("top 10, p95", quick[Queries * 95 / 100], double.PositiveInfinity, "ms");
        Row("top 10 that are missed (limit: recall 0.98)", 100.0 * (1 - ((double)hit / (Top * Queries))), 2, "%");
        Row("top 10, exact, median", exact[Queries / 2], 70, "ms");
        Row("top 10, exact, p95", exact[Queries * 95 / 100], double.PositiveInfinity, "ms");
        var megabytes = services.GetRequiredService<CodeCache>().Bytes / 1e6;
        Row("kept in memory, a million vectors", megabytes * 1e6 / Count, 60, "MB");
    }

    private static async Task<(double[] Sorted, List<List<long>> Ids)> MeasureAsync(
        IVectorIndex index,
        float[][] queries,
        bool exact
    )
    {
        var (times, ids) = (new List<double>(), new List<List<long>>());
        foreach (var query in queries)
        {
            var watch = Stopwatch.StartNew();
            var hits = await FindAsync(index, query, exact);
            times.Add(watch.Elapsed.TotalMilliseconds);
            ids.Add([.. hits.Select(h => h.Id)]);
        }

        return ([.. times.Order()], ids);
    }

    private static async Task<IReadOnlyList<VectorHit>> FindAsync(IVectorIndex index, float[] query, bool exact)
    {
        var kinds = new HashSet<TextKind> { TextKind.Message };
        return (await index.NearestAsync(new VectorQuery(1, query, "m", kinds, null, Top, exact), default)).Hits;
    }

    /// <summary>Vectors by number: a centre and noise, each made of its own seed.</summary>
    private sealed class Clusters(int count)
    {
        public float[] Make(long number)
        {
            // Neighbouring seeds give alike beginnings: mixed first (SplitMix64's finaliser).
            var z = (ulong)number * 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            var random = new Random((int)(z >> 33));
            var vector = Gauss(new Random(1_000_000 + random.Next(count)), 1);
            VectorMath.TryMakeUnit(vector);
            VectorMath.Add(vector, Gauss(random, Spread / MathF.Sqrt(Dims)), 1);
            VectorMath.TryMakeUnit(vector);
            return vector;
        }

        private static float[] Gauss(Random random, float deviation)
        {
            var vector = new float[Dims];
            for (var i = 0; i < Dims; i += 2)
            {
                var length = deviation * MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle()));
                var (sin, cos) = MathF.SinCos(2 * MathF.PI * random.NextSingle());
                (vector[i], vector[i + 1]) = (length * cos, length * sin);
            }

            return vector;
        }
    }
}
