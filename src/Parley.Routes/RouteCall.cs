using Microsoft.CodeAnalysis;

namespace Parley.Routes;

/// <summary>One call that maps a route; a record, for the compiler asks again only where the value has changed.</summary>
internal sealed record RouteCall
{
    public RouteCall(string verb, string attribute, string? invocation, Location? place)
    {
        Verb = verb;
        Attribute = attribute;
        Invocation = invocation;
        Place = place;
    }

    public string Verb { get; }

    /// <summary>Says which call is replaced.</summary>
    public string Attribute { get; }

    /// <summary>The arguments and the line that calls the handler; null where the handler is no method that can be read.</summary>
    public string? Invocation { get; }

    /// <summary>Where the fault is to be shown.</summary>
    public Location? Place { get; }
}
