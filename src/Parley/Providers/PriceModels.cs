using System.Text.Json.Serialization.Metadata;
using Parley.Kernel.Http;

namespace Parley.Providers;

/// <summary>What a model costs. Prices are whole numbers: millionths of the currency for a million tokens.</summary>
internal sealed record SetPrice : IRequestBody<SetPrice>
{
    /// <summary>A million of the currency for a million tokens.</summary>
    private const long Highest = 1_000_000_000_000;

    /// <summary>Name of the upstream it holds for; any where nothing is said.</summary>
    public string? Upstream { get; init; }

    /// <summary>The model as its upstream calls it, or a pattern with <c>*</c>. Of several that fit, the one that says most holds.</summary>
    public string? Model { get; init; }

    /// <summary>Three letters: USD, EUR.</summary>
    public string? Currency { get; init; }

    /// <summary>For a million tokens read; 150000 is 0.15 of the currency.</summary>
    public long? InputMicros { get; init; }

    /// <summary>For a million of those that the upstream had in its cache; as input where nothing is said.</summary>
    public long? CachedInputMicros { get; init; }

    /// <summary>For a million tokens written, reasoning included.</summary>
    public long? OutputMicros { get; init; }

    public static JsonTypeInfo<SetPrice> Json => ProvidersJson.Default.SetPrice;

    public void Check(FieldChecks check)
    {
        check.Name("model", Model, 300);
        if (Model?.Count(c => c == '*') > 3)
        {
            check.Add("model", "must not have more than three *");
        }

        if (Currency is not { Length: 3 } || !Currency.All(char.IsAsciiLetterUpper))
        {
            check.Add("currency", "must be three capital letters, as USD");
        }

        Check(check, "input_micros", InputMicros, required: true);
        Check(check, "cached_input_micros", CachedInputMicros, required: false);
        Check(check, "output_micros", OutputMicros, required: true);
    }

    private static void Check(FieldChecks check, string field, long? value, bool required)
    {
        if (value is null ? required : value is < 0 or > Highest)
        {
            check.Add(field, $"must be a whole number from 0 to {Highest}");
        }
    }
}

/// <summary>What a model costs. Prices are millionths of the currency for a million tokens.</summary>
/// <param name="Upstream">Its name; null: any.</param>
/// <param name="Model">As the upstream calls it, or a pattern with <c>*</c>.</param>
/// <param name="CachedInputMicros">Of tokens that the upstream had in its cache; null: as input.</param>
internal sealed record PriceView(
    string Id,
    string? Upstream,
    string Model,
    string Currency,
    long InputMicros,
    long? CachedInputMicros,
    long OutputMicros,
    string ChangedAt
)
{
    public static PriceView Of(ModelPrice price, IReadOnlyDictionary<long, string> upstreams) =>
        new(
            PriceId.Format(price.Id),
            price.UpstreamId == 0 ? null : upstreams.GetValueOrDefault(price.UpstreamId, ""),
            price.Model,
            price.Currency,
            price.Input,
            price.CachedInput,
            price.Output,
            ApiTime.Format(price.ChangedAt)!
        );
}

/// <summary>All prices.</summary>
internal sealed record PriceList(IReadOnlyList<PriceView> Items);
