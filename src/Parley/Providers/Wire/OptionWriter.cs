using System.Text.Json;
using Parley.Kernel.Http;

namespace Parley.Providers.Wire;

/// <summary>
/// Writes the options of a question as members of the object that is open, each name once: first those that Parley knows,
/// in the wire's words, then whatever else the caller gave (<see cref="ModelOptions.Other"/>).
/// </summary>
/// <param name="taken">Names that the caller's further options cannot have.</param>
internal sealed class OptionWriter(Utf8JsonWriter json, params IEnumerable<string> taken)
{
    private readonly HashSet<string> _taken = [.. taken];

    /// <summary>Keeps a name from the caller's further options, whether it is written or not.</summary>
    public void Take(string name) => _taken.Add(name);

    public void Number(string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
            Take(name);
        }
    }

    public void Whole(string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
            Take(name);
        }
    }

    public void Stops(string name, IReadOnlyList<string>? stops)
    {
        if (stops is not { Count: > 0 })
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var stop in stops)
        {
            json.WriteStringValue(stop);
        }

        json.WriteEndArray();
        Take(name);
    }

    public void Others(RawJson? others) =>
        RequestBody.ForEachMember(
            others?.Utf8,
            member =>
            {
                if (_taken.Add(member.Name))
                {
                    member.WriteTo(json);
                }
            }
        );
}
