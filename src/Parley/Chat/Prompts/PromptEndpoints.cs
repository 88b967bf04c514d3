using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Chat.Prompts;

/// <summary>Routes of prompts.</summary>
internal static class PromptEndpoints
{
    public static void MapPromptRoutes(this IEndpointRouteBuilder routes)
    {
        var at = routes.MapGroup("/api/prompts").WithTags("prompts").ForUsers(KeyScopes.Chat);
        at.MapGet("/templates", Templates)
            .Describe("listTemplates", "The prompts that come with Parley, by category")
            .Takes(new QueryParameter("category", "string", "Only of this category"))
            .Returns<PromptTemplateList>();
        at.MapGet("/", ListAsync).Describe("listPrompts", "One's own prompts").Returns<Page<PromptView>>();
        at.MapPost("/", CreateAsync)
            .Describe("createPrompt", "Keep a prompt")
            .Returns<PromptView>(StatusCodes.Status201Created)
            .Fails(ProblemCodes.Conflict);
        at.MapGet("/{id}", GetAsync).Describe("getPrompt", "One prompt").Returns<PromptView>().ReturnsETag();
        at.MapPut("/{id}", ReplaceAsync)
            .Describe("replacePrompt", "Change a prompt")
            .Returns<PromptView>()
            .ReturnsETag()
            .Fails(ProblemCodes.Conflict);
        at.MapDelete("/{id}", DeleteAsync).Describe("deletePrompt", "Delete a prompt").ReturnsNothing();
    }

    private static JsonAnswer<PromptTemplateList> Templates(string? category)
    {
        var found = PromptStore
            .Templates.Where(t => category is null || t.Category.Equals(category, StringComparison.OrdinalIgnoreCase))
            .ToList();
        return new JsonAnswer<PromptTemplateList>(
            new PromptTemplateList(found, found.Count),
            PromptJson.Default.PromptTemplateList
        );
    }

    private static async Task<IResult> ListAsync(
        Caller caller,
        PageRequest page,
        PromptStore prompts,
        CancellationToken ct
    ) =>
        new JsonAnswer<Page<PromptView>>(
            await prompts.ListAsync(caller.OwnerId, page, ct),
            PromptJson.Default.PagePromptView
        );

    private static async Task<IResult> CreateAsync(
        Caller caller,
        Body<SavePrompt> body,
        IdempotencyKey key,
        PromptStore prompts,
        CancellationToken ct
    ) => await prompts.CreateAsync(caller.OwnerId, body, key, ct);

    private static async Task<IResult> GetAsync(
        Caller caller,
        PromptId id,
        PromptStore prompts,
        CancellationToken ct
    ) => Answer(await prompts.FindAsync(caller.OwnerId, id.Value, ct));

    private static async Task<IResult> ReplaceAsync(
        Caller caller,
        PromptId id,
        Body<SavePrompt> body,
        IfMatch match,
        PromptStore prompts,
        CancellationToken ct
    ) => Answer(await prompts.ReplaceAsync(caller.OwnerId, id.Value, body.Value, match, ct));

    private static async Task<IResult> DeleteAsync(
        Caller caller,
        PromptId id,
        IfMatch match,
        PromptStore prompts,
        CancellationToken ct
    ) =>
        await prompts.DeleteAsync(caller.OwnerId, id.Value, match, ct)
            ? TypedResults.NoContent()
            : ProblemResult.NotFound("prompt");

    private static IResult Answer(PromptView? prompt) =>
        prompt is null
            ? ProblemResult.NotFound("prompt")
            : new JsonAnswer<PromptView>(prompt, PromptJson.Default.PromptView) { ETag = ETags.Of(prompt.Version) };
}
