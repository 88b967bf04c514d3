using System.Text;
using System.Text.Json;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Providers;

namespace Parley.Chat.Tools;

/// <summary>What a tool said.</summary>
/// <param name="Content">For the model; cut where it was long.</param>
internal sealed record ToolOutput(string Content, bool IsError);

/// <summary>The tools there are, and the running of one call: checked, limited, and never an exception. Thread-safe.</summary>
internal sealed class ToolBox(IEnumerable<ITool> tools, TimeProvider time, ILogger<ToolBox> log)
{
    private const int LongestResult = 32_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, ITool> tools = tools.ToDictionary(t => t.Name, StringComparer.Ordinal);

    public IReadOnlyCollection<ITool> All => tools.Values;

    public bool Has(string name) => tools.ContainsKey(name);

    /// <summary>As models are told of them.</summary>
    public IReadOnlyList<ToolDefinition> Definitions(IEnumerable<string> names) =>
        [
            .. names
                .Distinct(StringComparer.Ordinal)
                .Select(name => tools[name])
                .Select(t => new ToolDefinition(t.Name, t.Description, t.Parameters)),
        ];

    /// <param name="allowed">What the question lets the model call: content that was read cannot widen it (S42).</param>
    public async Task<ToolOutput> RunAsync(
        Caller caller,
        ToolCall call,
        IReadOnlyList<ToolDefinition> allowed,
        CancellationToken ct
    )
    {
        if (!allowed.Any(t => t.Name == call.Name) || !tools.TryGetValue(call.Name, out var tool))
        {
            return new ToolOutput($"there is no tool called {call.Name}", IsError: true);
        }

        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            using var arguments = JsonDocument.Parse(call.Arguments.IsEmpty ? "{}"u8.ToArray() : call.Arguments);
            using var schema = JsonDocument.Parse(tool.Parameters.Utf8);
            return SchemaCheck.Fault(schema.RootElement, arguments.RootElement) is { } fault
                ? new ToolOutput(fault, IsError: true)
                : new ToolOutput(Cut(await tool.RunAsync(caller, arguments.RootElement, either.Token)), IsError: false);
        }
        catch (JsonException)
        {
            return new ToolOutput("the arguments are no JSON object", IsError: true);
        }
        catch (ToolException failure)
        {
            return new ToolOutput(failure.Message, IsError: true);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return new ToolOutput($"the tool took longer than {Limit.TotalSeconds:0} s", IsError: true);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            ChatLog.ToolFailed(log, call.Name, failure);
            return new ToolOutput("the tool failed", IsError: true);
        }
    }

    private static string Cut(string text)
    {
        if (text.Length <= LongestResult)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[LongestResult - 1]) ? LongestResult - 1 : LongestResult;
        return new StringBuilder(text, 0, end, end + 64)
            .Append("\n[cut: ")
            .Append(text.Length - end)
            .Append(" more characters]")
            .ToString();
    }

    internal static RawJson Schema(ReadOnlySpan<byte> json) => RawJson.Of(json)!.Value;
}
