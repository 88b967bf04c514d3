using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Problems;
using Parley.Providers;

namespace Parley.Chat;

/// <summary>Which model answers: the one that is named, else the conversation's, else the setting's, else the first of the list.</summary>
internal sealed class ModelChoice(Db db, ModelRouter models, ChatSettings settings)
{
    /// <exception cref="ProblemException">There is none of that name, or none at all.</exception>
    public async Task<ModelRoute> GetAsync(Caller caller, string? name, long? conversationId, CancellationToken ct)
    {
        if (name is { Length: > 0 })
        {
            return await GetNamedAsync(caller, name, "model_name", ct);
        }

        if (
            conversationId is { } id
            && await db.ReadAsync(session => ModelOf(session, caller.OwnerId, id), ct) is { } own
            && await models.FindAsync(caller, own, ct) is { } usual
        )
        {
            return usual;
        }

        if (settings.Model is { Length: > 0 } set && await models.FindAsync(caller, set, ct) is { } standing)
        {
            return standing;
        }

        return await models.ListAsync(caller, ct) is [var first, ..]
            ? first
            : throw new ProblemException(
                ProblemCodes.NoModel,
                "no model server answers: add one with `parley models add`, or start Ollama"
            );
    }

    /// <exception cref="ProblemException">There is none of that name; it says so of the field.</exception>
    public async Task<ModelRoute> GetNamedAsync(Caller caller, string name, string field, CancellationToken ct) =>
        await models.FindAsync(caller, name, ct)
        ?? throw Kernel.Http.QueryReader.Invalid(field, "there is no such model");

    private static string? ModelOf(DbSession session, long ownerId, long conversationId)
    {
        using var row = session.Query(
            "SELECT (SELECT name FROM models WHERE id = c.model_id) FROM conversations c WHERE c.id = ?1 AND c.owner_id = ?2 AND c.model_id > 0"
        );
        return row.Bind(1, conversationId).Bind(2, ownerId).Step() ? row.Text(0) : null;
    }
}
