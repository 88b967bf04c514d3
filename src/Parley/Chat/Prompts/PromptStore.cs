using System.Text.Json;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Chat.Prompts;

/// <summary>The built-in prompts and those of each owner. Thread-safe.</summary>
internal sealed class PromptStore(Db db, IdempotentWrites writes, TimeProvider time)
{
    /// <summary>So many an owner may have.</summary>
    public const int MostPrompts = 1_000;

    private const char ListCursor = 'p';
    private const string Columns = "id, title, command, category, content, created_at, updated_at, version";

    private static readonly Lazy<IReadOnlyList<PromptTemplate>> BuiltIn = new(ReadTemplates);

    public static IReadOnlyList<PromptTemplate> Templates => BuiltIn.Value;

    /// <summary>By when they were made.</summary>
    public Task<Page<PromptView>> ListAsync(long ownerId, PageRequest page, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                long after = 0;
                if (page.Cursor is not null)
                {
                    Cursor.Read(page.Cursor, ListCursor, new Span<long>(ref after));
                }

                using var rows = session.Query(
                    $"SELECT {Columns} FROM prompts WHERE owner_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3 OFFSET ?4"
                );
                rows.Bind(1, ownerId).Bind(2, after).Bind(3, page.Limit + 1L).Bind(4, page.Offset);
                var items = new List<PromptView>();
                while (rows.Step())
                {
                    items.Add(Read(rows));
                }

                return Page<PromptView>.Of(items, page, null, last => Cursor.Write(ListCursor, IdOf(last)));
            },
            ct
        );

    public Task<PromptView?> FindAsync(long ownerId, long id, CancellationToken ct) =>
        db.ReadAsync(session => Find(session, ownerId, id), ct);

    /// <exception cref="ProblemException">The command is taken, or there are too many.</exception>
    public Task<StoredAnswer> CreateAsync(
        long ownerId,
        Body<SavePrompt> body,
        IdempotencyKey key,
        CancellationToken ct
    ) =>
        writes.RunAsync(
            ownerId,
            key,
            body.Utf8,
            tx =>
            {
                RequireFree(tx, ownerId, body.Value.Command, except: 0);
                RequireRoom(tx, ownerId);
                using var insert = tx.Query(
                    $"INSERT INTO prompts (owner_id, title, command, category, content, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) RETURNING {Columns}"
                );
                Bind(insert, ownerId, body.Value).Step();
                var made = Read(insert);
                return StoredAnswer.Of(
                    made,
                    PromptJson.Default.PromptView,
                    StatusCodes.Status201Created,
                    "/api/prompts/" + made.Id,
                    ETags.Of(made.Version)
                );
            },
            ct
        );

    /// <returns>Null where there is no such prompt.</returns>
    public Task<PromptView?> ReplaceAsync(
        long ownerId,
        long id,
        SavePrompt prompt,
        IfMatch match,
        CancellationToken ct
    ) =>
        db.WriteAsync(
            tx =>
            {
                if (Find(tx, ownerId, id) is not { } before)
                {
                    return null;
                }

                match.Require(before.Version);
                RequireFree(tx, ownerId, prompt.Command, except: id);
                using var update = tx.Query(
                    $"""
                    UPDATE prompts SET title = ?2, command = ?3, category = ?4, content = ?5, updated_at = ?6, version = version + 1
                    WHERE id = ?7 AND owner_id = ?1 RETURNING {Columns}
                    """
                );
                Bind(update, ownerId, prompt).Bind(7, id).Step();
                return Read(update);
            },
            ct
        );

    /// <returns>Whether there was such a prompt.</returns>
    public Task<bool> DeleteAsync(long ownerId, long id, IfMatch match, CancellationToken ct) =>
        db.WriteEssentialAsync(
            tx =>
            {
                if (Find(tx, ownerId, id) is not { } before)
                {
                    return false;
                }

                match.Require(before.Version);
                using var delete = tx.Query("DELETE FROM prompts WHERE id = ?1 AND owner_id = ?2");
                delete.Bind(1, id).Bind(2, ownerId).Run();
                return true;
            },
            ct
        );

    /// <summary>A built-in prompt or one of the owner's, filled in.</summary>
    /// <exception cref="ProblemException">There is none of that id.</exception>
    public async Task<string> FillAsync(
        long ownerId,
        string id,
        IReadOnlyDictionary<string, string>? variables,
        CancellationToken ct
    )
    {
        var content = Templates.FirstOrDefault(t => t.Id == id)?.Content;
        if (content is null && Ids.TryParse(id, IdKind.Prompt, out var own))
        {
            content = (await FindAsync(ownerId, own, ct))?.Content;
        }

        return content is null
            ? throw QueryReader.Invalid("template_id", "there is no such prompt")
            : PromptText.Fill(content, variables ?? new Dictionary<string, string>(), time.GetUtcNow());
    }

    public static long Count(DbSession session, long ownerId)
    {
        using var count = session.Query("SELECT count(*) FROM prompts WHERE owner_id = ?1");
        count.Bind(1, ownerId).Step();
        return count.Int64(0);
    }

    /// <summary>To the heir, where a command that is taken is lost; or away.</summary>
    public static void Leave(DbTransaction tx, long ownerId, long? heir)
    {
        if (heir is null)
        {
            using var delete = tx.Query("DELETE FROM prompts WHERE owner_id = ?1");
            delete.Bind(1, ownerId).Run();
            return;
        }

        using var update = tx.Query(
            """
            UPDATE prompts SET owner_id = ?2,
                command = CASE WHEN command IN (SELECT command FROM prompts WHERE owner_id = ?2) THEN NULL ELSE command END
            WHERE owner_id = ?1
            """
        );
        update.Bind(1, ownerId).Bind(2, heir).Run();
    }

    private DbStatement Bind(DbStatement to, long ownerId, SavePrompt prompt) =>
        to.Bind(1, ownerId)
            .Bind(2, prompt.Title!.Trim())
            .Bind(3, prompt.Command?.ToLowerInvariant())
            .Bind(4, prompt.Category?.Trim() ?? "General")
            .Bind(5, prompt.Content)
            .Bind(6, ApiTime.Micros(time.GetUtcNow()));

    private static PromptView? Find(DbSession session, long ownerId, long id)
    {
        using var row = session.Query($"SELECT {Columns} FROM prompts WHERE id = ?1 AND owner_id = ?2");
        return row.Bind(1, id).Bind(2, ownerId).Step() ? Read(row) : null;
    }

    private static void RequireFree(DbSession session, long ownerId, string? command, long except)
    {
        if (command is null)
        {
            return;
        }

        using var row = session.Query("SELECT id FROM prompts WHERE owner_id = ?1 AND command = ?2");
        if (row.Bind(1, ownerId).Bind(2, command.ToLowerInvariant()).Step() && row.Int64(0) != except)
        {
            throw new ProblemException(ProblemCodes.Conflict, $"another prompt is called /{command}");
        }
    }

    private static void RequireRoom(DbSession session, long ownerId)
    {
        if (Count(session, ownerId) >= MostPrompts)
        {
            throw new ProblemException(ProblemCodes.Conflict, $"there are {MostPrompts} prompts: delete one first");
        }
    }

    private static PromptView Read(DbStatement row) =>
        new(
            PromptId.Format(row.Int64(0)),
            row.Text(1)!,
            row.Text(2),
            row.Text(3)!,
            row.Text(4)!,
            PromptText.Variables(row.Text(4)!),
            ApiTime.Format(row.Int64(5))!,
            ApiTime.Format(row.Int64(6))!,
            row.Int64(7)
        );

    private static long IdOf(PromptView view) => Ids.TryParse(view.Id, IdKind.Prompt, out var id) ? id : 0;

    private static List<PromptTemplate> ReadTemplates()
    {
        using var stream = typeof(PromptStore).Assembly.GetManifestResourceStream("prompt-templates.json")!;
        return
        [
            .. JsonSerializer
                .Deserialize(stream, PromptJson.Default.ListTemplateEntry)!
                .Select(t => new PromptTemplate(t.Id, t.Title, t.Category, t.Content, PromptText.Variables(t.Content))),
        ];
    }
}
