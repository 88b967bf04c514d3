using Parley.Conversations;

namespace Parley.Tests.Conversations;

/// <summary>Memory of arenas is used again, in bounds.</summary>
public sealed class ArenaBlocksTests
{
    private readonly ArenaBlocks blocks = new();

    [Theory]
    [InlineData(1, ArenaBlocks.Smallest)]
    [InlineData(ArenaBlocks.Smallest, ArenaBlocks.Smallest)]
    [InlineData(ArenaBlocks.Smallest + 1, 2 * ArenaBlocks.Smallest)]
    [InlineData(ArenaBlocks.Largest, ArenaBlocks.Largest)]
    public void A_block_that_came_back_is_given_again(int asked, int length)
    {
        var block = blocks.Rent(asked);
        Assert.Equal(length, block.Length);
        Assert.NotSame(block, blocks.Rent(asked));
        blocks.Return(block);
        Assert.Same(block, blocks.Rent(asked));
        Assert.Equal(0, blocks.Kept);
    }

    [Fact]
    public void What_is_larger_than_any_block_is_not_kept()
    {
        var large = blocks.Rent(ArenaBlocks.Largest + 1);
        Assert.Equal(ArenaBlocks.Largest + 1, large.Length);
        blocks.Return(large);
        Assert.Equal(0, blocks.Kept);
    }

    [Fact]
    public void No_more_is_kept_than_an_import_needs_and_nothing_after_it()
    {
        for (var number = 0; number < 200; number++)
            blocks.Return(new byte[ArenaBlocks.Largest]);
        Assert.Equal(8 * 1024 * 1024, blocks.Kept);
        blocks.Clear();
        Assert.Equal(0, blocks.Kept);
    }
}
