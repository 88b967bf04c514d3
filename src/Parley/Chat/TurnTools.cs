using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Providers;
using Parley.Tools;

namespace Parley.Chat;

/// <summary>
/// Does what a model asks for in a turn: each call is told to the readers, allowed by the person where it must be (S42),
/// made, and its result told to readers and model. Thread-safe.
/// </summary>
internal sealed class TurnTools(
    ToolBox box,
    ToolConsents consents,
    AuditLog audit,
    ChatSettings settings,
    TimeProvider time
)
{
    /// <summary>Calls of one answer (S42).</summary>
    public const int MostCalls = 50;

    /// <summary>One call after the other; the messages get what the model must know of them.</summary>
    public async Task RunAsync(TurnRun run, TurnPlan plan, List<ToolCall> calls, List<ModelMessage> messages)
    {
        messages.Add(new ModelMessage(ModelRole.Assistant) { Text = run.Said(), Calls = calls });
        foreach (var call in calls)
        {
            Say(
                run.Turn,
                TurnEventKind.ToolCall,
                new ToolCallEvent(call.Id, call.Name, Arguments(call)),
                ChatJson.Default.ToolCallEvent
            );
            var output =
                ++run.Calls > MostCalls
                    ? Refused($"no more than {MostCalls} calls are made for one answer")
                    : await RunAsync(run.Turn, plan, call);
            Say(
                run.Turn,
                TurnEventKind.ToolResult,
                new ToolResultEvent(call.Id, call.Name, output.Content, output.IsError),
                ChatJson.Default.ToolResultEvent
            );
            messages.Add(
                new ModelMessage(ModelRole.Tool)
                {
                    CallId = call.Id,
                    ToolName = call.Name,
                    Text = Encoding.UTF8.GetBytes(output.Content),
                }
            );
        }
    }

    private async Task<ToolOutput> RunAsync(Turn turn, TurnPlan plan, ToolCall call)
    {
        // What the question lets the model call: content that was read cannot widen it (S42).
        if (plan.Tools.FirstOrDefault(t => t.Name == call.Name) is not { } tool)
        {
            return Refused($"there is no tool called {call.Name}");
        }

        if (ToolBox.Fault(tool, call) is { } fault)
        {
            return Refused(fault); // nobody is asked about a call that cannot be made
        }

        return tool is RemoteTool remote && await RefusalAsync(turn, plan.Caller, remote, call) is { } refusal
            ? Refused(refusal)
            : await box.RunAsync(plan.Caller, tool, call, turn.Stopping);
    }

    /// <summary>Why the call is not made; null where the person allows it, or has before.</summary>
    private async Task<string?> RefusalAsync(Turn turn, Caller caller, RemoteTool tool, ToolCall call)
    {
        var conversation = turn.Place.ConversationId;
        if (!await consents.AreNeededAsync(caller, tool, conversation, turn.Stopping))
        {
            return null;
        }

        var asked = turn.Consents.Ask(tool);
        try
        {
            Say(
                turn,
                TurnEventKind.ToolConsent,
                new ToolConsentEvent(
                    asked.Id,
                    call.Id,
                    tool.Name,
                    tool.Server.Name,
                    tool.Description,
                    tool.Writes,
                    ApiTime.Format(ApiTime.Micros(time.GetUtcNow() + settings.ConsentLimit))!
                ),
                ChatJson.Default.ToolConsentEvent
            );
            var (answer, came) = await WaitAsync(asked, turn.Stopping);
            Say(
                turn,
                TurnEventKind.ToolConsentGiven,
                new ToolConsentGivenEvent(asked.Id, answer.Allowed),
                ChatJson.Default.ToolConsentGivenEvent
            );
            if (answer.Allowed)
            {
                await consents.RememberAsync(caller, tool, conversation, answer.Scope, turn.Stopping);
                return null;
            }

            var detail = came ? $"{tool.Name}, denied" : $"{tool.Name}, not answered";
            await audit.AddAsync(
                new RequestOrigin(caller, null, null),
                AuditActions.ToolDenied,
                null,
                ok: true,
                detail,
                default
            );
            return came
                ? "the user does not allow this call; do not try it again"
                : "the user did not say whether this call may be made, so it was not";
        }
        finally
        {
            turn.Consents.Forget(asked);
        }
    }

    private async Task<(ConsentAnswer Answer, bool Came)> WaitAsync(AskedConsent asked, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(settings.ConsentLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, limit.Token);
        try
        {
            return (await asked.Answer.WaitAsync(either.Token), true);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return (default, false);
        }
    }

    private static ToolOutput Refused(string why) => new(why, IsError: true);

    private static void Say<T>(Turn turn, TurnEventKind kind, T payload, JsonTypeInfo<T> type) =>
        turn.Log.Append(kind, JsonSerializer.SerializeToUtf8Bytes(payload, type));

    /// <summary>As they are where they are JSON, else as a text.</summary>
    private static RawJson Arguments(ToolCall call)
    {
        try
        {
            using var document = JsonDocument.Parse(call.Arguments.IsEmpty ? "{}"u8.ToArray() : call.Arguments);
            return RawJson.Of(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(document.RootElement))!.Value;
        }
        catch (JsonException)
        {
            return RawJson
                .Of(
                    JsonSerializer.SerializeToUtf8Bytes(
                        Encoding.UTF8.GetString(call.Arguments.Span),
                        ChatJson.Default.String
                    )
                )!
                .Value;
        }
    }
}
