using FsCheck;
using FsCheck.Fluent;
using Parley.Conversations;

namespace Parley.Tests.Conversations;

public sealed class MessageTreeTests
{
    [Fact]
    public void A_message_follows_the_nearest_ancestor_that_has_one()
    {
        var tree = Settle("a < r; b < e2", empty: "r; e1 < a; e2 < e1");

        Assert.Equal("a, b < a", tree.Shape);
        Assert.Empty(tree.Oddities);
    }

    [Fact]
    public void A_parent_that_is_not_there_makes_a_root()
    {
        var tree = Settle("a; b < nowhere");

        Assert.Equal("a, b", tree.Shape);
        Assert.Equal([(TreeOddity.UnknownParent, "b")], tree.Oddities);
    }

    [Fact]
    public void A_message_that_names_itself_is_a_root()
    {
        var tree = Settle("a < a; b < a");

        Assert.Equal("a, b < a", tree.Shape);
        Assert.Equal([(TreeOddity.OwnParent, "a")], tree.Oddities);
    }

    [Fact]
    public void A_ring_is_cut_at_its_first_message()
    {
        var tree = Settle("x < c; a < c; b < a; c < b");

        Assert.Equal("a, b < a, c < b, x < c", tree.Shape);
        Assert.Equal([(TreeOddity.Cycle, "a")], tree.Oddities);
    }

    [Fact]
    public void A_ring_of_empty_nodes_holds_nothing_up()
    {
        var tree = Settle("a < e1; b < a", empty: "e1 < e2; e2 < e1");

        Assert.Equal("a, b < a", tree.Shape);
        Assert.Equal(TreeOddity.Cycle, Assert.Single(tree.Oddities).Oddity);
    }

    [Fact]
    public void A_ring_through_an_empty_node_is_cut_at_its_message()
    {
        var tree = Settle("a < e; b < a", empty: "e < b");

        Assert.Equal("a, b < a", tree.Shape);
    }

    [Fact]
    public void Siblings_stand_in_file_order_unless_the_source_states_another()
    {
        Assert.Equal("a, b < a, c < a", Settle("a; b < a; c < a").Shape);
        Assert.Equal("a, c < a, b < a", Settle("a; b < a; c < a", order: "a: c b").Shape);
        Assert.Equal("a, c < a, b < a, d < a", Settle("a; b < a; d < a; c < a", order: "a: c missing").Shape);
    }

    [Fact]
    public void Roots_below_an_empty_node_stand_in_its_order()
    {
        var tree = Settle("first < r; answer < first; edited < r", empty: "r", order: "r: edited first");

        Assert.Equal("edited, first, answer < first", tree.Shape);
        Assert.Equal("first answer", tree.Path);
    }

    [Fact]
    public void Children_below_an_empty_sibling_stand_where_it_stands()
    {
        var tree = Settle("a; late < a; deep < e", empty: "e < a", order: "a: e late");

        Assert.Equal("a, deep < a, late < a", tree.Shape);
    }

    [Fact]
    public void Parents_come_before_children_whatever_the_file_order()
    {
        Assert.Equal("a, b < a, c < b", Settle("c < b; b < a; a").Shape);
    }

    [Fact]
    public void The_active_path_runs_from_the_stated_leaf_to_its_root()
    {
        var tree = Settle("a; b < a; c < a; d < c", leaf: "b");

        Assert.Equal("a b", tree.Path);
    }

    [Fact]
    public void A_stated_leaf_that_has_children_ends_the_path()
    {
        Assert.Equal("a", Settle("a; b < a", leaf: "a").Path);
    }

    [Fact]
    public void A_stated_leaf_without_message_stands_for_the_message_above_it()
    {
        var tree = Settle("z; a; b < a; c < a", empty: "e < b", leaf: "e");

        Assert.Equal("a b", tree.Path);
        Assert.Empty(tree.Oddities);
    }

