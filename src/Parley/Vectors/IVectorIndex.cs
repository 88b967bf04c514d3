using Parley.Kernel;

namespace Parley.Vectors;

/// <summary>
/// Finds the stored vectors nearest to one. Thread-safe. What an implementation promises:
/// <list type="bullet">
/// <item>Nothing of another owner is ever found, whatever ids the query names.</item>
/// <item>What was removed is not found once the write that removed it is committed.</item>
/// <item>Vectors of different models never meet: a query is answered from vectors of its own model, or with nothing.</item>
/// <item>Cosines are true to one hundredth. An exact search misses nothing; another one finds 98 of 100 of the best ten.</item>
/// <item>What was written is kept, or it is still marked and will be written again.</item>
/// </list>
/// </summary>
internal interface IVectorIndex
{
    /// <summary>The model whose vectors answer now, and how far they are made; queries are embedded with it.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    Task<VectorState> StateAsync(CancellationToken ct);

    /// <summary>Nearest first; of equal ones the newer id first.</summary>
    /// <exception cref="ArgumentException">The query cannot be answered: no limit, numbers that are none, a vector of another length.</exception>
    /// <exception cref="StoreException">The store cannot be read, or it took too long.</exception>
    Task<VectorAnswer> NearestAsync(VectorQuery query, CancellationToken ct);

    /// <summary>What is held of a group in that model: of each text the hash it was written with.</summary>
    Task<IReadOnlyDictionary<long, long>> HeldAsync(string model, TextKind kind, long groupId, CancellationToken ct);

    /// <summary>
    /// Writes vectors, each group whole or not at all. A group that was marked anew since (<see cref="GroupWrite.Mark"/>) is
    /// passed over: its texts are others by now.
    /// </summary>
    /// <returns>How many groups were written.</returns>
    /// <exception cref="StoreException">Nothing was written.</exception>
    Task<int> WriteAsync(string model, IReadOnlyList<GroupWrite> groups, CancellationToken ct);
}

/// <summary>What is asked.</summary>
/// <param name="Vector">Of any length but zero; as many numbers as the model has.</param>
/// <param name="Model">What the vector was made with.</param>
/// <param name="Kinds">Which kinds of texts; none finds nothing.</param>
/// <param name="Groups">Only these conversations, documents …; null: all.</param>
/// <param name="Limit">1 to <see cref="MostHits"/>.</param>
/// <param name="Exact">Every vector is looked at: some times slower, and nothing is missed.</param>
internal sealed record VectorQuery(
    long OwnerId,
    ReadOnlyMemory<float> Vector,
    string Model,
    IReadOnlySet<TextKind> Kinds,
    IReadOnlyCollection<long>? Groups,
    int Limit,
    bool Exact
)
{
    public const int MostHits = 1_000;

    /// <summary>None of these: what is in the bin, say.</summary>
    public IReadOnlyCollection<long>? NotGroups { get; init; }
}

/// <summary>A passage that was found.</summary>
/// <param name="Id">Of the message, chunk or memory.</param>
/// <param name="Part">Which passage of a long text, from 0 (<see cref="Passages"/> cuts it again).</param>
/// <param name="GroupId">The conversation or document it was in.</param>
/// <param name="Cosine">-1 to 1.</param>
internal readonly record struct VectorHit(TextKind Kind, long Id, int Part, long GroupId, float Cosine);

/// <param name="Hits">Best first.</param>
internal sealed record VectorAnswer(IReadOnlyList<VectorHit> Hits, VectorState State);

/// <summary>How far the index is.</summary>
/// <param name="Model">Whose vectors answer; null: there are none yet.</param>
/// <param name="Done">Groups of the present work that are done.</param>
/// <param name="Total">Groups of the present work; as many as are done where nothing is left to do.</param>
internal sealed record VectorState(string? Model, int Done, int Total)
{
    /// <summary>Whether everything that is stored can be found.</summary>
    public bool IsWhole => Model is not null && Done == Total;
}

/// <summary>What is to become of a group's vectors.</summary>
/// <param name="Mark">The mark under which its texts were read.</param>
/// <param name="Gone">Texts whose vectors leave: changed ones, and those that are no more.</param>
/// <param name="IsLast">Nothing of this group follows: its mark is taken off.</param>
internal sealed record GroupWrite(
    TextKind Kind,
    long GroupId,
    long OwnerId,
    long Mark,
    IReadOnlyCollection<long> Gone,
    IReadOnlyList<NewVector> Vectors,
    bool IsLast
);

/// <param name="Hash">Of all that the vectors of this text depend on.</param>
/// <param name="Vector">Of length 1.</param>
internal readonly record struct NewVector(long Id, int Part, long Hash, ReadOnlyMemory<float> Vector);
