using System.Buffers;
using System.Text.Json;

namespace Parley.Import.Formats.VsCode;

/// <summary>
/// A state written as a log of changes, one a line, as VS Code keeps its sessions: <c>kind</c> 0 the whole state
/// (<c>v</c>), 1 sets the value at a path (<c>k</c>), 2 cuts the array there to <c>i</c> elements where given and
/// appends those of <c>v</c>, 3 removes what is there. A change whose place does not exist is left out with a warning.
/// </summary>
internal sealed class MutationLog(RecordContext record)
{
    /// <summary>VS Code's own paths are shorter; each step is kept open as a container of its own.</summary>
    private const int LongestPath = 64;

    private Node? root;

    public void Apply(Json change)
    {
        var path = change["k"].Items().ToList();
        var kind = change["kind"].Int64();
        if (kind == 0)
        {
            root = Node.Of(change["v"]);
        }
        else if (kind is not (1 or 2 or 3))
        {
            record.Warn("unknown-change", $"unknown kind of change {change["kind"].Scalar() ?? "(none)"}, left out");
        }
        else if (root is null || path.Count == 0 || path.Count > LongestPath || !Apply(kind.Value, path, change))
        {
            record.Warn("lost-change", "a change to a place that is not there, left out");
        }
    }

    /// <summary>The state in the end; null where no line held one.</summary>
    public JsonDocument? State()
    {
        if (root is null)
        {
            record.Fail("no-state", "a log of changes without a state to change");
            return null;
        }

        var json = new ArrayBufferWriter<byte>();
        root.Write(json);
        return JsonSlices.Parse(json.WrittenMemory);
    }

    private bool Apply(long kind, List<Json> path, Json change)
    {
        var at = root!;
        for (var i = 0; i < path.Count - 1; i++)
        {
            if (at.Find(path[i]) is not { } next)
            {
                return false;
            }

            at = next;
        }

        var last = path[^1];
        return kind switch
        {
            1 => at.Set(last, Node.Of(change["v"])),
            2 => at.Append(last, change["v"], change["i"].Int64()),
            _ => at.Remove(last),
        };
    }

    /// <summary>A value: raw bytes until a path leads into it, then its members or elements.</summary>
    private sealed class Node
    {
        private byte[]? raw;
        private List<(string Name, Node Value)>? members;
        private List<Node>? elements;

        public static Node Of(Json value) =>
            new()
            {
                raw =
                    value.Kind == JsonValueKind.Undefined ? "null"u8.ToArray()
                    : value.Exists ? value.RawBytes().ToArray()
                    : "null"u8.ToArray(),
            };

        public Node? Find(Json step)
        {
            Open();
            if (members is not null)
            {
                var name = step.Scalar();
                var at = members.FindLastIndex(m => m.Name == name);
                return at < 0 ? null : members[at].Value;
            }

            return elements is not null && Index(step) is { } index && index < elements.Count ? elements[index] : null;
        }

        public bool Set(Json step, Node value)
        {
            Open();
            if (members is not null && step.Scalar() is { } name)
            {
                var at = members.FindLastIndex(m => m.Name == name);
                if (at < 0)
                {
                    members.Add((name, value));
                }
                else
                {
                    members[at] = (name, value);
                }

                return true;
            }

            if (elements is null || Index(step) is not { } index || index > elements.Count)
            {
                return false;
            }

            if (index == elements.Count)
            {
                elements.Add(value);
            }
            else
            {
                elements[index] = value;
            }

            return true;
        }

        public bool Append(Json step, Json values, long? cut)
        {
            var array = Find(step);
            if (array is null && members is not null)
            {
                Set(step, array = new Node { elements = [] });
            }

            array?.Open();
            if (array?.elements is not { } list)
            {
                return false;
            }

            if (cut is >= 0 && cut < list.Count)
            {
                list.RemoveRange((int)cut, list.Count - (int)cut);
            }

            list.AddRange(values.Items().Select(Of));
            return true;
        }

        public bool Remove(Json step)
        {
            Open();
            var name = step.Scalar();
            if (members is not null)
            {
                return members.RemoveAll(m => m.Name == name) > 0;
            }

            if (elements is null || Index(step) is not { } index || index >= elements.Count)
            {
                return false;
            }

            elements.RemoveAt(index);
            return true;
        }

        /// <summary>As deep as the longest path, no deeper: what no path led into is written raw.</summary>
        public void Write(ArrayBufferWriter<byte> to)
        {
            if (raw is not null)
            {
                to.Write(raw);
                return;
            }

            to.Write(members is null ? "["u8 : "{"u8);
            var first = true;
            foreach (var (name, value) in members ?? elements!.Select(e => ("", e)))
            {
                to.Write(first ? ""u8 : ","u8);
                first = false;
                if (members is not null)
                {
                    to.Write("\""u8);
                    to.Write(JsonEncodedText.Encode(name).EncodedUtf8Bytes);
                    to.Write("\":"u8);
                }

                value.Write(to);
            }

            to.Write(members is null ? "]"u8 : "}"u8);
        }

        private static int? Index(Json step) =>
            step.Int64() is >= 0 and < int.MaxValue and var index ? (int)index : null;

        private void Open()
        {
            if (raw is null)
            {
                return;
            }

            using var document = JsonSlices.Parse(raw);
            var value = new Json(document.RootElement);
            if (value.IsObject)
            {
                members = [.. value.Members().Select(m => (m.Name, Of(m.Value)))];
            }
            else if (value.IsArray)
            {
                elements = [.. value.Items().Select(Of)];
            }

            raw = value.IsObject || value.IsArray ? null : raw;
        }
    }
}
