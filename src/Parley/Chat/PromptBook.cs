using Parley.Chat.Prompts;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Chat;

/// <summary>A prompt that can be filled in.</summary>
/// <param name="Variables">Names of what is to be filled in, in order.</param>
internal sealed record NamedPrompt(string Id, string Title, string Category, IReadOnlyList<string> Variables);

/// <summary>The prompts, for other surfaces: those that come with Parley and those of an owner. Thread-safe.</summary>
internal sealed class PromptBook(PromptStore prompts)
{
    public static IReadOnlyList<NamedPrompt> BuiltIn { get; } =
    [.. PromptStore.Templates.Select(one => new NamedPrompt(one.Id, one.Title, one.Category, one.Variables))];

    /// <summary>An owner's own, by when they were made.</summary>
    public async Task<Page<NamedPrompt>> ListAsync(long ownerId, PageRequest page, CancellationToken ct)
    {
        var own = await prompts.ListAsync(ownerId, page, ct);
        return new Page<NamedPrompt>(
            [.. own.Items.Select(one => new NamedPrompt(one.Id, one.Title, one.Category, one.Variables))],
            own.Total,
            own.NextCursor
        );
    }

    /// <exception cref="ProblemException">There is none of that id.</exception>
    public Task<string> FillAsync(
        long ownerId,
        string id,
        IReadOnlyDictionary<string, string> variables,
        CancellationToken ct
    ) => prompts.FillAsync(ownerId, id, variables, ct);
}
