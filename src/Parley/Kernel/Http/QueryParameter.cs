namespace Parley.Kernel.Http;

/// <summary>Route metadata: a parameter of the query string, for the published description.</summary>
/// <param name="Type">As JSON Schema names it: string, integer, boolean.</param>
internal sealed record QueryParameter(string Name, string Type, string Description);

/// <summary>Route metadata: a request header with a meaning of its own.</summary>
internal sealed record HeaderParameter(string Name, string Description);
