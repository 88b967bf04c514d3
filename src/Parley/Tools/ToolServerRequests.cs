using System.Text.Json.Serialization.Metadata;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Providers;

namespace Parley.Tools;

/// <summary>Checks that a new tool server and changes to one share.</summary>
internal static class ToolServerChecks
{
    private const int LongestName = 24;
    private const int LongestAddress = 500;
    private const int LongestKey = 1000;
    private const int MostUsers = 10_000;

    public static void ServerName(this FieldChecks check, string? name)
    {
        if (
            name is not { Length: > 0 and <= LongestName }
            || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
        )
        {
            check.Add(
                "name",
                $"must be 1 to {LongestName} small letters and digits: it stands before the names of the tools"
            );
        }
    }

    public static void ServerKind(this FieldChecks check, string? kind)
    {
        if (ToolServerKinds.Find(kind) is null)
        {
            check.Add("kind", $"must be one of {string.Join(", ", ToolServerKinds.Names)}");
        }
    }

    public static void ServerAddress(this FieldChecks check, string field, string? value)
    {
        if (
            value is not { Length: <= LongestAddress }
            || !Uri.TryCreate(value, UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https")
            || address.UserInfo.Length > 0
            || address.Fragment.Length > 0
        )
        {
            check.Add(field, "must be an http or https address such as https://tools.example.org/mcp");
        }
    }

    public static void ServerSecrets(
        this FieldChecks check,
        string? key,
        IReadOnlyDictionary<string, string>? headers,
        IReadOnlyList<string>? users
    )
    {
        if (key is not null && (key.Length > LongestKey || key.Any(c => c is < '!' or > '~')))
        {
            check.Add("key", $"must have at most {LongestKey} visible ASCII characters");
        }

        check.Headers(headers);
        if (users is not null && (users.Count > MostUsers || users.Any(u => !Ids.TryParse(u, IdKind.User, out _))))
        {
            check.Add("users", "must be ids of users");
        }
    }
}

/// <summary>A new tool server.</summary>
internal sealed record CreateToolServer : IRequestBody<CreateToolServer>
{
    /// <summary>Small letters and digits; stands before the names of its tools.</summary>
    public string? Name { get; init; }

    /// <summary>openapi or mcp.</summary>
    public string? Kind { get; init; }

    /// <summary>Of the OpenAPI 3 document (JSON), or of the MCP endpoint. Public, or named by the setting <c>tools.local</c>.</summary>
    public string? Url { get; init; }

    /// <summary>Where an OpenAPI server's calls go, where its document does not say so or names another host.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Sent as <c>Authorization: Bearer</c>. Kept sealed, sent to this host alone, never shown again but for its last four characters.</summary>
    public string? Key { get; init; }

    /// <summary>Sent with each call; kept sealed as the key is.</summary>
    public Dictionary<string, string>? Headers { get; init; }

    /// <summary>Whether its own word that a tool only reads is believed (MCP); false where nothing is said.</summary>
    public bool? TrustsHints { get; init; }

    /// <summary>Ids of the users who may use it; everybody where nothing is said.</summary>
    public IReadOnlyList<string>? Users { get; init; }

    /// <summary>true where nothing is said.</summary>
    public bool? Enabled { get; init; }

    public static JsonTypeInfo<CreateToolServer> Json => ToolJson.Default.CreateToolServer;

    public void Check(FieldChecks check)
    {
        check.ServerName(Name);
        check.ServerKind(Kind);
        check.ServerAddress("url", Url);
        if (BaseUrl is not null)
        {
            check.ServerAddress("base_url", BaseUrl);
        }

        check.ServerSecrets(Key, Headers, Users);
    }

    public ToolServerDraft Draft() =>
        new()
        {
            Name = Name,
            Kind = ToolServerKinds.Find(Kind),
            Url = new Uri(Url!),
            BaseUrl = BaseUrl,
            Key = Key,
            Headers = Headers,
            TrustsHints = TrustsHints,
            Users = UpstreamChecks.UserIds(Users),
            Enabled = Enabled,
        };
}

/// <summary>Changes to a tool server: what is absent stays.</summary>
internal sealed record ChangeToolServer : IRequestBody<ChangeToolServer>
{
    public string? Name { get; init; }

    /// <summary>Another host needs the key again.</summary>
    public string? Url { get; init; }

    /// <summary>An empty one takes it away.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>An empty one takes it away.</summary>
    public string? Key { get; init; }
    public Dictionary<string, string>? Headers { get; init; }
    public bool? TrustsHints { get; init; }

    /// <summary>An empty list: everybody.</summary>
    public IReadOnlyList<string>? Users { get; init; }
    public bool? Enabled { get; init; }

    public static JsonTypeInfo<ChangeToolServer> Json => ToolJson.Default.ChangeToolServer;

    public void Check(FieldChecks check)
    {
        if (Name is not null)
        {
            check.ServerName(Name);
        }

        if (Url is not null)
        {
            check.ServerAddress("url", Url);
        }

        if (BaseUrl is { Length: > 0 })
        {
            check.ServerAddress("base_url", BaseUrl);
        }

        check.ServerSecrets(Key, Headers, Users);
    }

    public ToolServerDraft Draft() =>
        new()
        {
            Name = Name,
            Url = Url is null ? null : new Uri(Url),
            BaseUrl = BaseUrl,
            Key = Key,
            Headers = Headers,
            TrustsHints = TrustsHints,
            Users = UpstreamChecks.UserIds(Users),
            Enabled = Enabled,
        };
}
