using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Memories;

/// <summary>Routes of what is remembered.</summary>
internal static class MemoryEndpoints
{
    public static void MapMemories(this IEndpointRouteBuilder routes)
    {
        var at = routes.MapGroup("/api/memories").WithTags("memories").ForUsers(KeyScopes.Chat);
        at.MapGet("/", ListAsync)
            .Describe("listMemories", "The facts that answers are told, newest first")
            .Takes(new QueryParameter("state", "string", "Only those: kept or proposed"))
            .Returns<Page<MemoryView>>();
        at.MapPost("/", CreateAsync)
            .Describe(
                "remember",
                "Keep a fact",
                $"Models are told it with questions it bears on, and the event memories says so. An owner has at most {MemoryStore.MostMemories:#,0}."
            )
            .Returns<MemoryView>(StatusCodes.Status201Created)
            .Fails(ProblemCodes.Conflict);
        at.MapGet("/{id}", GetAsync).Describe("getMemory", "One fact").Returns<MemoryView>().ReturnsETag();
        at.MapPatch("/{id}", ChangeAsync)
            .Describe("changeMemory", "Change a fact, or agree to one that is proposed")
            .Returns<MemoryView>()
            .ReturnsETag();
        at.MapDelete("/{id}", DeleteAsync).Describe("forget", "Forget a fact").ReturnsNothing();
    }

    private static async Task<IResult> ListAsync(
        Caller caller,
        string? state,
        PageRequest page,
        MemoryStore memories,
        CancellationToken ct
    ) =>
        state is not null && !SaveMemory.States.Contains(state)
            ? ProblemResult.Invalid("state", $"must be one of {string.Join(", ", SaveMemory.States)}")
            : new JsonAnswer<Page<MemoryView>>(
                await memories.ListAsync(caller.OwnerId, state is null ? null : state == "kept", page, ct),
                MemoriesJson.Default.PageMemoryView
            );

    private static async Task<IResult> CreateAsync(
        Caller caller,
        Body<SaveMemory> body,
        IdempotencyKey key,
        MemoryStore memories,
        CancellationToken ct
    ) => await memories.CreateAsync(caller.OwnerId, body, key, ct);

    private static async Task<IResult> GetAsync(
        Caller caller,
        MemoryId id,
        MemoryStore memories,
        CancellationToken ct
    ) => Answer(await memories.FindAsync(caller.OwnerId, id.Value, ct));

    private static async Task<IResult> ChangeAsync(
        Caller caller,
        MemoryId id,
        Body<SaveMemory> body,
        IfMatch match,
        MemoryStore memories,
        CancellationToken ct
    ) => Answer(await memories.ChangeAsync(caller.OwnerId, id.Value, body.Value, match, ct));

    private static async Task<IResult> DeleteAsync(
        Caller caller,
        MemoryId id,
        MemoryStore memories,
        CancellationToken ct
    ) =>
        await memories.DeleteAsync(caller.OwnerId, id.Value, ct)
            ? TypedResults.NoContent()
            : ProblemResult.NotFound("memory");

    private static IResult Answer(MemoryView? memory) =>
        memory is null
            ? ProblemResult.NotFound("memory")
            : new JsonAnswer<MemoryView>(memory, MemoriesJson.Default.MemoryView) { ETag = ETags.Of(memory.Version) };
}
