using System.Collections.Concurrent;

namespace Parley.Kernel;

/// <summary>
/// News between rooms inside the process. An event is a small record carrying ids, never bodies; it is published from
/// <see cref="DbTransaction.OnCommitted"/>, so whoever hears it can read what it tells of. Nothing is kept: who must not miss a thing uses a job.
/// Thread-safe. Handlers run one after the other on the publisher's thread, mostly the writer's lane: they hand on, and never wait.
/// </summary>
internal sealed class EventBus(ILogger<EventBus> log)
{
    private readonly ConcurrentDictionary<Type, object> _topics = new();

    /// <summary>Hears every <typeparamref name="T"/> until disposed.</summary>
    public IDisposable Subscribe<T>(Action<T> handler)
        where T : notnull => Topic<T>().Add(handler);

    /// <summary>Tells every subscriber; one that fails is logged and keeps nobody else from hearing.</summary>
    public void Publish<T>(T news)
        where T : notnull
    {
        foreach (var handler in Topic<T>().Handlers)
        {
            try
            {
                handler(news);
            }
            catch (Exception failure)
            {
                EventLog.HandlerFailed(log, typeof(T).Name, failure);
            }
        }
    }

    private Topic<T> Topic<T>()
        where T : notnull => (Topic<T>)_topics.GetOrAdd(typeof(T), static _ => new Topic<T>());
}

/// <summary>The subscribers of one kind of event.</summary>
internal sealed class Topic<T>
{
    private readonly Lock _gate = new();

    /// <summary>Replaced whole at each change, so that publishing needs no lock.</summary>
    public Action<T>[] Handlers { get; private set; } = [];

    public IDisposable Add(Action<T> handler)
    {
        lock (_gate)
        {
            Handlers = [.. Handlers, handler];
        }

        return new Subscription(this, handler);
    }

    private void Remove(Action<T> handler)
    {
        lock (_gate)
        {
            var at = Array.LastIndexOf(Handlers, handler);
            Handlers = [.. Handlers[..at], .. Handlers[(at + 1)..]];
        }
    }

    private sealed class Subscription(Topic<T> topic, Action<T> handler) : IDisposable
    {
        private Topic<T>? _topic = topic;

        public void Dispose() => Interlocked.Exchange(ref _topic, null)?.Remove(handler);
    }
}

/// <summary>Event ids 200-299.</summary>
internal static partial class EventLog
{
    [LoggerMessage(200, LogLevel.Error, "A subscriber of {Event} failed")]
    public static partial void HandlerFailed(ILogger log, string @event, Exception failure);
}
