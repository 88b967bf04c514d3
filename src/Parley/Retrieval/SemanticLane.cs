using System.Diagnostics;
using System.Text;
using Parley.Embeddings;
using Parley.Kernel;
using Parley.Vectors;

namespace Parley.Retrieval;

/// <summary>
/// Passages by their meaning: the vectors nearest to that of the question. Where there are none, or they fail, the lane says
/// so and names nothing. Thread-safe.
/// </summary>
internal sealed class SemanticLane(IVectorIndex vectors, Embedders embedders, ILogger<SemanticLane> log)
{
    public const string Name = "semantic";

    private static readonly IReadOnlySet<TextKind> Messages = new HashSet<TextKind> { TextKind.Message };
    private static readonly IReadOnlySet<TextKind> Chunks = new HashSet<TextKind> { TextKind.Chunk };

    /// <summary>A server that makes vectors of questions is not waited for longer than this.</summary>
    private static readonly TimeSpan EmbedLimit = TimeSpan.FromSeconds(5);

    /// <param name="scope">Which conversations and documents may be named.</param>
    public async Task<LaneAnswer> FindAsync(
        RetrievalQuestion question,
        RetrievalScope scope,
        int depth,
        CancellationToken ct
    )
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            var state = await vectors.StateAsync(ct);
            if (state.Model is not { } model || embedders.Find(model) is not { } embedder)
            {
                return Said("absent", "There are no vectors to look among yet.", began);
            }

            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(EmbedLimit);
            await embedder.OpenAsync(limit.Token);
            var vector = new float[embedder.Dimensions];
            var has = await embedder.EmbedAsync(
                [Encoding.UTF8.GetBytes(question.Meaning)],
                EmbedRole.Query,
                vector,
                limit.Token
            );
            if (!has[0])
            {
                return Said("used", "The question holds no word that has a meaning here.", began);
            }

            var hits = new List<LaneHit>();
            if (question.History && scope.Conversations is not { Count: 0 })
            {
                await AddAsync(
                    hits,
                    Query(question, vector, model, Messages, scope.Conversations, depth) with
                    {
                        NotGroups = scope.NotConversations,
                    },
                    ct
                );
            }

            if (scope.Documents is not { Count: 0 })
            {
                await AddAsync(hits, Query(question, vector, model, Chunks, scope.Documents, depth), ct);
            }

            return new LaneAnswer(
                hits,
                Report(
                    state.IsWhole ? "used" : "building",
                    hits.Count,
                    state.IsWhole
                        ? null
                        : $"Vectors are being made: {state.Done} of {state.Total} conversations and documents are done.",
                    began
                )
            );
        }
        catch (EmbeddingException failure)
        {
            return Said("failed", failure.Message, began);
        }
        catch (ArgumentException)
        {
            // The same name, and another model behind it since the last start: its vectors are being made.
            return Said("failed", "The model's vectors have another length than those that are stored.", began);
        }
        catch (StoreException failure)
        {
            RetrievalLog.LaneFailed(log, Name, failure.Message);
            return Said("failed", "The vectors could not be read.", began);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Said(
                "failed",
                $"The model that makes vectors did not answer within {EmbedLimit.TotalSeconds:0} s.",
                began
            );
        }
    }

    private static VectorQuery Query(
        RetrievalQuestion question,
        float[] vector,
        string model,
        IReadOnlySet<TextKind> kinds,
        IReadOnlyCollection<long>? groups,
        int depth
    ) => new(question.OwnerId, vector, model, kinds, groups, depth, Exact: false);

    private async Task AddAsync(List<LaneHit> to, VectorQuery query, CancellationToken ct)
    {
        foreach (var hit in (await vectors.NearestAsync(query, ct)).Hits)
        {
            if (hit.Cosine > 0)
            {
                to.Add(new LaneHit(new PassageKey(hit.Kind, hit.Id), hit.GroupId, hit.Cosine, hit.Part));
            }
        }
    }

    private static LaneAnswer Said(string state, string note, long began) => new([], Report(state, 0, note, began));

    private static LaneReport Report(string state, int candidates, string? note, long began) =>
        new(Name, state, candidates, note, Math.Round(Stopwatch.GetElapsedTime(began).TotalMilliseconds, 3));
}
