using System.Globalization;
using System.Text.Json;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Providers;
using Parley.Requirements;
using Parley.Retrieval;
using Parley.Search;
using Parley.Tools;

namespace Parley.Mcp.Tools;

/// <summary>Packs the passages that a question should be answered from.</summary>
internal sealed class ContextTool(Retriever retriever, ContextPacker statements) : IAgentTool
{
    /// <summary>Characters; less of a passage says nothing.</summary>
    private const int ShortestPiece = 120;

    /// <summary>Tokens of the mark that a passage was cut, and of what ends it.</summary>
    private const int Cut = 6;

    public string Name => "context";

    public string Title => "Context for a question";

    public string Description =>
        "The best passages for answering a question, by words and by meaning, out of all conversations and documents of the user, packed into a token budget. "
        + "Each is numbered and names its id: cite these. Prefer it to search where you need the words themselves.";

    public RawJson Input { get; } =
        ToolBox.Schema(
            """{"type":"object","properties":{"question":{"type":"string","minLength":1,"maxLength":1000},"spaces":{"type":"array","items":{"type":"string","maxLength":100},"maxItems":20,"description":"names; all without it"},"documents":{"type":"array","items":{"type":"string"},"maxItems":100,"description":"ids; all without it"},"include_history":{"type":"boolean","description":"look at conversations too, true without it"},"requirements":{"type":"boolean","description":"half of it from statements of requirements documents, false without it"},"token_budget":{"type":"integer","minimum":200,"maximum":32000,"description":"2000 without it"}},"required":["question"],"additionalProperties":false}"""u8
        );

    public string Scope => KeyScopes.Search;

    public bool Writes => false;

    public async Task<string> RunAsync(Caller caller, JsonElement arguments, CancellationToken ct)
    {
        var text = Budget.Of(arguments);
        var shown = 0;
        if (arguments.TryGetProperty("requirements", out var wanted) && wanted.GetBoolean())
        {
            shown = await AddStatementsAsync(caller, arguments.GetProperty("question").GetString()!, text, ct);
        }

        var found = await retriever.FindAsync(
            new RetrievalQuestion(
                caller.OwnerId,
                SearchQuery.Parse(arguments.GetProperty("question").GetString()!),
                RetrievalQuestion.MostPassages,
                // Passages are chosen by another estimate, which counts less: there must be enough to choose from.
                Math.Min(2 * text.Left, RetrievalQuestion.LargestBudget)
            )
            {
                History = !arguments.TryGetProperty("include_history", out var history) || history.GetBoolean(),
                Spaces = Texts(arguments, "spaces") ?? [],
                Documents = Texts(arguments, "documents")?.Select(Document).ToList(),
            },
            ct
        );
        foreach (var passage in found.Passages)
        {
            if (!Add(PassageView.Of(passage, shown), text))
            {
                break;
            }

            shown++;
        }

        return shown > 0 ? text.ToString() : "Nothing was found.";
    }

    /// <summary>Statements that fit half of the budget; gives how many.</summary>
    private async Task<int> AddStatementsAsync(Caller caller, string question, Budget text, CancellationToken ct)
    {
        if (!AgentRights.May(caller, KeyScopes.Documents, reads: true))
        {
            throw new ToolException(AgentRights.Missing(KeyScopes.Documents));
        }

        var half = Math.Max(ContextPacker.SmallestBudget, text.Left / 2);
        var wish = new ContextWish(question, [], [], ContextPacker.UsualDepth, half, AsProse: true);
        var packed = await statements.PackAsync(caller.OwnerId, wish, ct);
        return text.Add(packed.Text!) ? packed.Items!.Count : 0;
    }

    /// <summary>The last one is cut where it does not fit, if enough of it does.</summary>
    private static bool Add(PassageView passage, Budget text)
    {
        var (head, end) = (Head(passage), "\n\n");
        if (text.Add(head + passage.Text + end))
        {
            return true;
        }

        var fitting = text.Fitting(passage.Text, TokenEstimate.AtMost(head) + Cut);
        return fitting >= ShortestPiece && text.Add($"{head}{passage.Text[..fitting]}…{end}");
    }

    private static string Head(PassageView passage)
    {
        var about = string.Join(
            ", ",
            new[]
            {
                passage.Title ?? "untitled",
                passage.Heading,
                passage.Page is { } page ? string.Create(CultureInfo.InvariantCulture, $"page {page}") : null,
                passage.Role,
                passage.CreatedAt?[..10],
                passage.MessageId ?? passage.ChunkId,
            }.OfType<string>()
        );
        var asked = passage.Asked is { } question ? $"(asked: {question})\n" : "";
        return string.Create(CultureInfo.InvariantCulture, $"[{passage.N}] {about}\n{asked}");
    }

    private static List<string>? Texts(JsonElement arguments, string name) =>
        arguments.TryGetProperty(name, out var given)
            ? [.. given.EnumerateArray().Select(one => one.GetString()!)]
            : null;

    private static long Document(string id) =>
        Ids.TryParse(id, IdKind.Document, out var known)
            ? known
            : throw new ToolException("documents: that is no id of a document");
}
