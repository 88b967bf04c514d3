using System.Security.Cryptography;
using Parley.Chat;

namespace Parley.Realtime;

/// <summary>
/// What happened to one person's conversations, numbered and kept for a while. Readers take it at their own pace, and
/// nobody waits for one; who falls out of what is kept is told so. Events of turns, words among them, are a sort of
/// their own: they are kept only while somebody asks for them, and never push the others out. Thread-safe.
/// </summary>
internal sealed class Feed(FeedBudget budget)
{
    private readonly Lock gate = new();
    private readonly FeedRing states = new(budget);
    private readonly FeedRing words = new(budget);

    /// <summary>Turns whose events are told, and how far they have been.</summary>
    private readonly Dictionary<Turn, (int Position, int Number)> followed = [];
    private long last;
    private bool tellsWords;
    private bool closed;
    private TaskCompletionSource? stateNews;
    private TaskCompletionSource? wordNews;

    /// <summary>Names this feed: numbers of another one, or of an earlier run of the server, mean nothing in it.</summary>
    public string Epoch { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5));

    /// <summary>Connections that read, and those of them that ask for words. The hub's own, as is the next.</summary>
    public int Readers { get; set; }
    public int WordReaders { get; set; }

    /// <summary>When the last of either left, in milliseconds.</summary>
    public long LeftAt { get; set; }
    public long WordsLeftAt { get; set; }

    public bool TellsWords
    {
        get
        {
            lock (gate)
            {
                return tellsWords;
            }
        }
    }

    public void Add(string type, long at, byte[] json)
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            if (closed)
            {
                return;
            }

            states.Add(FeedEvent.Of(++last, type, at, json));
            (waiting, stateNews) = (stateNews, null);
        }

        waiting?.TrySetResult();
    }

    /// <summary>From now on events of turns are told. True where they were not before.</summary>
    public bool BeginWords()
    {
        lock (gate)
        {
            if (tellsWords)
            {
                return false;
            }

            tellsWords = true;
            words.Clear(++last);
            return true;
        }
    }

    /// <summary>Nobody has asked for a while. A number is left out: whoever was there has missed something from here on.</summary>
    public void EndWords()
    {
        lock (gate)
        {
            tellsWords = false;
            followed.Clear();
            words.Clear(++last);
        }
    }

    /// <summary>False where its events are told already, or none are.</summary>
    /// <param name="fromStart">It has just begun; else it is told from where it stands, and who comes now is told the rest apart.</param>
    public bool Follow(Turn turn, bool fromStart)
    {
        lock (gate)
        {
            return tellsWords && followed.TryAdd(turn, fromStart ? default : turn.Log.End);
        }
    }

    /// <summary>Takes in what has come of a turn since; gives how far that is, or null where it is not followed any more.</summary>
    public int? Record(Turn turn, long at)
    {
        TaskCompletionSource? waiting;
        int position;
        lock (gate)
        {
            if (!followed.TryGetValue(turn, out var place))
            {
                return null;
            }

            position = place.Position;
            var number = place.Number;
            while (turn.Log.Since(position) is { IsEmpty: false } piece)
            {
                var start = position;
                var reader = new TurnLogReader(piece.Span);
                while (reader.TryRead(out _))
                {
                    words.Add(FeedEvent.Of(++last, at, turn, position, ++number));
                    position = start + reader.Position;
                }
            }

            followed[turn] = (position, number);
            (waiting, wordNews) = (wordNews, null);
        }

        waiting?.TrySetResult();
        return position;
    }

    public void Unfollow(Turn turn)
    {
        lock (gate)
        {
            followed.Remove(turn);
        }
    }

    /// <summary>Where a reader that comes now begins, and what of turns was told before: up to that number of each.</summary>
    public (long Sequence, List<(Turn Turn, int Number)> Told) Place()
    {
        lock (gate)
        {
            return (last, [.. followed.Select(f => (f.Key, f.Value.Number))]);
        }
    }

    /// <summary>Whether everything behind that event is still here.</summary>
    public bool Reaches(long after, bool withWords)
    {
        lock (gate)
        {
            return after <= last && after >= states.Dropped && (!withWords || (tellsWords && after >= words.Dropped));
        }
    }

    /// <summary>Adds the next events to a list, in order; null where some are no longer here, else how far they go.</summary>
    public long? Take(long after, bool withWords, List<FeedEvent> to, int most)
    {
        lock (gate)
        {
            if (!Reaches(after, withWords))
            {
                return null;
            }

            var (state, word) = (states.IndexAfter(after), withWords ? words.IndexAfter(after) : words.Count);
            for (; most > 0 && (state < states.Count || word < words.Count); most--)
            {
                var isState =
                    word == words.Count || (state < states.Count && states[state].Sequence < words[word].Sequence);
                var next = isState ? states[state++] : words[word++];
                to.Add(next);
                after = next.Sequence;
            }

            return most > 0 ? last : after;
        }
    }

    /// <summary>Ends when there is something behind that event.</summary>
    public Task WaitAsync(long after, bool withWords)
    {
        lock (gate)
        {
            if (states.Last > after || (withWords && words.Last > after))
            {
                return Task.CompletedTask;
            }

            stateNews ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!withWords)
            {
                return stateNews.Task;
            }

            wordNews ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return Task.WhenAny(stateNews.Task, wordNews.Task);
        }
    }

    public void Trim(long before)
    {
        lock (gate)
        {
            states.Trim(before);
            words.Trim(before);
        }
    }

    /// <summary>Gives back what it holds; nobody reads it any more.</summary>
    public void Close()
    {
        lock (gate)
        {
            states.Clear(last);
            words.Clear(last);
            followed.Clear();
            tellsWords = false;
            closed = true;
        }
    }
}
