namespace Parley.Embeddings;

/// <summary>What a text is to a search. Some models embed questions and answers differently.</summary>
internal enum EmbedRole
{
    Passage,
    Query,
}

/// <summary>
/// Makes vectors of texts, so that texts of like meaning have a high dot product. Thread-safe.
/// Vectors of different models must never be compared; who stores one stores <see cref="Model"/> with it.
/// </summary>
internal interface IEmbedder
{
    /// <summary>What the vectors are of: <c>parley-static-v1</c>.</summary>
    string Model { get; }

    /// <summary>Floats of a vector; 0 before the first <see cref="OpenAsync"/>, and the same from then on.</summary>
    int Dimensions { get; }

    /// <summary>
    /// How much of the turns before and after it goes into the vector of a turn of a conversation, on unit vectors; 0: none.
    /// </summary>
    float NeighbourShare { get; }

    /// <summary>It works on the calling thread, which may be a nice one, and waits for nobody.</summary>
    bool IsLocal { get; }

    /// <summary>Makes it ready: reads its table, or asks its server once. Does nothing where it is.</summary>
    /// <exception cref="EmbeddingException">It cannot be had; the message says why and is fit to be shown.</exception>
    ValueTask OpenAsync(CancellationToken ct);

    /// <summary>
    /// Writes a vector of length 1 for each text (UTF-8), one behind the other. All of them or none: after a failure nothing
    /// in <paramref name="into"/> means anything.
    /// </summary>
    /// <param name="into">Room for <paramref name="texts"/> times <see cref="Dimensions"/>.</param>
    /// <returns>For each text whether there is a vector; zeros stand for one that has none (nothing but punctuation).</returns>
    /// <exception cref="EmbeddingException">It failed; the message says why and is fit to be shown.</exception>
    /// <exception cref="ArgumentException">There is too little room.</exception>
    ValueTask<IReadOnlyList<bool>> EmbedAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> texts,
        EmbedRole role,
        Memory<float> into,
        CancellationToken ct
    );
}

/// <summary>No vectors can be made. The message names what is wrong, and where.</summary>
internal sealed class EmbeddingException(string message, Exception? inner = null) : Exception(message, inner);
