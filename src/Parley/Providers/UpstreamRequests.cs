using System.Text.Json.Serialization.Metadata;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Providers;

/// <summary>The kinds of upstreams by the words of the API.</summary>
internal static class UpstreamKinds
{
    public static readonly string[] Names = ["ollama", "openai", "anthropic", "gemini"];

    public static UpstreamKind? Find(string? name) =>
        Array.IndexOf(Names, name) is >= 0 and var at ? (UpstreamKind)(at + 1) : null;

    public static string Name(this UpstreamKind kind) => Names[(int)kind - 1];
}

/// <summary>Checks that a new upstream and changes to one share.</summary>
internal static class UpstreamChecks
{
    private const int LongestName = 100;
    private const int LongestKey = 1000;
    private const int LongestAddress = 500;
    private const int MostModels = 500;
    private const int MostHeaders = 20;
    private const int MostUsers = 10_000;

    /// <summary>Headers that carry the request itself.</summary>
    private static readonly string[] NotTheirs =
    [
        "host",
        "connection",
        "content-length",
        "content-type",
        "transfer-encoding",
        "upgrade",
        "te",
        "trailer",
        "expect",
    ];

    /// <summary>The address, with its faults noted.</summary>
    public static Uri? Address(this FieldChecks check, string? value)
    {
        if (
            value is { Length: <= LongestAddress }
            && Uri.TryCreate(value, UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https"
            && address.UserInfo.Length == 0
            && address.Query.Length == 0
            && address.Fragment.Length == 0
        )
        {
            return address;
        }

        check.Add("base_url", "must be an http or https address such as http://127.0.0.1:11434");
        return null;
    }

    public static void Upstream(
        this FieldChecks check,
        string? key,
        IReadOnlyDictionary<string, string>? headers,
        string? prefix,
        IReadOnlyList<string>? models,
        string? fallback,
        IReadOnlyList<string>? users
    )
    {
        if (key is not null && (key.Length > LongestKey || key.Any(c => c is < '!' or > '~')))
        {
            check.Add("key", $"must have at most {LongestKey} visible ASCII characters");
        }

        check.Headers(headers);
        if (prefix is not null && (prefix.Length > LongestName || prefix.Any(c => char.IsControl(c) || c == ' ')))
        {
            check.Add("prefix", $"must have at most {LongestName} characters and no space");
        }

        if (
            models is not null
            && (
                models.Count > MostModels
                || models.Any(m => m.Length is 0 or > 300 || m.Any(char.IsControl) || m.Count(c => c == '*') > 3)
            )
        )
        {
            check.Add("models", $"must be at most {MostModels} names or patterns, with at most three * each");
        }

        check.Text("fallback", fallback, 300);
        if (users is not null && (users.Count > MostUsers || users.Any(u => !Ids.TryParse(u, IdKind.User, out _))))
        {
            check.Add("users", "must be ids of users");
        }
    }

    /// <summary>Headers that go with each request to a server an admin set up.</summary>
    public static void Headers(this FieldChecks check, IReadOnlyDictionary<string, string>? headers)
    {
        if (headers is not null && (headers.Count > MostHeaders || headers.Any(h => !IsHeader(h.Key, h.Value))))
        {
            check.Add("headers", $"must be at most {MostHeaders} headers that such a server may be sent");
        }
    }

    public static void UpstreamName(this FieldChecks check, string? name) => check.Name("name", name, LongestName);

    public static void Kind(this FieldChecks check, string? kind)
    {
        if (UpstreamKinds.Find(kind) is null)
        {
            check.Add("kind", $"must be one of {string.Join(", ", UpstreamKinds.Names)}");
        }
    }

    public static List<long>? UserIds(IReadOnlyList<string>? users)
    {
        if (users is null)
        {
            return null;
        }

        var ids = new List<long>();
        foreach (var user in users)
        {
            ids.Add(Ids.TryParse(user, IdKind.User, out var id) ? id : 0);
        }

        return ids;
    }

    private static bool IsHeader(string name, string value) =>
        name.Length is > 0 and <= 100
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        && !NotTheirs.Contains(name.ToLowerInvariant())
        && value.Length <= 2000
        && value.All(c => c is >= ' ' and <= '~');
}

/// <summary>A new upstream.</summary>
internal sealed record CreateUpstream : IRequestBody<CreateUpstream>
{
    public string? Name { get; init; }

