using System.Collections.Concurrent;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Identity;

/// <summary>
/// Answers that go on for longer than a request: whoever loses the right to one has it closed within seconds (S12). A
/// user has so many at once and no more. Thread-safe.
/// </summary>
internal sealed class OpenStreams : RoundsService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<OpenStream, byte> open = new();
    private readonly CallerSource callers;
    private readonly IdentityOptions options;
    private readonly IDisposable news;
    private readonly SemaphoreSlim looking = new(1);

    public OpenStreams(
        Db db,
        TimeProvider time,
        ILogger<OpenStreams> log,
        CallerSource callers,
        EventBus events,
        IdentityOptions options
    )
        : base(db, time, log, Every)
    {
        this.callers = callers;
        this.options = options;
        news = events.Subscribe<CallersChanged>(_ => LookSoon());
    }

    /// <summary>Null where the user has enough of them.</summary>
    public IDisposable? Open(HttpContext http, Caller caller, AccessPolicy policy, string? credential)
    {
        var stream = new OpenStream(this, http, caller, policy, credential);
        open[stream] = 0;
        var most = stream.Stands ? options.UserSockets : options.UserStreams;
        if (
            caller.Door != CallerDoor.Local
            && most > 0
            && open.Keys.Count(s => s.Caller.OwnerId == caller.OwnerId && s.Stands == stream.Stands) > most
        )
        {
            stream.Dispose();
            return null;
        }

        return stream;
    }

    public override void Dispose()
    {
        news.Dispose();
        looking.Dispose();
        base.Dispose();
    }

    protected override async Task RoundAsync(CancellationToken ct)
    {
        foreach (var stream in open.Keys)
        {
            if (!await StillAllowedAsync(stream, ct))
            {
                stream.Close();
            }
        }
    }

    private async Task<bool> StillAllowedAsync(OpenStream stream, CancellationToken ct)
    {
        var caller = await callers.FindAsync(stream.Credential, ct, fresh: true);
        return caller?.OwnerId == stream.Caller.OwnerId
            && AccessGate.Refuse(stream.Policy, caller, stream.Reads) is null;
    }

    /// <summary>Called from the writer's lane: looks on another thread.</summary>
    private void LookSoon()
    {
        if (!open.IsEmpty)
        {
            _ = Task.Run(LookAsync, CancellationToken.None);
        }
    }

    private async Task LookAsync()
    {
        await looking.WaitAsync();
        try
        {
            await RoundAsync(CancellationToken.None);
        }
        catch (Exception failure) when (failure is StoreException or ObjectDisposedException)
        {
            // The next round looks again; a server that stops closes all of them.
        }
        finally
        {
            looking.Release();
        }
    }

    private sealed class OpenStream(
        OpenStreams of,
        HttpContext http,
        Caller caller,
        AccessPolicy policy,
        string? credential
    ) : IDisposable
    {
        public Caller Caller => caller;
        public AccessPolicy Policy => policy;
        public string? Credential => credential;
        public bool Reads { get; } = policy.Reads || HttpMethods.IsGet(http.Request.Method);

        /// <summary>It is there for a tab, not for an answer.</summary>
        public bool Stands { get; } = http.GetEndpoint()?.Metadata.GetMetadata<StandingStream>() is not null;

        /// <summary>
        /// The connection ends where it stands: half an answer must not look whole. One that can say goodbye does.
        /// </summary>
        public void Close()
        {
            if (http.Features.Get<StreamEnd>() is { } end)
            {
                end.Begin();
            }
            else
            {
                http.Abort();
            }
        }

        public void Dispose() => of.open.TryRemove(this, out _);
    }
}
