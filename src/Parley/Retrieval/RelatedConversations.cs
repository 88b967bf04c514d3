using System.Text;
using Parley.Conversations;
using Parley.Kernel;
using Parley.Search;

namespace Parley.Retrieval;

/// <summary>A conversation beside another one.</summary>
/// <param name="MessageId">The message in it that is most like something in the other.</param>
/// <param name="Score">0 to 1.</param>
internal sealed record RelatedConversation(
    string ConversationId,
    string? Title,
    string Provider,
    string? CreatedAt,
    string MessageId,
    double Score
);

/// <param name="Lanes">How they were found.</param>
internal sealed record RelatedResult(IReadOnlyList<RelatedConversation> Items, IReadOnlyList<LaneReport> Lanes);

/// <summary>
/// Conversations about what another is about: by the telling words of what was asked in it, and by its meaning. Thread-safe.
/// </summary>
internal sealed class RelatedConversations(Db db, ISearchIndex index, SemanticLane semantic)
{
    public const int Most = 50;

    /// <summary>Questions of the conversation that are looked at: the first and the last ones.</summary>
    private const int Questions = 3;

    private const int Depth = 60;

    /// <summary>Bytes of what was asked that make its meaning: some 200 words.</summary>
    private const int MeaningBytes = 1_500;

    private const string FirstSql =
        "SELECT id FROM messages WHERE conversation_id = ?1 AND role = 1 AND hidden = 0 AND active = 1 ORDER BY ord LIMIT 1";
    private const string LastSql =
        "SELECT id FROM messages WHERE conversation_id = ?1 AND role = 1 AND hidden = 0 AND active = 1 ORDER BY ord DESC LIMIT ?2";
    private const string ShownSql =
        "SELECT title, provider, created_at FROM conversations WHERE id = ?1 AND owner_id = ?2 AND deleted_at IS NULL";

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [FirstSql, LastSql, ShownSql];

    /// <returns>Null where the owner has no such conversation.</returns>
    public async Task<RelatedResult?> FindAsync(long ownerId, long conversationId, int limit, CancellationToken ct)
    {
        if (await db.ReadAsync(session => Read(session, ownerId, conversationId), ct) is not { } about)
        {
            return null;
        }

        var words = new List<LaneHit>();
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        foreach (var question in about.Questions)
        {
            var similar = await index.FindSimilarAsync(
                new SimilarRequest(ownerId, question, Depth, Elsewhere: true),
                ct
            );
            foreach (var hit in similar?.Hits ?? [])
            {
                if (hit is { MessageId: { } message, ConversationId: { } group })
                {
                    words.Add(new LaneHit(new PassageKey(TextKind.Message, message), group, hit.Score, 0));
                }
            }
        }

        var took = Math.Round(System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds, 3);
        var meant = await semantic.FindAsync(
            new RetrievalQuestion(ownerId, new SearchQuery([], [], []) { Text = about.Text }, Most, 1),
            new RetrievalScope(null, about.Excluded, []),
            Depth,
            ct
        );
        var fused = Fusion.Fuse(ByConversation(words), ByConversation(meant.Hits), Fusion.SemanticWeight);
        var items = await db.ReadAsync(session => Show(session, ownerId, fused, words, meant.Hits, limit), ct);
        return new RelatedResult(
            items,
            [
                new LaneReport(TextLane.Name, "used", words.Count, null, took),
                .. new[] { meant.Report }.OfType<LaneReport>(),
            ]
        );
    }

    /// <summary>The best message stands for its conversation.</summary>
    private static List<LaneHit> ByConversation(IReadOnlyList<LaneHit> hits) =>
        [
            .. hits.GroupBy(hit => hit.GroupId)
                .Select(group => new LaneHit(
                    new PassageKey(TextKind.Message, group.Key),
                    group.Key,
                    group.Max(hit => hit.Score),
                    0
                )),
        ];

    private static About? Read(DbSession session, long ownerId, long conversationId)
    {
        using var row = session.Query(ShownSql);
        if (!row.Bind(1, conversationId).Bind(2, ownerId).Step())
        {
            return null;
        }

        var questions = new List<long>(Ids(session, FirstSql, conversationId, null));
        questions.AddRange(Ids(session, LastSql, conversationId, Questions - 1).Where(id => !questions.Contains(id)));
        var text = new StringBuilder(row.Text(0)).Append('\n');
        foreach (var question in questions)
        {
            text.Append(Encoding.UTF8.GetString(MessageTexts.Read(session, question).Span)).Append('\n');
        }

        var bare = new RetrievalQuestion(ownerId, new SearchQuery([], [], []), 1, 1)
        {
            NotConversation = conversationId,
        };
        var excluded = RetrievalScope.Of(session, bare).NotConversations;
        return new About(
            questions,
            text.Length > MeaningBytes ? text.ToString(0, MeaningBytes) : text.ToString(),
            excluded
        );
    }

    private static List<long> Ids(DbSession session, string sql, long conversationId, int? limit)
    {
        using var rows = session.Query(sql);
        rows.Bind(1, conversationId);
        if (limit is { } most)
        {
            rows.Bind(2, most);
        }

        var ids = new List<long>();
        while (rows.Step())
        {
            ids.Add(rows.Int64(0));
        }

        return ids;
    }

    private static List<RelatedConversation> Show(
        DbSession session,
        long ownerId,
        List<Candidate> fused,
        IReadOnlyList<LaneHit> words,
        IReadOnlyList<LaneHit> meant,
        int limit
    )
    {
        var items = new List<RelatedConversation>();
        foreach (var candidate in fused)
        {
            using var row = session.Query(ShownSql);
            if (items.Count == limit || !row.Bind(1, candidate.GroupId).Bind(2, ownerId).Step())
            {
                continue;
            }

            var best = (candidate.Text is null ? meant : words)
                .Where(hit => hit.GroupId == candidate.GroupId)
                .MaxBy(hit => hit.Score);
            items.Add(
                new RelatedConversation(
                    Kernel.Ids.Format(candidate.GroupId, IdKind.Conversation),
                    row.Text(0),
                    row.Text(1)!,
                    Kernel.Http.ApiTime.Format(row.Int64OrNull(2)),
                    Kernel.Ids.Format(best.Key.Id, IdKind.Message),
                    Math.Round(candidate.Score, 4)
                )
            );
        }

        return items;
    }

    private sealed record About(List<long> Questions, string Text, IReadOnlyCollection<long> Excluded);
}