    [Fact]
    public void An_unknown_leaf_is_reported_and_the_last_branch_taken()
    {
        var tree = Settle("a; b < a; c < a; d < c; e < a; f < e", leaf: "nope");

        Assert.Equal("a e f", tree.Path);
        Assert.Equal([(TreeOddity.UnknownLeaf, "nope")], tree.Oddities);
    }

    [Fact]
    public void Without_a_stated_leaf_the_last_branch_of_the_latest_root_is_taken()
    {
        var tree = Settle("a; b < a; r; s < r; t < r");

        Assert.Equal("r t", tree.Path);
        Assert.Empty(tree.Oddities);
    }

    [Fact]
    public void A_repeated_id_keeps_the_later_copy_in_the_earlier_place()
    {
        var draft = Draft("a; b < a; a < b");

        var tree = new Settled(draft);

        Assert.Contains((TreeOddity.RepeatedId, "a"), tree.Oddities);
        Assert.Same(draft.Messages[2], tree.Messages.Single(m => m.Draft.ProviderId == "a").Draft);
        Assert.Equal(2, tree.Messages.Count);
    }

    [Fact]
    public void Messages_without_id_have_keys_that_do_not_depend_on_their_place()
    {
        using var one = new ConversationDraft
        {
            Provider = "p",
            ProviderId = "c",
            Linear = true,
        };
        using var other = new ConversationDraft
        {
            Provider = "p",
            ProviderId = "c",
            Linear = true,
        };
        foreach (var text in (string[])["x", "same", "same", "y"])
        {
            one.Messages.Add(new MessageDraft { Role = Role.User }.AddText(one.Arena.Add(text)));
        }

        foreach (var text in (string[])["same", "same", "y"])
        {
            other.Messages.Add(new MessageDraft { Role = Role.User }.AddText(other.Arena.Add(text)));
        }

        var keys = MessageTree.Settle(one).Select(m => m.Key).ToList();

        Assert.Equal(4, keys.Distinct().Count());
        Assert.Equal(keys[1..], MessageTree.Settle(other).Select(m => m.Key));
    }

    [Fact]
    public void A_linear_draft_is_one_chain_and_its_parents_are_not_looked_at()
    {
        using var draft = Draft("a < b; b < b; c < nowhere");
        using var linear = new ConversationDraft { Provider = "p", Linear = true };
        linear.Messages.AddRange(draft.Messages);

        var tree = new Settled(linear);

        Assert.Equal("a, b < a, c < b", tree.Shape);
        Assert.Equal("a b c", tree.Path);
        Assert.Empty(tree.Oddities);
    }

