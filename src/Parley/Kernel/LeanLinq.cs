namespace Parley;

/// <summary>
/// <c>Select</c> and <c>Where</c> for all of Parley, found before System.Linq's because this namespace encloses every
/// room. They mean the same. System.Linq makes <c>Select</c> a generic virtual method of its iterators, so ahead of
/// time every struct that is ever a source is compiled with every struct that is ever a result: 4.8 of 25.0 MB, measured.
/// </summary>
internal static class LeanLinq
{
    public static IEnumerable<TResult> Select<TSource, TResult>(
        this IEnumerable<TSource> source,
        Func<TSource, TResult> selector
    )
    {
        foreach (var item in source)
        {
            yield return selector(item);
        }
    }

    public static IEnumerable<TSource> Where<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)
    {
        foreach (var item in source)
        {
            if (predicate(item))
            {
                yield return item;
            }
        }
    }
}
