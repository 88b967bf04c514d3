using System.Text.Json.Serialization;

namespace Parley.Providers;

/// <summary>An upstream with everything an admin set.</summary>
internal sealed record UpstreamSetup(Upstream Upstream)
{
    public bool Enabled { get; init; } = true;

    /// <summary>The key's last four characters; null where it has none.</summary>
    public string? KeyHint { get; init; }

    /// <summary>Names of models that are offered, or patterns with <c>*</c>; empty: all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Who may use it; null: everybody.</summary>
    public IReadOnlySet<long>? Users { get; init; }

    /// <summary>The model, as callers name it, that is asked where this upstream cannot be reached.</summary>
    public string? Fallback { get; init; }

    /// <summary>Why it cannot be used although it is set up; null where it can.</summary>
    public string? Fault { get; init; }

    /// <summary>Unix microseconds; null for one of the settings.</summary>
    public long? CreatedAt { get; init; }

    public bool IsFor(long userId) => Enabled && (Users is null || Users.Contains(userId));

    /// <summary>Whether a model of that name, as the upstream calls it, is offered.</summary>
    public bool Offers(string model)
    {
        foreach (var pattern in Models)
        {
            if (Matches(pattern, model))
            {
                return true;
            }
        }

        return Models.Count == 0;
    }

    /// <param name="pattern">A name, or one with <c>*</c> for any letters.</param>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        var star = pattern.IndexOf('*');
        if (star < 0)
        {
            return pattern.Equals(name, StringComparison.OrdinalIgnoreCase);
        }

        if (!name.StartsWith(pattern[..star], StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var rest = pattern[(star + 1)..];
        for (var at = star; at <= name.Length; at++)
        {
            if (Matches(rest, name[at..]))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What is sealed of an upstream.</summary>
internal sealed record UpstreamSecrets(string? Key, Dictionary<string, string>? Headers);

/// <summary>What an admin says of an upstream: a new one, or changes to one, where null leaves a thing as it is.</summary>
internal sealed record UpstreamDraft
{
    public string? Name { get; init; }
    public UpstreamKind? Kind { get; init; }
    public Uri? BaseUrl { get; init; }

    /// <summary>Empty takes it away.</summary>
    public string? Key { get; init; }
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
    public string? Prefix { get; init; }
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Empty takes it away.</summary>
    public string? Fallback { get; init; }

    /// <summary>Who may use it; empty: everybody.</summary>
    public IReadOnlyList<long>? Users { get; init; }
    public bool? Enabled { get; init; }
}

[JsonSerializable(typeof(UpstreamSecrets))]
internal sealed partial class SecretsJson : JsonSerializerContext;
