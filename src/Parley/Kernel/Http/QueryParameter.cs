namespace Parley.Kernel.Http;

/// <summary>Route metadata: a parameter of the query string, for the published description.</summary>
/// <param name="Type">As JSON Schema names it: string, integer, boolean.</param>
internal sealed record QueryParameter(string Name, string Type, string Description)
{
    /// <summary>The only values it takes; null: any.</summary>
    public IReadOnlyList<string>? Values { get; init; }
    public string? Format { get; init; }
    public int? Min { get; init; }
    public int? Max { get; init; }
    public string? Default { get; init; }

    /// <summary>May be there more than once.</summary>
    public bool Repeats { get; init; }
}

/// <summary>Route metadata: a request header with a meaning of its own.</summary>
internal sealed record HeaderParameter(string Name, string Description);

/// <summary>Route metadata: a segment of the path that no id type explains.</summary>
internal sealed record PathParameter(string Name, string Description)
{
    /// <summary>The only values it takes; null: any.</summary>
    public IReadOnlyList<string>? Values { get; init; }
    public string? Format { get; init; }
}
