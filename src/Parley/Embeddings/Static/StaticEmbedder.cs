using System.Collections.Concurrent;
using Parley.Kernel;

namespace Parley.Embeddings.Static;

/// <summary>
/// The built-in embedder: the sum of a text's word vectors, made one long. Opens its table with the first use; what is wrong
/// with it is said once and looked at again after a minute. The map stays until
/// the process ends: nobody who still adds rows up may lose them. Thread-safe.
/// </summary>
internal sealed class StaticEmbedder(EmbeddingOptions options, TimeProvider time, ILogger<StaticEmbedder> log)
    : IEmbedder
{
    public const string ModelName = "parley-static-v1";

    /// <summary>What the model's page advises for turns of a conversation.</summary>
    private const float TurnShare = 0.35f;

    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    private readonly Lock opening = new();
    private readonly ConcurrentBag<StaticTokenizer> tokenizers = [];
    private volatile StaticTable? table;
    private volatile string? fault;
    private long faultAt;

    public string Model => ModelName;

    public int Dimensions => table?.Dims ?? 0;

    public float NeighbourShare => TurnShare;

    public bool IsLocal => true;

    /// <summary>One word for health.</summary>
    public string State => Fault is null ? "ready" : "absent";

    /// <summary>Why there are no vectors, or null. Before the first use all that is looked at is whether the file is there.</summary>
    public string? Fault =>
        table is not null ? null
        : fault is { } known ? known
        : File.Exists(options.StaticFile) ? null
        : Missing;

    private string Missing =>
        $"The table of word vectors is not at {options.StaticFile}: search by meaning is off until it is put there, or {VectorSettings.StaticFile.Name} names another place.";

    public ValueTask OpenAsync(CancellationToken ct)
    {
        Table();
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<bool>> EmbedAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> texts,
        EmbedRole role,
        Memory<float> into,
        CancellationToken ct
    )
    {
        var words = Table();
        if (into.Length < (long)texts.Count * words.Dims)
        {
            throw new ArgumentException($"{texts.Count} vectors need {texts.Count * words.Dims} floats", nameof(into));
        }

        var tokenizer = tokenizers.TryTake(out var kept) ? kept : new StaticTokenizer(words);
        var has = new bool[texts.Count];
        for (var i = 0; i < has.Length; i++)
        {
            ct.ThrowIfCancellationRequested();
            has[i] = Embed(words, tokenizer, texts[i].Span, into.Span.Slice(i * words.Dims, words.Dims));
        }

        tokenizers.Add(tokenizer);
        return new ValueTask<IReadOnlyList<bool>>(has);
    }

    private static unsafe bool Embed(
        StaticTable words,
        StaticTokenizer tokenizer,
        ReadOnlySpan<byte> text,
        Span<float> vector
    )
    {
        vector.Clear();
        fixed (float* sum = vector)
        {
            var adder = new Adder(words, sum);
            tokenizer.Tokenize(text, ref adder);
        }

        return UnitVector.TryMake(vector);
    }

    private StaticTable Table()
    {
        if (table is { } open)
        {
            return open;
        }

        lock (opening)
        {
            if (fault is { } known && time.GetElapsedTime(faultAt) < Again)
            {
                throw new EmbeddingException(known);
            }

            return table ??= Open();
        }
    }

    private StaticTable Open()
    {
        var began = time.GetTimestamp();
        try
        {
            var opened = StaticTable.Open(options.StaticFile);
            fault = null;
            EmbeddingsLog.Opened(log, options.StaticFile, opened.Words, time.GetElapsedTime(began).TotalMilliseconds);
            return opened;
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException)
        {
            var said = Said(e);
            if (said != fault)
            {
                EmbeddingsLog.Unusable(log, said);
            }

            (fault, faultAt) = (said, began);
            throw new EmbeddingException(said, e);
        }
    }

    private string Said(Exception e) =>
        e switch
        {
            FileNotFoundException or DirectoryNotFoundException => Missing,
            InvalidDataException => Unusable(e.Message),
            UnauthorizedAccessException => Unusable("may not be read"),
            _ => Unusable("cannot be read"),
        };

    private string Unusable(string why) =>
        $"The table of word vectors cannot be used: {options.StaticFile} {why}. Search by meaning is off.";

    private readonly unsafe struct Adder(StaticTable words, float* sum) : ITokenSink
    {
        public void Take(ReadOnlySpan<byte> token, int points) =>
            words.Add(token, points, new Span<float>(sum, words.Dims));
    }
}
