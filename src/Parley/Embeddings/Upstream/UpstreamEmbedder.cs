using System.Text;
using Parley.Providers;

namespace Parley.Embeddings.Upstream;

/// <summary>
/// Vectors by a model of a model server, some texts a request. Its length is what the first answer has; an answer of
/// another is refused whole. Questions asked lately are not asked again. Thread-safe.
/// </summary>
internal sealed class UpstreamEmbedder(ModelEmbeddings models, EmbeddingOptions options, ILogger<UpstreamEmbedder> log)
    : IEmbedder,
        IDisposable
{
    private const int MostTexts = 64;
    private const int MostBytes = 128 * 1024;
    private const int KeptQuestions = 256;

    private readonly SemaphoreSlim opening = new(1);
    private readonly Dictionary<string, float[]> questions = new(StringComparer.Ordinal);
    private readonly Queue<string> oldest = new();
    private volatile ModelRoute? route;
    private volatile string? fault;
    private volatile string ownName = "";
    private volatile int dims;

    public string Model => options.Model ?? "";

    public int Dimensions => dims;

    /// <summary>What a share of the neighbours does to such vectors was not measured.</summary>
    public float NeighbourShare => 0;

    public bool IsLocal => false;

    /// <summary>One word for health.</summary>
    public string State => fault is null ? "ready" : "waiting";

    /// <summary>Why there are no vectors, or null.</summary>
    public string? Fault => fault;

    public async ValueTask OpenAsync(CancellationToken ct)
    {
        if (dims > 0)
        {
            return;
        }

        await opening.WaitAsync(ct);
        try
        {
            if (dims == 0)
            {
                dims = (await AskAsync(["Parley"u8.ToArray()], ct))[0].Length;
            }
        }
        finally
        {
            opening.Release();
        }
    }

    public async ValueTask<IReadOnlyList<bool>> EmbedAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> texts,
        EmbedRole role,
        Memory<float> into,
        CancellationToken ct
    )
    {
        await OpenAsync(ct);
        if (into.Length < (long)texts.Count * dims)
        {
            throw new ArgumentException($"{texts.Count} vectors need {texts.Count * dims} floats", nameof(into));
        }

        var has = new bool[texts.Count];
        into.Span[..(texts.Count * dims)].Clear();
        if (role == EmbedRole.Query && texts.Count == 1)
        {
            has[0] = await QuestionAsync(texts[0], into, ct);
            return has;
        }

        var batch = new Batch();
        for (var i = 0; i < texts.Count; i++)
        {
            if (!texts[i].Span.Trim(" \t\r\n"u8).IsEmpty)
            {
                batch.Add(i, WithPrefix(texts[i], role));
            }

            if (batch.IsFull || i == texts.Count - 1)
            {
                await FlushAsync(batch, into, has, ct);
            }
        }

        return has;
    }

    public void Dispose() => opening.Dispose();

    private async Task<bool> QuestionAsync(ReadOnlyMemory<byte> text, Memory<float> into, CancellationToken ct)
    {
        var words = Encoding.UTF8.GetString(text.Span).Trim();
        if (words.Length == 0)
        {
            return false;
        }

        float[]? known;
        lock (questions)
        {
            questions.TryGetValue(words, out known);
        }

        known ??= Keep(words, await VectorAsync(words, ct));
        known.CopyTo(into);
        return known.AsSpan().ContainsAnyExcept(0);
    }

    private async Task<float[]> VectorAsync(string words, CancellationToken ct)
    {
        var vector = (await AskAsync([WithPrefix(Encoding.UTF8.GetBytes(words), EmbedRole.Query)], ct))[0];
        _ = UnitVector.TryMake(vector);
        return vector;
    }

    private float[] Keep(string words, float[] vector)
    {
        lock (questions)
        {
            if (questions.TryAdd(words, vector))
            {
                oldest.Enqueue(words);
            }

            if (oldest.Count > KeptQuestions)
            {
                questions.Remove(oldest.Dequeue());
            }
        }

        return vector;
    }

    private async Task FlushAsync(Batch batch, Memory<float> into, bool[] has, CancellationToken ct)
    {
        if (batch.Texts.Count == 0)
        {
            return;
        }

        var vectors = await AskAsync(batch.Texts, ct);
        for (var i = 0; i < vectors.Length; i++)
        {
            has[batch.Places[i]] = UnitVector.TryMake(vectors[i]);
            vectors[i].CopyTo(into[(batch.Places[i] * dims)..]);
        }

        batch.Clear();
    }

    /// <exception cref="EmbeddingException">It failed, or gives vectors of another length than it did.</exception>
    private async Task<float[][]> AskAsync(IReadOnlyList<ReadOnlyMemory<byte>> texts, CancellationToken ct)
    {
        try
        {
            var asked = route ??=
                await models.FindAsync(Model, ct)
                ?? throw new EmbeddingException(
                    $"No model server offers a model for vectors called {Model} (embeddings.model): add it there, or name another."
                );
            ownName = asked.Model.Name;
            var vectors = await models.EmbedAsync(asked, texts, ct);
            if (dims > 0 && vectors[0].Length != dims)
            {
                throw new EmbeddingException(
                    $"{Model} gives vectors of {vectors[0].Length} numbers where it gave {dims}: start Parley again where the model was changed for another."
                );
            }

            fault = null;
            return vectors;
        }
        catch (UpstreamException failure)
        {
            throw Failed(new EmbeddingException($"{Model} makes no vectors: {failure.Message}", failure));
        }
        catch (EmbeddingException failure)
        {
            throw Failed(failure);
        }
    }

    private EmbeddingException Failed(EmbeddingException failure)
    {
        if (fault != failure.Message)
        {
            EmbeddingsLog.Unusable(log, failure.Message);
        }

        // The server may have been set up anew meanwhile.
        (fault, route) = (failure.Message, null);
        return failure;
    }

    private ReadOnlyMemory<byte> WithPrefix(ReadOnlyMemory<byte> text, EmbedRole role)
    {
        var prefix = RolePrefix.Of(ownName, role);
        if (prefix.Length == 0)
        {
            return text;
        }

        var whole = new byte[prefix.Length + text.Length];
        Encoding.UTF8.GetBytes(prefix, whole);
        text.CopyTo(whole.AsMemory(prefix.Length));
        return whole;
    }

    /// <summary>Texts of one request, and where their vectors go.</summary>
    private sealed class Batch
    {
        private int bytes;

        public List<ReadOnlyMemory<byte>> Texts { get; } = [];
        public List<int> Places { get; } = [];
        public bool IsFull => Texts.Count == MostTexts || bytes >= MostBytes;

        public void Add(int place, ReadOnlyMemory<byte> text)
        {
            Places.Add(place);
            Texts.Add(text);
            bytes += text.Length;
        }

        public void Clear()
        {
            Texts.Clear();
            Places.Clear();
            bytes = 0;
        }
    }
}
