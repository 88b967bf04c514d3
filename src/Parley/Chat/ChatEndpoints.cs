using System.Globalization;
using System.Text.Json;
using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;
using Parley.Retrieval;

namespace Parley.Chat;

/// <summary>Routes of questions and answers.</summary>
internal static class ChatEndpoints
{
    private const char TurnList = 'n';
    private const string Events = "text/event-stream";
    private const string EventDetails =
        "Events, each with its number as id: conversation_created, message_created, token, thinking, tool_call, tool_consent, tool_consent_given, tool_result, sources, memories, context, title, queued, and at the "
        + "end done or error. Leaving does not stop the answer: read on at /api/chat/turns/{id}/events.";

    public static void MapChatRoutes(this IEndpointRouteBuilder routes)
    {
        var at = routes.MapGroup("/api/chat").WithTags("chat").ForUsers(KeyScopes.Chat);
        at.MapPost("/stream", AskStreamAsync)
            .Describe("askStream", "Ask a model; the answer comes as it is made", EventDetails)
            .ReturnsEvents<DoneEvent>(Events)
            .Fails(ProblemCodes.NoModel, ProblemCodes.QuotaUsedUp)
            .WithBodyLimit(HttpOptions.MessageBodyBytes);
        at.MapPost("/", AskAsync)
            .Describe("ask", "Ask a model and wait for the whole answer")
            .Returns<ChatAnswer>()
            .Fails(ProblemCodes.NoModel, ProblemCodes.UpstreamFailed, ProblemCodes.QuotaUsedUp, ProblemCodes.Conflict)
            .WithBodyLimit(HttpOptions.MessageBodyBytes);
        at.MapGet("/turns", ListAsync)
            .Describe("listTurns", "How answers came to be, newest first")
            .Takes(
                new QueryParameter("conversation_id", "string", "Only of this conversation"),
                new QueryParameter("limit", "integer", "Items at most")
                {
                    Min = 1,
                    Max = PageRequest.MaxLimit,
                    Default = "50",
                },
                new QueryParameter("cursor", "string", "next_cursor of the page before")
            )
            .Returns<Page<TurnView>>();
        at.MapGet("/turns/{id}", GetAsync).Describe("getTurn", "How one answer came to be").Returns<TurnView>();
        at.MapGet("/turns/{id}/events", FollowAsync)
            .Describe(
                "followTurn",
                "The events of an answer from the one after Last-Event-ID, then as they come",
                "Events of an answer that ended more than ten minutes ago are gone but for its last; the answer itself is in the conversation."
            )
            .Takes(new HeaderParameter("Last-Event-ID", "Number of the last event the reader has"))
            .ReturnsEvents<DoneEvent>(Events);
        at.MapPost("/turns/{id}/stop", StopAsync)
            .Describe("stopTurn", "Stop an answer; what has come of it is kept")
            .Returns<TurnView>();
        // A person's yes: no key says it in their place (S42).
        routes
            .MapGroup("/api/chat/turns/{id}/consents")
            .WithTags("chat")
            .ForSessions()
            .MapPost("/{cid}", Consent)
            .Describe(
                "answerToolConsent",
                "Allow or deny the call of a tool that asks",
                "The event tool_consent names it. A key cannot answer: it is the person who is asked."
            )
            .Takes(new PathParameter("cid", "consent_id of the event"))
            .ReturnsNothing()
            .Fails(ProblemCodes.Conflict);

        var of = routes.MapGroup("/api/conversations/{id}/messages/{mid}").WithTags("chat").ForUsers(KeyScopes.Chat);
        of.MapPost("/regenerate", RegenerateAsync)
            .Describe("regenerate", "Another answer beside this one, or to this question", EventDetails)
            .ReturnsEvents<DoneEvent>(Events)
            .Fails(ProblemCodes.NoModel, ProblemCodes.QuotaUsedUp);
        of.MapPost("/continue", ContinueAsync)
            .Describe("continueAnswer", "The rest of an answer that was cut", EventDetails)
            .ReturnsEvents<DoneEvent>(Events)
            .Fails(ProblemCodes.NoModel, ProblemCodes.Conflict, ProblemCodes.QuotaUsedUp);
    }

