using System.Text;
using Parley.Conversations;
using Parley.Kernel;
using Parley.Search;
using Parley.Vectors;

namespace Parley.Retrieval;

/// <summary>
/// Reads what candidates say, within one snapshot: whose they are and whether they may be seen is asked again here, of the
/// rows themselves. Not thread-safe.
/// </summary>
internal sealed class PassageReader(DbSession session, RetrievalQuestion question)
{
    /// <summary>A stretch of a long message, in bytes: some 200 words.</summary>
    private const int Stretch = 1_200;

    /// <summary>So much of the question that a message answers.</summary>
    private const int AskedBytes = 240;

    private const string MessageSql = """
        SELECT m.role, m.created_at, m.parent_id, c.id, c.title
        FROM messages m JOIN conversations c ON c.id = m.conversation_id
        WHERE m.id = ?1 AND c.owner_id = ?2 AND c.deleted_at IS NULL AND m.hidden = 0
        """;

    private const string ChunkSql = """
        SELECT d.id, d.name, k.heading, k.page, k.text, k.start
        FROM library_chunks k JOIN library_documents d ON d.id = k.document_id
        WHERE k.id = ?1 AND d.owner_id = ?2
        """;

    private readonly QueryWindow _window = new(question.Query);
    private readonly MessageFilter _filter = new(session, question.Query.Filters);

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [MessageSql, ChunkSql, .. MessageFilter.Statements];

    /// <summary>The passage, or <see langword="null"/> where its row is gone, empty or not to be seen.</summary>
    public Passage? Read(in Candidate candidate) =>
        candidate.Key.Kind switch
        {
            TextKind.Message when candidate.Text is not null || _filter.Accepts(candidate.Key.Id) => Message(candidate),
            TextKind.Chunk => Chunk(candidate),
            _ => null,
        };

    private Passage? Message(in Candidate candidate)
    {
        using var row = session.Query(MessageSql);
        row.Bind(1, candidate.Key.Id).Bind(2, question.OwnerId);
        if (!row.Step() || row.Int64(3) == question.NotConversation)
        {
            return null;
        }

        var (role, conversation) = ((Role)row.Int32(0), row.Int64(3));
        var text = MessageTexts.Read(session, candidate.Key.Id);
        if (text.IsEmpty)
        {
            return null;
        }

        return Cut(candidate, text) with
        {
            GroupId = conversation,
            Title = row.Text(4),
            Role = role,
            CreatedAt = row.Int64OrNull(1),
            Asked = role == Role.Assistant && row.Int64OrNull(2) is { } parent ? Asked(parent) : null,
        };
    }

    private Passage? Chunk(in Candidate candidate)
    {
        using var row = session.Query(ChunkSql);
        if (!row.Bind(1, candidate.Key.Id).Bind(2, question.OwnerId).Step())
        {
            return null;
        }

        var text = row.Utf8(4).ToArray();
        return Of(candidate, text, row.Int32(5), text.Length) with
        {
            GroupId = row.Int64(0),
            Title = row.Text(1),
            Heading = row.Text(2)?.Replace("\n", " › ", StringComparison.Ordinal),
            Page = row.IsNull(3) ? null : row.Int32(3),
        };
    }

    /// <summary>The stretch that shows the question; where only its meaning was found, the part that has it.</summary>
    private Passage Cut(in Candidate candidate, ReadOnlyMemory<byte> text)
    {
        var stretch = _window.Find(text.Span, Stretch);
        if (
            candidate is { Text: null, Part: > 0 }
            && Passages.Cut(text.Span) is { } parts
            && candidate.Part < parts.Count
        )
        {
            stretch = parts[candidate.Part];
        }

        var (start, length) = stretch.GetOffsetAndLength(text.Length);
        return Of(candidate, text.Slice(start, length), start, text.Length);
    }

    private static Passage Of(in Candidate candidate, ReadOnlyMemory<byte> text, int start, int wholeLength) =>
        new(candidate.Key, candidate.GroupId, text, start, wholeLength)
        {
            Score = candidate.Score,
            TextScore = candidate.Text,
            SemanticScore = candidate.Semantic,
        };

    private string? Asked(long id)
    {
        var text = MessageTexts.Read(session, id).Span;
        return text.IsEmpty ? null : Encoding.UTF8.GetString(text[_window.Find(text, AskedBytes)]);
    }
}
