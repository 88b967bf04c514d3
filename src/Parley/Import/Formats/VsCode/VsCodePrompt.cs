using Parley.Conversations;

namespace Parley.Import.Formats.VsCode;

/// <summary>Results written as a tree of prompt elements: <c>{node:{children:[{text}|{children}…]}}</c>. Its texts, in order.</summary>
internal static class VsCodePrompt
{
    public static ReadOnlyMemory<byte> Text(Json tree, Utf8Arena arena)
    {
        if (!tree["node"].IsObject)
        {
            return tree.Exists ? tree.Readable(arena) : default;
        }

        var texts = new List<ReadOnlyMemory<byte>>();
        var pending = new Stack<Json>();
        pending.Push(tree["node"]);
        while (pending.TryPop(out var node))
        {
            if (node["text"].Utf8(arena) is { IsEmpty: false } words)
            {
                texts.Add(words);
            }

            foreach (var child in node["children"].Items().Reverse())
            {
                pending.Push(child);
            }
        }

        return Utf8Lines.Join(texts, arena);
    }
}