    /// <summary>ollama, openai (anything that speaks chat completions), anthropic or gemini.</summary>
    public string? Kind { get; init; }

    /// <summary>Where its API begins: <c>http://127.0.0.1:11434</c>, <c>https://api.openai.com/v1</c>.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Kept sealed, sent to this host alone, and never shown again but for its last four characters.</summary>
    public string? Key { get; init; }

    /// <summary>Sent with each request; kept sealed as the key is.</summary>
    public Dictionary<string, string>? Headers { get; init; }

    /// <summary>Put before the names of its models.</summary>
    public string? Prefix { get; init; }

    /// <summary>The models it offers, names or patterns with <c>*</c>; all of them where nothing is said.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>The model that is asked where this upstream cannot be reached.</summary>
    public string? Fallback { get; init; }

    /// <summary>Ids of the users who may use it; everybody where nothing is said.</summary>
    public IReadOnlyList<string>? Users { get; init; }

    /// <summary>true where nothing is said.</summary>
    public bool? Enabled { get; init; }

    public static JsonTypeInfo<CreateUpstream> Json => ProvidersJson.Default.CreateUpstream;

    public void Check(FieldChecks check)
    {
        check.UpstreamName(Name);
        check.Kind(Kind);
        check.Address(BaseUrl);
        check.Upstream(Key, Headers, Prefix, Models, Fallback, Users);
    }

    public UpstreamDraft Draft() =>
        new()
        {
            Name = Name!.Trim(),
            Kind = UpstreamKinds.Find(Kind),
            BaseUrl = new Uri(BaseUrl!),
            Key = Key,
            Headers = Headers,
            Prefix = Prefix,
            Models = Models,
            Fallback = Fallback,
            Users = UpstreamChecks.UserIds(Users),
            Enabled = Enabled,
        };
}

/// <summary>Changes to an upstream: what is absent stays.</summary>
internal sealed record ChangeUpstream : IRequestBody<ChangeUpstream>
{
    public string? Name { get; init; }
    public string? Kind { get; init; }

    /// <summary>Another host needs the key again.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>An empty one takes it away.</summary>
    public string? Key { get; init; }
    public Dictionary<string, string>? Headers { get; init; }
    public string? Prefix { get; init; }

    /// <summary>An empty list: all of them.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>An empty one takes it away.</summary>
    public string? Fallback { get; init; }

    /// <summary>An empty list: everybody.</summary>
    public IReadOnlyList<string>? Users { get; init; }
    public bool? Enabled { get; init; }

    public static JsonTypeInfo<ChangeUpstream> Json => ProvidersJson.Default.ChangeUpstream;

    public void Check(FieldChecks check)
    {
        if (Name is not null)
        {
            check.UpstreamName(Name);
        }

        if (Kind is not null)
        {
            check.Kind(Kind);
        }

        if (BaseUrl is not null)
        {
            check.Address(BaseUrl);
        }

        check.Upstream(Key, Headers, Prefix, Models, Fallback, Users);
    }

    public UpstreamDraft Draft() =>
        new()
        {
            Name = Name,
            Kind = UpstreamKinds.Find(Kind),
            BaseUrl = BaseUrl is null ? null : new Uri(BaseUrl),
            Key = Key,
            Headers = Headers,
            Prefix = Prefix,
            Models = Models,
            Fallback = Fallback,
            Users = UpstreamChecks.UserIds(Users),
            Enabled = Enabled,
        };
}
