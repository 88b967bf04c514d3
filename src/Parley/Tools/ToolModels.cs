using System.Text.Json.Serialization;
using Parley.Identity;
using Parley.Kernel.Http;
using static System.Text.Json.Serialization.JsonSourceGenerationMode;

namespace Parley.Tools;

/// <summary>A tool that a question may let its model call.</summary>
/// <param name="Server">Whose it is; null: Parley's own.</param>
/// <param name="Writes">It may change something: a yes to it holds for one conversation at most.</param>
internal sealed record ToolView(string Name, string Description, RawJson Parameters, string? Server, bool Writes)
{
    public static ToolView Of(ITool tool) =>
        new(
            tool.Name,
            tool.Description,
            tool.Parameters,
            (tool as RemoteTool)?.Server.Name,
            tool is RemoteTool { Writes: true }
        );
}

internal sealed record ToolList(IReadOnlyList<ToolView> Items, int Total);

/// <summary>A tool server as admins see it: without its key.</summary>
/// <param name="Kind">openapi, mcp, or stdio: a program of the settings file, which cannot be changed here.</param>
/// <param name="Url">Null for a program.</param>
/// <param name="KeyHint">The key's last four characters; empty for a short key, null where there is none.</param>
/// <param name="Headers">Names of the headers that go with each call.</param>
/// <param name="State">ready, failing, or resting: it could not be reached so often that it is left alone for a while.</param>
/// <param name="Users">Who may use it; null: everybody, or of a program those that <c>program.for_all</c> says.</param>
/// <param name="LastError">Why its tools could not be listed the last time; null where they could.</param>
internal sealed record ToolServerView(
    string Id,
    string Name,
    string Kind,
    string? Url,
    string? BaseUrl,
    string? KeyHint,
    IReadOnlyList<string> Headers,
    bool TrustsHints,
    IReadOnlyList<string>? Users,
    bool Enabled,
    string State,
    string? LastError,
    ToolProgramView? Program,
    string? CreatedAt
)
{
    /// <param name="program">How its program is; null where it is none.</param>
    public static ToolServerView Of(ToolServer server, string state, string? error, ToolProgramView? program = null) =>
        new(
            ToolServerId.Format(server.Id),
            server.Name,
            server.Kind.Name(),
            server.Program is null ? server.Url.AbsoluteUri : null,
            server.BaseUrl?.AbsoluteUri,
            server.KeyHint,
            [.. server.Headers.Keys],
            server.TrustsHints,
            server.Users is null ? null : [.. server.Users.Select(UserId.Format)],
            server.Enabled,
            server.Fault is null ? state : "failing",
            server.Fault ?? error,
            program,
            ApiTime.Format(server.CreatedAt)
        );
}

/// <summary>A tool server that is a program of the settings file.</summary>
/// <param name="Command">The program, without its arguments.</param>
/// <param name="ForAll">All users may use it; otherwise admins alone.</param>
/// <param name="Running">It runs now. It is started when its tools are first asked for.</param>
/// <param name="LastLines">The last lines that it wrote to its standard error, 20 at most: what it says when it fails.</param>
internal sealed record ToolProgramView(string Command, bool ForAll, bool Running, IReadOnlyList<string> LastLines);

internal sealed record ToolServerList(IReadOnlyList<ToolServerView> Items);

/// <summary>What came of asking a server for its tools.</summary>
/// <param name="Error">Why it did not answer; null where it did.</param>
/// <param name="Left">Tools that are not offered, each with its reason.</param>
internal sealed record ToolServerTest(
    bool Ok,
    string? Error,
    IReadOnlyList<string> Tools,
    IReadOnlyList<string> Left,
    double TookMs
);

[JsonSourceGenerationOptions(
    GenerationMode = Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    MaxDepth = HttpOptions.JsonDepth
)]
[JsonSerializable(typeof(CreateToolServer), GenerationMode = Metadata)]
[JsonSerializable(typeof(ChangeToolServer), GenerationMode = Metadata)]
[JsonSerializable(typeof(ToolList))]
[JsonSerializable(typeof(ToolServerView))]
[JsonSerializable(typeof(ToolServerList))]
[JsonSerializable(typeof(ToolServerTest))]
internal sealed partial class ToolJson : JsonSerializerContext;
