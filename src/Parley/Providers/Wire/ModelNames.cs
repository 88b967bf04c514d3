using System.Text.Json;
using static Parley.Kernel.JsonMembers;

namespace Parley.Providers.Wire;

/// <summary>Lists of models as vendors give them: an array of objects under a name.</summary>
internal static class ModelNames
{
    /// <param name="context">The field with the tokens that fit, where the vendor tells.</param>
    /// <exception cref="UpstreamException">It is no such list.</exception>
    public static List<UpstreamModel> Of(
        Upstream upstream,
        JsonElement root,
        string list,
        string name,
        string title,
        string context
    )
    {
        if (
            root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty(list, out var items)
            || items.ValueKind != JsonValueKind.Array
        )
        {
            throw new UpstreamException(
                upstream.Name,
                UpstreamPhase.FirstToken,
                $"{upstream.Name} answered no list of models"
            );
        }

        var models = new List<UpstreamModel>();
        foreach (var item in items.EnumerateArray())
        {
            if (Text(item, name) is { Length: > 0 } known)
            {
                var tokens =
                    item.TryGetProperty(context, out var number)
                    && number.ValueKind == JsonValueKind.Number
                    && number.TryGetInt64(out var value)
                        ? value
                        : (long?)null;
                models.Add(new UpstreamModel(known, Text(item, title), tokens));
            }
        }

        return models;
    }
}