    [Fact]
    public void No_messages_make_no_tree_and_no_oddity()
    {
        var tree = Settle("", empty: "r", leaf: "x");

        Assert.Empty(tree.Messages);
        Assert.Empty(tree.Oddities);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_chain_of_a_hundred_thousand_is_settled(bool backwards)
    {
        using var draft = new ConversationDraft { Provider = "p" };
        for (var i = 0; i < 100_000; i++)
        {
            var id = backwards ? 99_999 - i : i;
            draft.Messages.Add(
                new MessageDraft
                {
                    Role = Role.User,
                    ProviderId = $"m{id}",
                    Parent = id == 0 ? null : $"m{id - 1}",
                }
            );
        }

        var tree = MessageTree.Settle(draft);

        Assert.All(tree.Select((m, i) => (m, i)), x => Assert.Equal(x.i - 1, x.m.Parent));
        Assert.All(tree, m => Assert.True(m.OnPath));
    }

    [Fact]
    public void Many_messages_behind_a_long_chain_of_empty_nodes_take_linear_time()
    {
        using var draft = new ConversationDraft { Provider = "p", ActiveLeaf = "e49999" };
        for (var i = 0; i < 50_000; i++)
        {
            draft.EmptyNodes.Add($"e{i}", i == 0 ? null : $"e{i - 1}");
            draft.Messages.Add(
                new MessageDraft
                {
                    Role = Role.User,
                    ProviderId = $"m{i}",
                    Parent = "e49999",
                }
            );
        }

        Assert.All(MessageTree.Settle(draft), m => Assert.Equal(-1, m.Parent));
    }

    /// <summary>Whatever the parent links say: a forest over all messages, parents first, one path from a root down.</summary>
    [Fact]
    public void Any_links_make_a_forest_with_one_path()
    {
        var links =
            from count in Gen.Choose(0, 40)
            from empties in Gen.Choose(0, 10)
            from parents in Gen.Choose(-2, count + empties).ArrayOf(count + empties)
            from order in Gen.Choose(0, count + empties).ArrayOf(6)
            from leaf in Gen.Choose(-1, count + empties)
            select (count, parents, order, leaf);

        Prop.ForAll(links.ToArbitrary(), x => IsForest(x.count, x.parents, x.order, x.leaf)).QuickCheckThrowOnFailure();
    }

    private static bool IsForest(int count, int[] parents, int[] order, int leaf)
    {
        using var draft = new ConversationDraft { Provider = "p", ActiveLeaf = leaf < 0 ? null : $"n{leaf}" };
        for (var i = 0; i < parents.Length; i++)
        {
            var parent = parents[i] < 0 ? null : $"n{parents[i]}";
            if (i < count)
            {
                draft.Messages.Add(
                    new MessageDraft
                    {
                        Role = Role.User,
                        ProviderId = $"n{i}",
                        Parent = parent,
                    }
                );
            }
            else
            {
                draft.EmptyNodes.Add($"n{i}", parent);
            }
        }

        draft.ChildOrder["n0"] = [.. order.Select(o => $"n{o}")];
        draft.ChildOrder[$"n{count}"] = [.. order.Select(o => $"n{o}")];

        var tree = MessageTree.Settle(draft);

        var path = tree.Select((m, i) => (m.OnPath, i)).Where(m => m.OnPath).Select(m => m.i).ToList();
        return tree.Count == count
            && tree.Select(m => m.Draft).Distinct().Count() == count
            && tree.Select((m, i) => m.Parent < i).All(b => b)
            && (count == 0 || path.Count > 0)
            && path.Select((at, i) => tree[at].Parent == (i == 0 ? -1 : path[i - 1])).All(b => b);
    }

    private static Settled Settle(string messages, string empty = "", string order = "", string? leaf = null) =>
        new(Draft(messages, empty, order, leaf));

    /// <summary>"b &lt; a" is message b below a.</summary>
    private static ConversationDraft Draft(string messages, string empty = "", string order = "", string? leaf = null)
    {
        var draft = new ConversationDraft { Provider = "p", ActiveLeaf = leaf };
        foreach (var (id, parent) in Links(messages))
        {
            draft.Messages.Add(
                new MessageDraft
                {
                    Role = Role.User,
                    ProviderId = id,
                    Parent = parent,
                }
            );
        }

        foreach (var (id, parent) in Links(empty))
        {
            draft.EmptyNodes.Add(id, parent);
        }

        foreach (var stated in order.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            draft.ChildOrder[stated.Split(':')[0].Trim()] = stated
                .Split(':')[1]
                .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }

        return draft;
    }

    private static IEnumerable<(string Id, string? Parent)> Links(string text) =>
        text.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(link => link.Split('<', StringSplitOptions.TrimEntries))
            .Select(link => (link[0], link.Length > 1 ? link[1] : null));

    private sealed class Settled
    {
        public Settled(ConversationDraft draft) =>
            Messages = MessageTree.Settle(draft, (odd, id) => Oddities.Add((odd, id)));

        public List<SettledMessage> Messages { get; }
        public List<(TreeOddity Oddity, string? Id)> Oddities { get; } = [];

        public string Shape =>
            string.Join(
                ", ",
                Messages.Select(m =>
                    m.Parent < 0 ? m.Draft.ProviderId : $"{m.Draft.ProviderId} < {Messages[m.Parent].Draft.ProviderId}"
                )
            );

        public string Path => string.Join(' ', Messages.Where(m => m.OnPath).Select(m => m.Draft.ProviderId));
    }
}
