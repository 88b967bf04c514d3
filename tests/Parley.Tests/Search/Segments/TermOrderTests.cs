using System.Text;
using Parley.Search.Segments;

namespace Parley.Tests.Search.Segments;

public sealed class TermOrderTests
{
    /// <summary>Words that are each other's beginnings, that begin alike in few and in many, and whose bytes are high.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Words_are_in_order_of_their_bytes(int seed)
    {
        var random = new Random(seed);
        var words = new HashSet<string>(StringComparer.Ordinal)
        {
            "",
            "a",
            "aa",
            "conversa",
            "conversation",
            "ü",
            "語",
        };
        for (var index = 0; index < 400; index++)
        {
            words.Add("conversation" + random.Next(1000)); // many of one head
            words.Add($"{(char)random.Next('a', 'd')}{(char)random.Next('à', 'ÿ')}");
            words.Add("pair" + random.Next(50) + "long" + random.Next(3));
        }

        var terms = new TermHash();
        var shuffled = words.Select(Encoding.UTF8.GetBytes).ToArray();
        random.Shuffle(shuffled);
        foreach (var bytes in shuffled)
        {
            terms.Get(bytes, TermHash.HashOf(bytes), stemmed: false);
        }

        var expected = words.Select(Encoding.UTF8.GetBytes).ToList();
        expected.Sort((a, b) => a.AsSpan().SequenceCompareTo(b));
        var order = new TermOrder();
        for (var round = 0; round < 2; round++)
        {
            var found = order.Of(terms).ToArray();
            Assert.Equal(expected, found.Select(item => terms.Bytes(terms.Entries[item.Entry]).ToArray()));
        }

        terms.Clear();
        Assert.True(order.Of(terms).IsEmpty);
    }
}
