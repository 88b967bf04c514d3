using Parley.Conversations;

namespace Parley.Import.Formats.Grok;

/// <summary>The steps of an answer: what it thought, which tools it called, what they gave back.</summary>
internal sealed class GrokSteps(RecordContext record, GrokCitations citations)
{
    private static readonly FieldMap Fields = new(
        "Grok step",
        mapped: "tagged_text web_search_results tool_usage_results",
        kept: "step_id tag_order xpost_ids generated_image_urls card_attachments_json rag_results connector_search_results collection_search_results"
    );

    public void Add(MessageDraft message, Json steps, Utf8Arena arena)
    {
        foreach (var step in steps.Items())
        {
            if (!step.IsObject)
            {
                if (step.Exists)
                {
                    message.Add(record.Unknown("step", step, arena));
                }

                continue;
            }

            var before = message.Parts.Count;
            Tags(message, step, arena);
            Results(message, step["tool_usage_results"], before, arena);
            citations.Add(message, step["web_search_results"], arena);
            KeepRest(message, step, before, arena);
        }
    }

    /// <summary>In the stated order, then those it does not name.</summary>
    private static void Tags(MessageDraft message, Json step, Utf8Arena arena)
    {
        var text = step["tagged_text"];
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var tag in step["tag_order"].Items())
        {
            if (tag.String() is { } name)
            {
                var at = taken.GetValueOrDefault(name);
                taken[name] = at + 1;
                Tag(message, name, Value(text[name], at), arena);
            }
        }

        foreach (var (name, value) in text.Members())
        {
            for (var i = taken.GetValueOrDefault(name); i < Math.Max(1, value.Count); i++)
            {
                Tag(message, name, Value(value, i), arena);
            }
        }
    }

    /// <summary>A value is one string, or an array with one for each time the tag stands in the order.</summary>
    private static Json Value(Json value, int at) =>
        value.IsArray ? value.Items().Skip(at).FirstOrDefault()
        : at == 0 ? value
        : default;

    private static void Tag(MessageDraft message, string name, Json value, Utf8Arena arena)
    {
        var text = value.String();
        if (!value.Exists || text is "")
        {
            return;
        }

        if (
            text is not null
            && name.Contains("tool_usage_card", StringComparison.Ordinal)
            && GrokToolCards.Split(text).ToList() is { Count: > 0 } cards
        )
        {
            cards.ForEach(c => message.Add(GrokToolCards.Call(c, arena)));
            return;
        }

        message.Add(new PartDraft(PartKind.Thinking) { Text = value.TextOrRaw(arena), Name = name });
    }

    /// <summary>Results belong to the step's calls by id, else in their order.</summary>
    private static void Results(MessageDraft message, Json results, int from, Utf8Arena arena)
    {
        var calls = message.Parts.Skip(from).Where(p => p.Kind == PartKind.ToolCall).ToList();
        var at = 0;
        foreach (var result in results.Items())
        {
            if (!result.Exists)
            {
                continue;
            }

            var call = at < calls.Count ? calls[at++] : default;
            var output = result.Any("result", "output", "content", "text");
            message.Add(
                new PartDraft(PartKind.ToolResult)
                {
                    Name = result.Any("tool_name", "name").String() ?? call.Name,
                    CallId = result.Any("tool_usage_card_id", "tool_call_id", "id").Scalar() ?? call.CallId,
                    Text = (output.Exists ? output : result).TextOrRaw(arena),
                    IsError = result["is_error"].Bool(),
                    Extras =
                        output.Exists
                        && result.Members().Any(m => m.Name is not ("tool_name" or "name" or "result" or "is_error"))
                            ? result.Raw(arena)
                            : default,
                }
            );
        }
    }

    /// <summary>What a step has besides goes with its first part.</summary>
    private void KeepRest(MessageDraft message, Json step, int from, Utf8Arena arena)
    {
        var extras = record.Rest(step, Fields, arena);
        if (!extras.IsEmpty && from < message.Parts.Count)
        {
            message.Parts[from] = message.Parts[from] with { Extras = extras };
        }
    }
}