    private static async Task<IResult> AskStreamAsync(
        HttpContext http,
        Caller caller,
        Body<AskRequest> body,
        IdempotencyKey key,
        TurnDesk desk,
        Quotas quotas,
        CancellationToken ct
    ) => await StreamAsync(http, caller, quotas, await desk.AskAsync(caller, body, key, ct));

    private static async Task<IResult> AskAsync(
        HttpContext http,
        Caller caller,
        Body<AskRequest> body,
        IdempotencyKey key,
        TurnDesk desk,
        ConversationStore conversations,
        Quotas quotas,
        CancellationToken ct
    )
    {
        var seen = await desk.AskAsync(caller, body, key, ct);
        if (seen.Live is { } turn)
        {
            await turn.Ended.WaitAsync(ct);
        }

        await quotas.TellAsync(http, caller.OwnerId, QuotaKind.Tokens);
        var row = (await desk.FindRowAsync(caller, seen.Row.Id, ct))!;
        var place = row.Place;
        var message = await conversations.FindMessageAsync(caller, place.ConversationId, place.MessageId, ct);
        if (row.State is MessageStatus.Failed)
        {
            var code =
                row.Error == ContextException.PinnedTooLarge ? ProblemCodes.Conflict : ProblemCodes.UpstreamFailed;
            return new ProblemResult(code, TurnDesk.FaultOf(seen.Live) ?? row.Error);
        }

        var sources = AnswerSources.Of(message);
        return new JsonAnswer<ChatAnswer>(
            new ChatAnswer(
                ConversationId.Format(place.ConversationId),
                MessageId.Format(place.MessageId),
                TurnId.Format(row.Id),
                row.Model,
                Citations.Without(message?.Content.ToString() ?? "", sources),
                sources,
                row.View().Usage,
                row.Cost,
                Statuses.Name(row.State),
                row.Finish
            ),
            ChatJson.Default.ChatAnswer
        );
    }

    private static async Task<IResult> RegenerateAsync(
        HttpContext http,
        Caller caller,
        ConversationId id,
        MessageId mid,
        OptionalBody<AgainRequest> body,
        IdempotencyKey key,
        TurnDesk desk,
        Quotas quotas,
        CancellationToken ct
    )
    {
        var place = new AnswerPlace(id.Value, mid.Value);
        return await StreamAsync(http, caller, quotas, await desk.AgainAsync(caller, place, body, key, ct));
    }

    private static async Task<IResult> ContinueAsync(
        HttpContext http,
        Caller caller,
        ConversationId id,
        MessageId mid,
        OptionalBody<AgainRequest> body,
        IdempotencyKey key,
        TurnDesk desk,
        Quotas quotas,
        CancellationToken ct
    )
    {
        var place = new AnswerPlace(id.Value, mid.Value);
        return await StreamAsync(http, caller, quotas, await desk.ContinueAsync(caller, place, body, key, ct));
    }

    private static async Task<IResult> FollowAsync(
        HttpRequest request,
        Caller caller,
        TurnId id,
        TurnDesk desk,
        CancellationToken ct
    )
    {
        var header = request.Headers["Last-Event-ID"].ToString();
        var after = 0L;
        if (
            header.Length > 0
            && (!long.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out after) || after < 0)
        )
        {
            return new ProblemResult(ProblemCodes.BadRequest, "Last-Event-ID is the number of an event");
        }

