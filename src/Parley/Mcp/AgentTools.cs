using System.Text.Json;
using Parley.Identity;
using Parley.Kernel.Problems;
using Parley.Tools;

namespace Parley.Mcp;

/// <summary>The tools of the MCP server, each checked against its schema, its key's scopes and a limit of time. Thread-safe.</summary>
internal sealed class AgentTools(IEnumerable<IAgentTool> all, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<IAgentTool> all = [.. all];

    /// <summary>Those that this caller may call, always in the same order.</summary>
    public void Write(Utf8JsonWriter json, Caller caller)
    {
        json.WriteStartArray("tools"u8);
        foreach (var tool in all)
        {
            if (!IsAllowed(caller, tool))
            {
                continue;
            }

            json.WriteStartObject();
            json.WriteString("name"u8, tool.Name);
            json.WriteString("title"u8, tool.Title);
            json.WriteString("description"u8, tool.Description);
            json.WritePropertyName("inputSchema"u8);
            json.WriteRawValue(tool.Input.Utf8.Span);
            json.WriteStartObject("annotations"u8);
            json.WriteBoolean("readOnlyHint"u8, !tool.Writes);
            if (tool.Writes)
            {
                json.WriteBoolean("destructiveHint"u8, false);
            }

            json.WriteBoolean("openWorldHint"u8, false);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <exception cref="McpException">There is no such tool.</exception>
    public async Task<ToolOutput> RunAsync(Caller caller, McpRequest request, CancellationToken ct)
    {
        var name = request.Text("name") ?? "";
        if (all.FirstOrDefault(tool => tool.Name == name) is not { } tool)
        {
            throw new McpException(McpException.InvalidParams, "there is no tool of that name");
        }

        if (!IsAllowed(caller, tool))
        {
            return new ToolOutput(AgentRights.Missing(tool.Scope), IsError: true);
        }

        var given = request.Params.TryGetProperty("arguments", out var arguments);
        using var none = given ? null : JsonDocument.Parse("{}");
        arguments = given ? arguments : none!.RootElement;
        using var schema = JsonDocument.Parse(tool.Input.Utf8);
        if (SchemaCheck.Fault(schema.RootElement, arguments) is { } fault)
        {
            return new ToolOutput(fault, IsError: true);
        }

        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return new ToolOutput(await tool.RunAsync(caller, arguments, either.Token), IsError: false);
        }
        catch (ToolException failure)
        {
            return new ToolOutput(failure.Message, IsError: true);
        }
        catch (ProblemException problem) when (problem.Code.Status is < 500 or StatusCodes.Status507InsufficientStorage)
        {
            return new ToolOutput(problem.Message, IsError: true);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return new ToolOutput($"it took longer than {Limit.TotalSeconds:0} s", IsError: true);
        }
    }

    private static bool IsAllowed(Caller caller, IAgentTool tool) =>
        AgentRights.May(caller, tool.Scope, reads: !tool.Writes);
}
