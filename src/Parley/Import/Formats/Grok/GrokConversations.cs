using System.Security.Cryptography;
using System.Text;
using Parley.Conversations;

namespace Parley.Import.Formats.Grok;

/// <summary>One element of <c>conversations</c>: the conversation's head and its responses, wrapped or bare.</summary>
internal sealed class GrokConversations(
    RecordContext record,
    GrokAssets assets,
    IReadOnlyDictionary<string, string> projects
)
{
    private readonly GrokResponses responses = new(record, assets);

    public ConversationDraft? Read(Json item, string provider)
    {
        if (!item.IsObject)
        {
            record.Fail("bad-record", "the element is no conversation");
            return null;
        }

        // Some copies have the conversation's members beside its responses.
        var head = item["conversation"] is { IsObject: true } wrapped ? wrapped : item;
        record.Id =
            head.Any("id", "conversation_id").Scalar()
            ?? item["responses"].Items().Select(r => Unwrap(r)["conversation_id"].Scalar()).FirstOrDefault();
        return record.Fill(
            new ConversationDraft { Provider = provider, ProviderId = record.Id ?? Derived(head, item["responses"]) },
            draft => Fill(draft, head, item)
        );
    }

    public static Json Unwrap(Json response) => response["response"] is { IsObject: true } inner ? inner : response;

    private void Fill(ConversationDraft draft, Json head, Json item)
    {
        draft.Title = head["title"].String() is { Length: > 0 } title ? title : null;
        draft.CreatedAt = record.Time(head["create_time"]);
        draft.UpdatedAt = record.Time(head["modify_time"]);
        draft.Starred = head["starred"].Bool();
        draft.ActiveLeaf = head["leaf_response_id"].Scalar() is { Length: > 0 } leaf ? leaf : null;
        draft.ProjectId = head["workspace_id"].Scalar() is { Length: > 0 } project ? project : null;
        draft.ProjectName = draft.ProjectId is null ? null : projects.GetValueOrDefault(draft.ProjectId);
        foreach (var response in item["responses"].Items())
        {
            responses.Add(draft, response);
        }

        // Where no response names a parent, they stand in order.
        draft.Linear =
            !draft.Messages.Exists(m => m.Parent is not null) || draft.Messages.TrueForAll(m => m.ProviderId is null);
        if (!draft.Linear)
        {
            OrderByTime(draft.Messages);
        }

        draft.Model = draft.Messages.FindLast(m => m is { Role: Role.Assistant, Model: not null })?.Model;
        DraftDefaults.TimesFromMessages(draft);
        var extras = record.BeginExtras(head, GrokFields.Conversation);
        if (item["conversation"].IsObject)
        {
            extras.Take(item, GrokFields.Item, record.Entry, record.Index, record.Id);
        }

        draft.Extras = extras.Finish(draft.Arena);
    }

    /// <summary>
    /// Responses stand in any order: retries are told apart by time, the newest last. Parents decide all else. One
    /// without a time stays behind its neighbour.
    /// </summary>
    private static void OrderByTime(List<MessageDraft> messages)
    {
        var last = long.MinValue;
        var dated = messages.ConvertAll(m => (Message: m, Time: last = m.CreatedAt ?? last));
        messages.Clear();
        messages.AddRange(dated.OrderBy(m => m.Time).Select(m => m.Message));
    }

    /// <summary>Without an id: what does not change from export to export.</summary>
    private static string Derived(Json head, Json responses)
    {
        var first = Unwrap(responses.Items().FirstOrDefault());
        var text =
            $"{head["title"].String()}\n{head["create_time"].Scalar()}\n{first["create_time"].Scalar()}\n{first["message"].String()}";
        return "derived:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }
}