        return await desk.FindAsync(caller, id.Value, ct) is { } seen
            ? Stream(seen, after)
            : ProblemResult.NotFound("turn");
    }

    private static async Task<IResult> GetAsync(Caller caller, TurnId id, TurnDesk desk, CancellationToken ct) =>
        await desk.FindRowAsync(caller, id.Value, ct) is { } row ? Json(row) : ProblemResult.NotFound("turn");

    private static async Task<IResult> StopAsync(Caller caller, TurnId id, TurnDesk desk, CancellationToken ct) =>
        await desk.StopAsync(caller, id.Value, ct) is { } row ? Json(row) : ProblemResult.NotFound("turn");

    private static IResult Consent(Caller caller, TurnId id, string cid, Body<ConsentRequest> body, TurnDesk desk) =>
        desk.Consent(caller, id.Value, cid, body.Value) switch
        {
            null => ProblemResult.NotFound("question of a tool"),
            true => TypedResults.NoContent(),
            false => new ProblemResult(ProblemCodes.Conflict, "it was answered before"),
        };

    private static async Task<IResult> ListAsync(
        Caller caller,
        TurnDesk desk,
        string? conversation_id,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        long? conversation = null;
        if (conversation_id is not null)
        {
            conversation = Ids.TryParse(conversation_id, IdKind.Conversation, out var named) ? named : 0;
        }

        var count = limit ?? PageRequest.DefaultLimit;
        if (count is < 1 or > PageRequest.MaxLimit)
        {
            return ProblemResult.Invalid("limit", $"from 1 to {PageRequest.MaxLimit}");
        }

        Span<long> before = [long.MaxValue];
        if (cursor is not null)
        {
            Cursor.Read(cursor, TurnList, before);
        }

        var rows = await desk.ListAsync(caller, conversation, before[0], count + 1, ct);
        var more = rows.Count > count;
        var page = rows.Take(count).Select(row => row.View()).ToList();
        return new JsonAnswer<Page<TurnView>>(
            new Page<TurnView>(page, null, more ? Cursor.Write(TurnList, rows[count - 1].Id) : null),
            ChatJson.Default.PageTurnView
        );
    }

    /// <summary>The events from the first one on; the headers say what is left of the caller's tokens.</summary>
    private static async Task<IResult> StreamAsync(HttpContext http, Caller caller, Quotas quotas, SeenTurn seen)
    {
        await quotas.TellAsync(http, caller.OwnerId, QuotaKind.Tokens);
        return Stream(seen, 0);
    }

    private static IResult Stream(SeenTurn seen, long after) =>
        seen.Live is { } turn ? new TurnStream(turn, after) : new EndedTurnStream(seen.Row, after);

    private static JsonAnswer<TurnView> Json(TurnRow row) => new(row.View(), ChatJson.Default.TurnView);
}

/// <summary>The whole answer at once.</summary>
/// <param name="Response">Its text, without citations that no source bears; Markdown.</param>
/// <param name="Sources">The passages it was given with; [1] in the text names the first.</param>
/// <param name="Cost">Null where no price is known.</param>
/// <param name="Status">complete, stopped or interrupted.</param>
internal sealed record ChatAnswer(
    string ConversationId,
    string MessageId,
    string TurnId,
    string Model,
    string Response,
    IReadOnlyList<PassageView> Sources,
    UsageView? Usage,
    Cost? Cost,
    string Status,
    string? FinishReason
);

/// <summary>What is left to tell of a turn whose events are no longer in memory: how it ended.</summary>
internal sealed class EndedTurnStream(TurnRow row, long after) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        await response.StartAsync(httpContext.RequestAborted);
        if (row.Events > after)
        {
            Write(response.BodyWriter);
        }

        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }

    private void Write(System.IO.Pipelines.PipeWriter to)
    {
        var id = MessageId.Format(row.Place.MessageId);
        var status = Statuses.Name(row.State);
        if (row.Error is { } code)
        {
            var error = new ErrorEvent(code, "the answer ended early", "parley", id, status);
            SseWriter.Write(
                to,
                row.Events,
                new TurnEvent(
                    TurnEventKind.Error,
                    JsonSerializer.SerializeToUtf8Bytes(error, ChatJson.Default.ErrorEvent)
                )
            );
        }
        else
        {
            var done = new DoneEvent(id, status, row.Finish, row.View().Usage, row.Cost);
            SseWriter.Write(
                to,
                row.Events,
                new TurnEvent(TurnEventKind.Done, JsonSerializer.SerializeToUtf8Bytes(done, ChatJson.Default.DoneEvent))
            );
        }
    }
}
