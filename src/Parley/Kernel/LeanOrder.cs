using System.Collections;

namespace Parley;

/// <summary>
/// Sorting and grouping as LINQ has them, without the iterators of System.Linq, for the reason of <see cref="LeanLinq"/>:
/// each of them has a <c>Select</c> for every struct that is ever a result, whoever asks for it.
/// </summary>
internal static class LeanOrdering
{
    public static LeanOrder<T> OrderBy<T, TKey>(this IEnumerable<T> source, Func<T, TKey> key) =>
        source.OrderBy(key, null);

    public static LeanOrder<T> OrderBy<T, TKey>(
        this IEnumerable<T> source,
        Func<T, TKey> key,
        IComparer<TKey>? comparer
    ) => new(source, By(key, comparer, down: false));

    public static LeanOrder<T> OrderByDescending<T, TKey>(this IEnumerable<T> source, Func<T, TKey> key) =>
        source.OrderByDescending(key, null);

    public static LeanOrder<T> OrderByDescending<T, TKey>(
        this IEnumerable<T> source,
        Func<T, TKey> key,
        IComparer<TKey>? comparer
    ) => new(source, By(key, comparer, down: true));

    public static LeanOrder<T> ThenBy<T, TKey>(this LeanOrder<T> source, Func<T, TKey> key) =>
        source.Then(By(key, null, down: false));

    public static LeanOrder<T> ThenBy<T, TKey>(
        this LeanOrder<T> source,
        Func<T, TKey> key,
        IComparer<TKey>? comparer
    ) => source.Then(By(key, comparer, down: false));

    public static LeanOrder<T> ThenByDescending<T, TKey>(this LeanOrder<T> source, Func<T, TKey> key) =>
        source.Then(By(key, null, down: true));

    public static LeanOrder<T> Order<T>(this IEnumerable<T> source) => source.Order(null);

    public static LeanOrder<T> Order<T>(this IEnumerable<T> source, IComparer<T>? comparer) =>
        new(source, (comparer ?? Comparer<T>.Default).Compare);

    public static LeanOrder<T> OrderDescending<T>(this IEnumerable<T> source) =>
        new(source, static (a, b) => Comparer<T>.Default.Compare(b, a));

    public static IEnumerable<T> Reverse<T>(this IEnumerable<T> source)
    {
        var all = source.ToArray();
        for (var at = all.Length - 1; at >= 0; at--)
        {
            yield return all[at];
        }
    }

    public static IEnumerable<T> TakeWhile<T>(this IEnumerable<T> source, Func<T, bool> predicate)
    {
        foreach (var item in source)
        {
            if (!predicate(item))
            {
                yield break;
            }

            yield return item;
        }
    }

    public static IEnumerable<T> SkipWhile<T>(this IEnumerable<T> source, Func<T, bool> predicate)
    {
        var skips = true;
        foreach (var item in source)
        {
            skips = skips && predicate(item);
            if (!skips)
            {
                yield return item;
            }
        }
    }

    public static IEnumerable<T> DistinctBy<T, TKey>(this IEnumerable<T> source, Func<T, TKey> key)
    {
        var seen = new HashSet<TKey>();
        foreach (var item in source)
        {
            if (seen.Add(key(item)))
            {
                yield return item;
            }
        }
    }

    public static IEnumerable<LeanGroup<TKey, T>> GroupBy<T, TKey>(this IEnumerable<T> source, Func<T, TKey> key) =>
        source.GroupBy(key, static item => item, null);

    public static IEnumerable<LeanGroup<TKey, T>> GroupBy<T, TKey>(
        this IEnumerable<T> source,
        Func<T, TKey> key,
        IEqualityComparer<TKey>? comparer
    ) => source.GroupBy(key, static item => item, comparer);

    public static IEnumerable<LeanGroup<TKey, TElement>> GroupBy<T, TKey, TElement>(
        this IEnumerable<T> source,
        Func<T, TKey> key,
        Func<T, TElement> element,
        IEqualityComparer<TKey>? comparer = null
    )
    {
        // A key may be null, but not one in a tuple.
        var groups = new Dictionary<ValueTuple<TKey>, LeanGroup<TKey, TElement>>(
            comparer is null ? null : new LeanKeys<TKey>(comparer)
        );
        var order = new List<LeanGroup<TKey, TElement>>();
        foreach (var item in source)
        {
            var of = new ValueTuple<TKey>(key(item));
            if (!groups.TryGetValue(of, out var group))
            {
                groups[of] = group = new LeanGroup<TKey, TElement>(of.Item1);
                order.Add(group);
            }

            group.Add(element(item));
        }

        foreach (var group in order)
        {
            yield return group;
        }
    }

    private static Comparison<T> By<T, TKey>(Func<T, TKey> key, IComparer<TKey>? comparer, bool down)
    {
        var by = comparer ?? Comparer<TKey>.Default;
        return down ? (a, b) => by.Compare(key(b), key(a)) : (a, b) => by.Compare(key(a), key(b));
    }
}

/// <summary>A sequence in order; equal items stay in the order they came. Sorted when it is read.</summary>
internal sealed class LeanOrder<T>(IEnumerable<T> source, Comparison<T> compare) : IEnumerable<T>
{
    public LeanOrder<T> Then(Comparison<T> next) =>
        new(source, (a, b) => compare(a, b) is not 0 and var first ? first : next(a, b));

    public IEnumerator<T> GetEnumerator()
    {
        var items = source.ToArray();
        var order = new int[items.Length];
        for (var at = 0; at < order.Length; at++)
        {
            order[at] = at;
        }

        order.AsSpan().Sort((a, b) => compare(items[a], items[b]) is not 0 and var first ? first : a - b);
        foreach (var at in order)
        {
            yield return items[at];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Items with one key, in the order they came.</summary>
internal sealed class LeanGroup<TKey, T>(TKey key) : IEnumerable<T>
{
    private readonly List<T> _items = [];

    public TKey Key => key;

    public void Add(T item) => _items.Add(item);

    public IEnumerator<T> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Compares what lies in the tuples.</summary>
internal sealed class LeanKeys<TKey>(IEqualityComparer<TKey> comparer) : IEqualityComparer<ValueTuple<TKey>>
{
    public bool Equals(ValueTuple<TKey> x, ValueTuple<TKey> y) => comparer.Equals(x.Item1, y.Item1);

    public int GetHashCode(ValueTuple<TKey> obj) => obj.Item1 is { } key ? comparer.GetHashCode(key) : 0;
}
