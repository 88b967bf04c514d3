using Parley.Conversations;

namespace Parley.Import.Formats.VsCode;

/// <summary>Calls of tools: what the answer shows of them, joined with what was really asked and given, by call id.</summary>
internal sealed class VsCodeTools
{
    private readonly Json rounds;
    private readonly Dictionary<string, (string? Name, Json Arguments)> calls = [];
    private readonly Json results;
    private readonly HashSet<string> seen = [];

    public VsCodeTools(Json metadata)
    {
        rounds = metadata["toolCallRounds"];
        results = metadata["toolCallResults"];
        foreach (var round in rounds.Items())
        {
            foreach (var call in round["toolCalls"].Items())
            {
                if (call["id"].Scalar() is { } id)
                {
                    calls[id] = (call["name"].String(), call["arguments"]);
                }
            }
        }
    }

    public void Add(MessageDraft message, Json piece, Utf8Arena arena)
    {
        var id = piece["toolCallId"].Scalar();
        var found = Find(id);
        var name = found is null ? piece["toolId"].String() : calls[found].Name ?? piece["toolId"].String();
        var shown = Words(piece.Any("pastTenseMessage", "invocationMessage"), arena);
        var input = found is null
            ? Input(piece, arena)
            : InnerJson.Readable(calls[found].Arguments.TextOrRaw(arena), arena);
        message.Add(
            new PartDraft(PartKind.ToolCall)
            {
                Name = name,
                CallId = id,
                Text = input.IsEmpty ? shown : input,
            }
        );
        if (found is not null)
        {
            seen.Add(found);
        }

        var output = found is null ? default : Output(results[found], arena);
        output = output.IsEmpty ? Shown(piece["resultDetails"], arena) : output;
        if (!output.IsEmpty || (!input.IsEmpty && !shown.IsEmpty))
        {
            message.Add(
                new PartDraft(PartKind.ToolResult)
                {
                    Name = name,
                    CallId = id,
                    Text = output.IsEmpty ? shown : output,
                }
            );
        }
    }

    /// <summary>Calls the answer does not show.</summary>
    public void AddUnseen(MessageDraft message, Utf8Arena arena)
    {
        foreach (var (id, (name, arguments)) in calls)
        {
            if (!seen.Contains(id))
            {
                message.Add(
                    new PartDraft(PartKind.ToolCall)
                    {
                        Name = name,
                        CallId = id,
                        Text = InnerJson.Readable(arguments.TextOrRaw(arena), arena),
                    }
                );
                var output = Output(results[id], arena);
                if (!output.IsEmpty)
                {
                    message.Add(
                        new PartDraft(PartKind.ToolResult)
                        {
                            Name = name,
                            CallId = id,
                            Text = output,
                        }
                    );
                }
            }
        }
    }

    /// <summary>What the model said between its calls, for answers that keep no text of their own.</summary>
    public void AddWords(MessageDraft message, Utf8Arena arena)
    {
        foreach (var round in rounds.Items())
        {
            if (round["response"].IsString)
            {
                OpenAiContent.AddText(message, PartKind.Text, round["response"], arena);
            }
        }
    }

    /// <summary>The ids of the two places differ by a suffix that VS Code adds: <c>call_1__vscode-123</c>.</summary>
    private string? Find(string? id)
    {
        if (id is null || calls.ContainsKey(id))
        {
            return id;
        }

        foreach (var known in calls.Keys)
        {
            if (known.StartsWith(id + "__", StringComparison.Ordinal))
            {
                return known;
            }
        }

        return null;
    }

    private static ReadOnlyMemory<byte> Input(Json piece, Utf8Arena arena)
    {
        var data = piece["toolSpecificData"];
        var command = data["commandLine"];
        return (
            command.IsObject
                ? command.Any("original", "userEdited", "toolEdited")
                : data.Any("command", "rawInput", "input", "prompt")
        ).TextOrRaw(arena);
    }

    private static ReadOnlyMemory<byte> Output(Json result, Utf8Arena arena)
    {
        var texts = new List<ReadOnlyMemory<byte>>();
        foreach (var item in result["content"].Items())
        {
            var value = item["value"];
            if (
                (
                    value.IsString ? value.Utf8(arena)
                    : item["text"].Exists ? item["text"].Utf8(arena)
                    : VsCodePrompt.Text(value, arena)
                ) is
                { IsEmpty: false } words
            )
            {
                texts.Add(words);
            }
        }

        return Utf8Lines.Join(texts, arena);
    }

    private static ReadOnlyMemory<byte> Shown(Json details, Utf8Arena arena)
    {
        var texts = new List<ReadOnlyMemory<byte>>();
        foreach (var item in details["output"].Items())
        {
            if (item["value"].Utf8(arena) is { IsEmpty: false } words && !item["isText"].IsFalse)
            {
                texts.Add(words);
            }
        }

        return Utf8Lines.Join(texts, arena);
    }

    private static ReadOnlyMemory<byte> Words(Json message, Utf8Arena arena) =>
        (message.IsObject ? message["value"] : message).Utf8(arena);
}
