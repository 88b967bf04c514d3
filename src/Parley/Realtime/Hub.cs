using System.Text.Json;
using Parley.Chat;
using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Realtime;

/// <summary>
/// Keeps a <see cref="Feed"/> for everybody who listens, and for a while after: what happens is written there once, and
/// every tab and device of theirs reads it, each at its own pace. Nothing is kept for who never listens. Thread-safe.
/// </summary>
internal sealed class Hub : IDisposable
{
    /// <summary>How long events are kept, and a feed that nobody reads.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    /// <summary>How long events of turns are, once nobody asks for them: a page that is reloaded comes back.</summary>
    public static readonly TimeSpan WordsKept = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(20);
    private const long MostBytes = 64L * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<long, Feed> feeds = [];
    private readonly FeedBudget budget = new(MostBytes);
    private readonly List<IDisposable> news;
    private readonly TurnRunner runner;
    private readonly SharedNews shared;
    private readonly TimeProvider time;

    public Hub(EventBus events, TurnRunner runner, SharedNews shared, TimeProvider time)
    {
        this.shared = shared;
        this.runner = runner;
        this.time = time;
        news =
        [
            events.Subscribe<TurnChanged>(OnTurn),
            events.Subscribe<TitleGiven>(given =>
            {
                Tell(given.OwnerId, Conversation(given.ConversationId, given.Title));
                TellOthers(new SharedChange(given.OwnerId, given.ConversationId, IsGone: false));
            }),
            events.Subscribe<ConversationChanged>(change =>
            {
                Tell(change.OwnerId, Conversation(change.ConversationId, isGone: change.IsGone));
                TellOthers(new SharedChange(change.OwnerId, change.ConversationId, change.IsGone));
            }),
            events.Subscribe<ConversationsWritten>(written =>
            {
                foreach (var id in written.Conversations)
                {
                    Tell(written.OwnerId, Conversation(id));
                    TellOthers(new SharedChange(written.OwnerId, id, IsGone: false));
                }
            }),
            time.CreateTimer(_ => LookRound(), null, Round, Round),
        ];
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A place in the person's feed, until it is disposed.</summary>
    public FeedReader Join(long ownerId, FeedRequest request)
    {
        Feed? feed;
        lock (gate)
        {
            if (!feeds.TryGetValue(ownerId, out feed))
            {
                feeds[ownerId] = feed = new Feed(budget);
            }

            feed.Readers++;
            feed.WordReaders += request.Words ? 1 : 0;
        }

        if (request.Words)
        {
            // Where words are told already, a turn that is not followed has only just begun.
            var first = feed.BeginWords();
            foreach (var turn in UnderWay(ownerId))
            {
                Follow(feed, turn, fromStart: !first);
            }
        }

        return new FeedReader(this, ownerId, feed, request);
    }

    public void Leave(long ownerId, Feed feed, FeedRequest request)
    {
        lock (gate)
        {
            feed.Readers--;
            feed.LeftAt = Now;
            if (request.Words)
            {
                feed.WordReaders--;
                feed.WordsLeftAt = Now;
            }
        }
    }

    /// <summary>Where things stand, for who begins or has missed something.</summary>
    public byte[] Resync(long ownerId, string reason) =>
        Encode(
            new HubEvent(
                "resync",
                Reason: reason,
                Turns:
                [
                    .. UnderWay(ownerId)
                        .Select(t =>
                            Turn(TurnChanged.Of(t, t.FirstAt is null ? MessageStatus.Pending : MessageStatus.Streaming))
                        ),
                ]
            )
        );

    public void Dispose() => news.ForEach(n => n.Dispose());

    /// <summary>Lets go of what is old, and of feeds that nobody comes back to.</summary>
    internal void LookRound()
    {
        var now = Now;
        lock (gate)
        {
            foreach (var (ownerId, feed) in feeds)
            {
                feed.Trim(now - (long)Kept.TotalMilliseconds);
                if (feed.TellsWords && feed.WordReaders == 0 && now - feed.WordsLeftAt >= WordsKept.TotalMilliseconds)
                {
                    feed.EndWords();
                }

                if (feed.Readers == 0 && now - feed.LeftAt >= Kept.TotalMilliseconds && feeds.Remove(ownerId))
                {
                    feed.Close();
                }
            }
        }
    }

    private List<Turn> UnderWay(long ownerId) =>
        [.. runner.Turns.Where(t => t.Place.OwnerId == ownerId && !t.Log.HasEnded)];

    private Feed? Find(long ownerId)
    {
        lock (gate)
        {
            return feeds.GetValueOrDefault(ownerId);
        }
    }

    private void OnTurn(TurnChanged change)
    {
        if (Find(change.OwnerId) is not { } feed)
        {
            return;
        }

        Tell(feed, Turn(change));
        if (change.Status == MessageStatus.Pending && runner.Find(change.OwnerId, change.TurnId) is { } turn)
        {
            Follow(feed, turn, fromStart: true);
        }
    }

    /// <summary>Those it is shared with, if anybody but its owner listens at all.</summary>
    private void TellOthers(SharedChange change)
    {
        if (Listeners().Exists(user => user != change.OwnerId))
        {
            shared.Add(
                change,
                Listeners,
                (user, told) => Tell(user, Conversation(told.ConversationId, isGone: told.IsGone))
            );
        }
    }

    private List<long> Listeners()
    {
        lock (gate)
        {
            return [.. feeds.Keys];
        }
    }

    private void Tell(long ownerId, HubEvent happened)
    {
        if (Find(ownerId) is { } feed)
        {
            Tell(feed, happened);
        }
    }

    private void Tell(Feed feed, HubEvent happened) => feed.Add(happened.Type, Now, Encode(happened));

    private void Follow(Feed feed, Turn turn, bool fromStart)
    {
        if (feed.Follow(turn, fromStart))
        {
            _ = Task.Run(() => FollowAsync(feed, turn), CancellationToken.None);
        }
    }

    /// <summary>A reader of the turn's log like any other, for all who read the feed.</summary>
    private async Task FollowAsync(Feed feed, Turn turn)
    {
        while (true)
        {
            var ended = turn.Log.HasEnded;
            if (feed.Record(turn, Now) is not { } position)
            {
                return;
            }

            if (ended)
            {
                feed.Unfollow(turn);
                return;
            }

            await turn.Log.WaitAsync(position);
        }
    }

    private static byte[] Encode(HubEvent happened) =>
        JsonSerializer.SerializeToUtf8Bytes(happened, HubJson.Default.HubEvent);

    private static HubEvent Conversation(long id, string? title = null, bool isGone = false) =>
        new("conversation", ConversationId: ConversationId.Format(id), Title: title, Deleted: isGone ? true : null);

    private static HubEvent Turn(TurnChanged change) =>
        new(
            "turn",
            TurnId.Format(change.TurnId),
            ConversationId.Format(change.ConversationId),
            MessageId.Format(change.MessageId),
            Statuses.Name(change.Status)
        );
}
