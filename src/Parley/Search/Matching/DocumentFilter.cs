using Parley.Kernel;
using Parley.Search.Segments;

namespace Parley.Search.Matching;

/// <summary>Which conversations may be found; lists ascend.</summary>
/// <param name="Included">Only these; <see langword="null"/> for all.</param>
/// <param name="Excluded">Not these.</param>
/// <param name="Others">Whether what belongs to none (a project's document) may be found.</param>
internal sealed record AllowedConversations(long[]? Included, long[] Excluded, bool Others);

/// <summary>Conditions on a document that the index itself can tell, apart from its words.</summary>
internal sealed record DocumentFilter
{
    public const int AnyKind = 0xFF;

    /// <summary>The kinds that are messages.</summary>
    public const int Messages = 0b0001_1110;

    /// <summary>The range of ids, both ends inclusive: a range of time.</summary>
    public (long First, long Last) Ids { get; init; } = (0, long.MaxValue);

    /// <summary>One bit a <see cref="DocumentTraits.Kind"/> that may be.</summary>
    public int Kinds { get; init; } = AnyKind;

    /// <summary>Bits of <see cref="DocumentTraits"/> that must be set.</summary>
    public int With { get; init; }

    /// <summary>Bits of <see cref="DocumentTraits"/> that must not be set.</summary>
    public int Without { get; init; }

    /// <summary>Model names in lower case that may be; <see langword="null"/> for any.</summary>
    public Func<string, bool>? Model { get; init; }

    /// <summary>Provider names that may be; <see langword="null"/> for any.</summary>
    public Func<string, bool>? Provider { get; init; }

    public AllowedConversations? Conversations { get; init; }

    public bool Any =>
        Kinds != AnyKind
        || (With | Without) != 0
        || Model is not null
        || Provider is not null
        || Conversations is not null;

    public bool Accepts(DocumentTraits traits) =>
        (Kinds & (1 << traits.Kind)) != 0 && (traits.Bits & With) == With && (traits.Bits & Without) == 0;
}

/// <summary>A <see cref="DocumentFilter"/> made ready for one segment: names and conversations become numbers.</summary>
internal sealed class SegmentFilter
{
    private readonly SegmentReader _segment;
    private readonly DocumentFilter _filter;
    private readonly bool[]? _models;
    private readonly bool[]? _conversations;

    public SegmentFilter(SegmentReader segment, DocumentFilter filter)
    {
        (_segment, _filter) = (segment, filter);
        First = segment.LowerBound(filter.Ids.First);
        End = filter.Ids.Last == long.MaxValue ? segment.Documents : segment.LowerBound(filter.Ids.Last + 1);
        if (First >= End)
            return;
        if (filter.Model is { } model)
            _models = Array.ConvertAll(segment.Names.Models, name => model(name.ToLowerInvariant()));
        if (filter.Provider is not null || filter.Conversations is not null)
            _conversations = Conversations();
    }

    /// <summary>The documents within the range of time.</summary>
    public int First { get; }

    public int End { get; }

    /// <summary>Takes the bits of documents that do not pass out of those of a window.</summary>
    public void Apply(int window, Span<ulong> bits)
    {
        Clip(window << SegmentLayout.WindowShift, bits);
        if (!_filter.Any)
            return;
        var traits = _segment.Traits16(window);
        var models = _models is null ? default : _segment.ModelNumbers(window);
        var conversations = _conversations is null ? default : _segment.ConversationNumbers(window);
        for (var word = 0; word < bits.Length; word++)
        {
            for (var left = bits[word]; left != 0; left &= left - 1)
            {
                var at = (word << 6) + System.Numerics.BitOperations.TrailingZeroCount(left);
                if (
                    !_filter.Accepts(new DocumentTraits(traits[at]))
                    || (_models is not null && !_models[models[at]])
                    || (_conversations is not null && !_conversations[conversations[at]])
                )
                    bits[word] &= ~(left & (~left + 1));
            }
        }
    }

    private void Clip(int start, Span<ulong> bits)
    {
        if (First > start)
            ClearBelow(bits, First - start);
        if (End < start + SegmentLayout.Window)
            ClearFrom(bits, Math.Max(0, End - start));
    }

    private static void ClearBelow(Span<ulong> bits, int at)
    {
        var whole = Math.Min(at >> 6, bits.Length);
        bits[..whole].Clear();
        if (whole < bits.Length)
            bits[whole] &= ulong.MaxValue << (at & 63);
    }

    private static void ClearFrom(Span<ulong> bits, int at)
    {
        var whole = at >> 6;
        if (whole >= bits.Length)
            return;
        bits[whole] &= (1UL << (at & 63)) - 1;
        bits[(whole + 1)..].Clear();
    }

    private bool[] Conversations()
    {
        var providers = _filter.Provider is { } provider
            ? Array.ConvertAll(_segment.Names.Providers, name => provider(name))
            : null;
        var allowed = new bool[_segment.Header.Conversations];
        var (included, excluded) = (0, 0);
        for (var number = 0; number < allowed.Length; number++)
        {
            var (id, name) = _segment.Conversation(number);
            allowed[number] =
                (providers is null || providers[name])
                && (
                    _filter.Conversations is not { } conversations
                    || (
                        (
                            conversations.Included is not { } only
                            || Contains(only, id, ref included)
                            || (conversations.Others && !Ids.IsConversation(id))
                        ) && !Contains(conversations.Excluded, id, ref excluded)
                    )
                );
        }

        return allowed;
    }

    /// <summary>Whether the list holds the id. Both ascend: they are walked side by side.</summary>
    private static bool Contains(long[] ids, long id, ref int at)
    {
        while (at < ids.Length && ids[at] < id)
            at++;
        return at < ids.Length && ids[at] == id;
    }
}
