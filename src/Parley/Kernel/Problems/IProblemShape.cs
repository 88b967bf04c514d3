namespace Parley.Kernel.Problems;

/// <summary>Route metadata: failures of the route have a shape of another standard's (S27).</summary>
internal interface IProblemShape
{
    /// <summary>Writes status, type and body; headers that say when to come back, or how to sign in, are there already.</summary>
    Task WriteAsync(HttpContext http, int status, string? detail);
}
