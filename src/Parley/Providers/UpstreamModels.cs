using System.Text.Json.Serialization;
using Parley.Identity;
using Parley.Kernel.Http;
using static System.Text.Json.Serialization.JsonSourceGenerationMode;

namespace Parley.Providers;

/// <summary>An upstream as admins see it: without its key.</summary>
/// <param name="Id">Null for one that the settings name: it is changed there.</param>
/// <param name="KeyHint">The key's last four characters; empty for a short key, null where there is none.</param>
/// <param name="Headers">Names of the headers that go with each request.</param>
/// <param name="Models">Names or patterns of the models it offers; empty: all.</param>
/// <param name="Fallback">The model that is asked where this upstream cannot be reached.</param>
/// <param name="Users">Who may use it; null: everybody.</param>
/// <param name="State">ready, failing, or resting: it failed so often that it is left alone for a while.</param>
internal sealed record UpstreamView(
    string? Id,
    string Name,
    string Kind,
    string BaseUrl,
    string? KeyHint,
    IReadOnlyList<string> Headers,
    string Prefix,
    IReadOnlyList<string> Models,
    string? Fallback,
    IReadOnlyList<string>? Users,
    bool Enabled,
    string State,
    string? LastError,
    string? LastErrorAt,
    string? LastAnswerAt,
    string? CreatedAt
)
{
    public static UpstreamView Of(UpstreamSetup setup, UpstreamHealth health) =>
        new(
            setup.Upstream.Id > 0 ? UpstreamId.Format(setup.Upstream.Id) : null,
            setup.Upstream.Name,
            setup.Upstream.Kind.Name(),
            setup.Upstream.BaseUrl.AbsoluteUri,
            setup.KeyHint,
            [.. setup.Upstream.Headers.Keys],
            setup.Upstream.Prefix,
            setup.Models,
            setup.Fallback,
            setup.Users is null ? null : [.. setup.Users.Select(UserId.Format)],
            setup.Enabled,
            setup.Fault is null ? health.State : "failing",
            setup.Fault ?? health.LastError,
            Time(health.LastErrorAt),
            Time(health.LastAnswerAt),
            ApiTime.Format(setup.CreatedAt)
        );

    private static string? Time(DateTimeOffset? at) => at is { } known ? ApiTime.Format(ApiTime.Micros(known)) : null;
}

/// <summary>All upstreams, in the order in which their models come first.</summary>
internal sealed record UpstreamList(IReadOnlyList<UpstreamView> Items);

/// <summary>What came of asking an upstream for its models.</summary>
/// <param name="Error">Why it did not answer; null where it did.</param>
/// <param name="Models">How many it lists.</param>
internal sealed record UpstreamTest(bool Ok, string? Error, int Models, double TookMs);

/// <summary>A model that the caller may use.</summary>
/// <param name="Name">What to ask for.</param>
/// <param name="Title">As its upstream shows it, where it does.</param>
/// <param name="ContextTokens">Tokens that question and answer may take together, where the upstream says.</param>
internal sealed record ModelView(string Name, string? Title, string Upstream, string Kind, long? ContextTokens)
{
    public static ModelView Of(ModelRoute route) =>
        new(route.Name, route.Model.Title, route.Upstream.Name, route.Upstream.Kind.Name(), route.Model.ContextTokens);
}

/// <summary>The models of all upstreams as one list.</summary>
internal sealed record ModelList(IReadOnlyList<ModelView> Items, int Total);

[JsonSourceGenerationOptions(
    GenerationMode = Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    MaxDepth = HttpOptions.JsonDepth
)]
[JsonSerializable(typeof(CreateUpstream), GenerationMode = Metadata)]
[JsonSerializable(typeof(ChangeUpstream), GenerationMode = Metadata)]
[JsonSerializable(typeof(SetPrice), GenerationMode = Metadata)]
[JsonSerializable(typeof(UpstreamView))]
[JsonSerializable(typeof(UpstreamList))]
[JsonSerializable(typeof(UpstreamTest))]
[JsonSerializable(typeof(ModelView))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(PriceView))]
[JsonSerializable(typeof(PriceList))]
[JsonSerializable(typeof(Page<CostTotal>))]
internal sealed partial class ProvidersJson : JsonSerializerContext;
