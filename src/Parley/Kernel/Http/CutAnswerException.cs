namespace Parley.Kernel.Http;

/// <summary>
/// Ends an answer where it stands: what was written reaches the client, then the connection closes without the answer's
/// end, so that half of it never looks whole. <c>HttpContext.Abort</c> would take along what is still on its way.
/// Thrown through to the server; whoever throws it has logged why.
/// </summary>
internal sealed class CutAnswerException() : Exception("the answer was cut where it stood");
