using System.Text;
using Parley.Identity;
using Parley.Providers;

namespace Parley.Tests.Providers;

/// <summary>What came of one question, put together.</summary>
internal sealed record Asked(string Text, string Thinking, IReadOnlyList<ToolCall> Calls, ModelUsage? Usage)
{
    public string? Finish { get; init; }

    public int Pieces { get; init; }

    public UpstreamException? Failure { get; init; }

    public static ModelRequest Question(string model, string text = "Hi") =>
        new() { Model = model, Messages = [new ModelMessage(ModelRole.User) { Text = Encoding.UTF8.GetBytes(text) }] };

    /// <summary>Asks through the router as the owner; a failure is kept beside what came before it.</summary>
    public static async Task<Asked> RunAsync(
        ParleyApp app,
        string model,
        Func<ModelRequest, ModelRequest>? with = null,
        CancellationToken ct = default
    )
    {
        var router = app.Get<ModelRouter>();
        var route = await router.FindAsync(Caller.Local, model, ct);
        Assert.NotNull(route);
        var question = Question(model);
        return await RunAsync(router, route, with?.Invoke(question) ?? question, ct);
    }

    public static async Task<Asked> RunAsync(
        ModelRouter router,
        ModelRoute route,
        ModelRequest request,
        CancellationToken ct
    )
    {
        var text = new List<byte>();
        var thinking = new List<byte>();
        var calls = new List<ToolCall>();
        ModelUsage? usage = null;
        var finishes = new List<string?>();
        var pieces = 0;
        UpstreamException? failure = null;
        try
        {
            await foreach (var one in router.StreamAsync(route, request, ct))
            {
                Assert.Empty(finishes);
                pieces += one.Kind == ModelEventKind.Text ? 1 : 0;
                // Whole characters: each piece alone is valid.
                Assert.True(System.Text.Unicode.Utf8.IsValid(one.Text.Span));
                (one.Kind == ModelEventKind.Thinking ? thinking : text).AddRange(one.Text.ToArray());
                if (one.Call is { } call)
                {
                    calls.Add(call);
                }

                usage = one.Usage ?? usage;
                if (one.Kind == ModelEventKind.Finish)
                {
                    finishes.Add(one.Finish);
                }
            }
        }
        catch (UpstreamException broken)
        {
            failure = broken;
        }

        return new Asked(Encoding.UTF8.GetString([.. text]), Encoding.UTF8.GetString([.. thinking]), calls, usage)
        {
            Finish = finishes.SingleOrDefault(),
            Pieces = pieces,
            Failure = failure,
        };
    }
}
