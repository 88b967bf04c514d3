using Parley.Conversations;

namespace Parley.Import.Formats.Llm;

/// <summary>
/// One row a call: what was asked (system prompt, prompt, files, results of tools) and what was answered. It becomes
/// up to four messages, keyed by the row's id. The oldest table, <c>logs</c>, has the same columns but for its keys.
/// </summary>
internal sealed class LlmResponses(SqliteSource source, RecordContext record, LlmStore? store)
{
    /// <summary>prompt_json and response_json repeat, in the provider's words, what the other columns say.</summary>
    private static readonly FieldMap Columns = new(
        "column of llm's responses",
        mapped: "id model resolved_model prompt system response conversation_id chat_id reply_to_id datetime_utc reasoning",
        kept: "options_json duration_ms input_tokens output_tokens token_details schema_id",
        dropped: "prompt_json response_json"
    );

    private readonly LlmFiles files = new(source, record);
    private readonly SqliteTable toolCalls = new(source, "tool_calls", record);
    private readonly SqliteTable toolResults = new(source, "tool_results", record);
    private Dictionary<string, List<long>> callsOf = [];
    private Dictionary<string, List<long>> resultsOf = [];

    public IEnumerable<ConversationDraft> Read(SourceEntry entry)
    {
        callsOf = toolCalls.GroupBy("response_id");
        resultsOf = toolResults.GroupBy("response_id");
        var table = new SqliteTable(source, "responses", record);
        var conversations = Conversations();
        var groups = Group(table, row => row.Text("conversation_id") ?? row.Text("id"));
        long index = 0;
        foreach (var (id, rows) in groups)
        {
            record.At(entry.Name, index++, id);
            var (name, model) = conversations.GetValueOrDefault(id);
            var draft = new ConversationDraft
            {
                Provider = "llm",
                ProviderId = id,
                Title = name,
                Model = model,
            };
            if (record.Fill(draft, d => Fill(table, rows, d)) is { } read)
            {
                if (read.Messages.Count > 0 || store?.HasThread(id) != true)
                {
                    yield return read;
                }
                else
                {
                    read.Dispose();
                }
            }

            record.Import.Report.Progress(entry.Name, source.Size / groups.Count * index);
        }
    }

    /// <summary>The oldest table: a chat is known by the id of its first row, which itself names none.</summary>
    public IEnumerable<ConversationDraft> ReadLogs(SourceEntry entry)
    {
        var table = new SqliteTable(source, "logs", record);
        long index = 0;
        foreach (var (id, rows) in Group(table, row => row.Text("chat_id") ?? row.Text("id")))
        {
            record.At(entry.Name, index++, id);
            if (
                record.Fill(
                    new ConversationDraft { Provider = "llm", ProviderId = $"log:{id}" },
                    d => Fill(table, rows, d)
                ) is
                { } read
            )
            {
                yield return read;
            }
        }
    }

    /// <summary>In order of the first row of each.</summary>
    private static List<(string Id, List<long> Rows)> Group(SqliteTable table, Func<SqliteRow, string?> key)
    {
        var groups = new List<(string Id, List<long> Rows)>();
        var known = new Dictionary<string, int>();
        foreach (var rowId in table.RowIds())
        {
            table.Read(
                rowId,
                row =>
                {
                    var id = key(row) ?? $"row {rowId}";
                    if (!known.TryGetValue(id, out var at))
                    {
                        known[id] = at = groups.Count;
                        groups.Add((id, []));
                    }

                    groups[at].Rows.Add(rowId);
                }
            );
        }

        return groups;
    }

    private Dictionary<string, (string? Name, string? Model)> Conversations()
    {
        var found = new Dictionary<string, (string? Name, string? Model)>();
        var table = new SqliteTable(source, "conversations", record);
        foreach (var rowId in table.RowIds())
        {
            table.Read(rowId, row => found[row.Text("id") ?? ""] = (row.Text("name"), row.Text("model")));
        }

        return found;
    }

    private void Fill(SqliteTable table, List<long> rows, ConversationDraft draft)
    {
        draft.Linear = true;
        var system = "";
        foreach (var rowId in rows)
        {
            table.Read(rowId, row => system = Add(row, system, draft));
        }
    }

