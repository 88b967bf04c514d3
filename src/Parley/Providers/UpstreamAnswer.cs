using System.Net.Http;
using System.Runtime.CompilerServices;
using Parley.Providers.Wire;

namespace Parley.Providers;

/// <summary>
/// An upstream's answer while it comes. Disposing it before its end closes the connection, which is how an upstream
/// learns that nobody listens. Not thread-safe: one reader.
/// </summary>
internal sealed class UpstreamAnswer : IDisposable
{
    private readonly ProviderOptions options;
    private readonly PhaseWatch watch;
    private readonly CancellationToken ct;
    private Stream? body;
    private bool arrived;

    internal UpstreamAnswer(
        Upstream upstream,
        HttpResponseMessage response,
        PhaseWatch watch,
        ProviderOptions options,
        CancellationToken ct
    )
    {
        Upstream = upstream;
        Response = response;
        this.watch = watch;
        this.options = options;
        this.ct = ct;
    }

    public Upstream Upstream { get; }

    public HttpResponseMessage Response { get; }

    /// <summary>A piece of the answer was given on: failures from here on are <see cref="UpstreamPhase.MidStream"/>.</summary>
    public bool Began { get; set; }

    /// <summary>Reads what is there, waiting for it within the limits of the phase; 0 at the end.</summary>
    /// <exception cref="UpstreamException">It broke, or said nothing for too long.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> into)
    {
        try
        {
            body ??= await Response.Content.ReadAsStreamAsync(watch.Token);
            var reading = body.ReadAsync(into, watch.Token);
            int count;
            if (reading.IsCompletedSuccessfully)
            {
                count = reading.Result;
            }
            else
            {
                watch.Begin();
                count = await reading;
                watch.End();
            }

            if (!arrived)
            {
                arrived = true;
                watch.Now(options.Silence);
            }

            return count;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            ct.ThrowIfCancellationRequested();
            throw;
        }
        catch (OperationCanceledException) when (watch.RanOut)
        {
            throw Failure($"said nothing for {watch.Limit.TotalSeconds:0} s");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or ObjectDisposedException)
        {
            ct.ThrowIfCancellationRequested();
            throw Failure("closed the connection before the end of its answer", broken);
        }
    }

    /// <summary>
    /// Lets the connection be used again: what an upstream sends after its own end is read for a moment, and thrown
    /// away. One that sends on is cut off.
    /// </summary>
    public async ValueTask FinishAsync()
    {
        watch.Now(TimeSpan.FromMilliseconds(200));
        var rest = new byte[512];
        try
        {
            for (var rounds = 0; rounds < 4 && await ReadAsync(rest) > 0; rounds++) { }
        }
        catch (UpstreamException)
        {
            // It has said what it had to say.
        }
    }

    /// <summary>A failure in the phase this answer is in.</summary>
    public UpstreamException Failure(string what, Exception? inner = null) =>
        new(Upstream.Name, Began ? UpstreamPhase.MidStream : UpstreamPhase.FirstToken, $"{Upstream.Name} {what}", inner)
        {
            Status = Response.IsSuccessStatusCode ? null : (int)Response.StatusCode,
        };

    public void Dispose()
    {
        Response.Dispose();
        watch.Dispose();
    }
}
