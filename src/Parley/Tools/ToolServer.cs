using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Parley.Identity;
using Parley.Kernel;

namespace Parley.Tools;

/// <summary>What a tool server speaks. The numbers are stored.</summary>
internal enum ToolServerKind : byte
{
    /// <summary>HTTP, as an OpenAPI 3 document describes it.</summary>
    OpenApi = 1,

    /// <summary>The Model Context Protocol over streamable HTTP.</summary>
    Mcp = 2,

    /// <summary>The same over a program's standard input and output: of the settings file alone, never stored.</summary>
    Stdio = 3,
}

/// <summary>The kinds by the words of the API.</summary>
internal static class ToolServerKinds
{
    /// <summary>Those that can be set up over the API: no request names a program (S43).</summary>
    public static readonly string[] Names = ["openapi", "mcp"];

    public static ToolServerKind? Find(string? name) =>
        Array.IndexOf(Names, name) is >= 0 and var at ? (ToolServerKind)(at + 1) : null;

    public static string Name(this ToolServerKind kind) =>
        kind == ToolServerKind.Stdio ? "stdio" : Names[(int)kind - 1];
}

/// <summary>A server of tools, as an admin set it up.</summary>
/// <param name="Name">Stands before the names of its tools.</param>
/// <param name="Url">Of the OpenAPI document, or of the MCP endpoint.</param>
internal sealed record ToolServer(long Id, string Name, ToolServerKind Kind, Uri Url)
{
    /// <summary>Where an OpenAPI server's calls go; null: where its document says, on the document's own host.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>Unsealed for the call; never shown, never logged.</summary>
    public string? Key { get; init; }

    /// <summary>Sent with each call, and as secret as the key.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The key's last four characters; null where it has none.</summary>
    public string? KeyHint { get; init; }

    /// <summary>Its own word that a tool only reads is believed: MCP's hints are not, unless an admin says so.</summary>
    public bool TrustsHints { get; init; }

    public bool Enabled { get; init; } = true;

    /// <summary>Who may use it; null: everybody.</summary>
    public IReadOnlySet<long>? Users { get; init; }

    /// <summary>Why it cannot be used although it is set up; null where it can.</summary>
    public string? Fault { get; init; }

    /// <summary>Unix microseconds; null for one of the settings file.</summary>
    public long? CreatedAt { get; init; }

    /// <summary>The program it is; null where it is reached over HTTP.</summary>
    public StdioServer? Program { get; init; }

    /// <summary>The host that the key is for, and goes to.</summary>
    public Uri Host => BaseUrl ?? Url;

    /// <summary>What a person said yes to beside the tool itself: a key may change, where calls go and what runs may not.</summary>
    public string Place =>
        Program is { } program
            ? string.Join('\0', [program.Folder ?? "", program.Program, .. program.Arguments])
            : Host.ToString();

    public bool IsFor(Caller caller) =>
        Program is { } program
            ? program.ForAll || caller.Role == UserRole.Admin
            : Enabled && (Users is null || Users.Contains(caller.OwnerId));

    /// <summary>One of the settings file. It has the same id in every run: it is made of the name.</summary>
    public static ToolServer Of(StdioServer program) =>
        new(
            BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(program.Name))) & long.MaxValue,
            program.Name,
            ToolServerKind.Stdio,
            new Uri("stdio:" + program.Name)
        )
        {
            Program = program,
            TrustsHints = program.TrustsHints,
        };
}

/// <summary>A tool server failed. The message is fit to be shown: it names the server and what was wrong.</summary>
internal sealed class ToolServerException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>It says nothing of what was asked: the server is not there, broke off, or a proxy says so in its place.</summary>
    public bool IsAway { get; init; }

    /// <summary>Of an answer's status: 502 and 504 are a proxy's.</summary>
    public static ToolServerException Of(int status, string message) => new(message) { IsAway = status is 502 or 504 };
}

/// <summary>A tool server named in a path.</summary>
internal readonly record struct ToolServerId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out ToolServerId id)
    {
        id = new ToolServerId(Ids.TryParse(text, IdKind.ToolServer, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.ToolServer);
}

/// <summary>What is sealed of a tool server.</summary>
internal sealed record ToolServerSecrets(string? Key, Dictionary<string, string>? Headers);

[JsonSerializable(typeof(ToolServerSecrets))]
internal sealed partial class ToolSecretsJson : JsonSerializerContext;

/// <summary>What an admin says of a tool server: a new one, or changes to one, where null leaves a thing as it is.</summary>
internal sealed record ToolServerDraft
{
    public string? Name { get; init; }
    public ToolServerKind? Kind { get; init; }
    public Uri? Url { get; init; }

    /// <summary>Empty takes it away.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Empty takes it away.</summary>
    public string? Key { get; init; }
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
    public bool? TrustsHints { get; init; }

    /// <summary>Empty: everybody.</summary>
    public IReadOnlyList<long>? Users { get; init; }
    public bool? Enabled { get; init; }
}