    /// <summary>Adds the messages of one call; gives the system prompt that is in force behind it.</summary>
    private string Add(SqliteRow row, string system, ConversationDraft draft)
    {
        var id = row.Text("id") ?? $"row {row.RowId}";
        if (store?.Holds(draft.ProviderId, id, row.Text("prompt")) == true)
        {
            // The message store has it: rows of both were written for a while, and old chats go on there.
            return system;
        }

        var time = row.Time("datetime_utc");
        draft.CreatedAt ??= time;
        draft.UpdatedAt = time ?? draft.UpdatedAt;
        var said = row.Text("system") ?? "";
        AddSystem(row, id, said == system ? "" : said, time, draft);
        AddResults(id, time, draft);
        AddPrompt(row, id, time, draft);
        AddAnswer(row, id, time, draft);
        return said.Length > 0 ? said : system;
    }

    /// <summary>Each call repeats the system prompt: told once, and again where it changes.</summary>
    private void AddSystem(SqliteRow row, string id, string said, long? time, ConversationDraft draft)
    {
        var message = new MessageDraft
        {
            Role = Role.System,
            ProviderId = $"{id}:system",
            CreatedAt = time,
        };
        if (said.Length > 0)
        {
            message.AddText(row.Utf8("system", draft.Arena));
        }

        files.AddFragments("system_fragments", id, message, draft.Arena);
        if (message.Parts.Count > 0 && !(said.Length == 0 && draft.Messages.Exists(m => m.Role == Role.System)))
        {
            draft.Messages.Add(message);
        }
    }

    /// <summary>Results stand with the call that was given them.</summary>
    private void AddResults(string id, long? time, ConversationDraft draft)
    {
        var message = new MessageDraft
        {
            Role = Role.Tool,
            ProviderId = $"{id}:results",
            CreatedAt = time,
        };
        foreach (var rowId in resultsOf.GetValueOrDefault(id) ?? [])
        {
            toolResults.Read(
                rowId,
                row =>
                {
                    message.Add(
                        new PartDraft(PartKind.ToolResult)
                        {
                            Name = row.Text("name"),
                            CallId = row.Text("tool_call_id"),
                            IsError = row.Has("exception"),
                            Text = InnerJson.Readable(row.Utf8("output", draft.Arena), draft.Arena),
                            Extras = record
                                .Extras.Begin()
                                .Add("exception"u8, row.Text("exception"))
                                .Finish(draft.Arena),
                        }
                    );
                    files.AddAttachments("tool_results_attachments", "tool_result_id", row.Text("id") ?? "", message);
                }
            );
        }

        if (message.Parts.Count > 0)
        {
            draft.Messages.Add(message);
        }
    }

    private void AddPrompt(SqliteRow row, string id, long? time, ConversationDraft draft)
    {
        var message = new MessageDraft
        {
            Role = Role.User,
            ProviderId = $"{id}:prompt",
            CreatedAt = time,
        };
        files.AddFragments("prompt_fragments", id, message, draft.Arena);
        if (row.Utf8("prompt", draft.Arena) is { IsEmpty: false } prompt)
        {
            message.AddText(prompt);
        }

        files.AddAttachments("prompt_attachments", "response_id", id, message);
        if (message.Parts.Count > 0)
        {
            draft.Messages.Add(message);
        }
    }

    private void AddAnswer(SqliteRow row, string id, long? time, ConversationDraft draft)
    {
        var message = new MessageDraft
        {
            Role = Role.Assistant,
            ProviderId = id,
            CreatedAt = time,
            Model = row.Text("resolved_model") ?? row.Text("model"),
        };
        if (row.Utf8("reasoning", draft.Arena) is { IsEmpty: false } reasoning)
        {
            message.Add(new PartDraft(PartKind.Thinking) { Text = reasoning });
        }

        if (row.Utf8("response", draft.Arena) is { IsEmpty: false } response)
        {
            message.AddText(response);
        }

        foreach (var rowId in callsOf.GetValueOrDefault(id) ?? [])
        {
            toolCalls.Read(
                rowId,
                call =>
                    message.Add(
                        new PartDraft(PartKind.ToolCall)
                        {
                            Name = call.Text("name"),
                            CallId = call.Text("tool_call_id"),
                            Text = InnerJson.Readable(call.Utf8("arguments", draft.Arena), draft.Arena),
                        }
                    )
            );
        }

        record.Extras.Begin();
        row.AddTo(record, Columns);
        message.Extras = record.Extras.Finish(draft.Arena);
        draft.Model ??= message.Model;
        draft.Messages.Add(message);
    }
}
