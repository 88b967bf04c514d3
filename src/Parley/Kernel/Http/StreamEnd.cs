namespace Parley.Kernel.Http;

/// <summary>
/// Request feature of an answer without an end that says goodbye by itself, at once, when its reader loses the right to
/// it. Thread-safe.
/// </summary>
internal sealed class StreamEnd : IDisposable
{
    private readonly CancellationTokenSource began = new();

    public CancellationToken Began => began.Token;

    public void Begin()
    {
        try
        {
            began.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself meanwhile.
        }
    }

    public void Dispose() => began.Dispose();
}
