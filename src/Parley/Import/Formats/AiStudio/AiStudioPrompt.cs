using System.Security.Cryptography;
using System.Text;
using Parley.Conversations;

namespace Parley.Import.Formats.AiStudio;

/// <summary>One file of AI Studio as a conversation. The file's name is its title and, with the first chunk, its id.</summary>
internal sealed class AiStudioPrompt(RecordContext record)
{
    private const int ShortestDriveId = 25;

    private static readonly FieldMap Fields = new(
        "AI Studio prompt",
        mapped: "chunkedPrompt",
        kept: "runSettings systemInstruction citations applets textPrompt multimodalPrompt dataPrompt multiturnPrompt testExamples pendingInputs"
    );

    private static readonly FieldMap PromptFields = new(
        "AI Studio chunked prompt",
        mapped: "chunks",
        kept: "pendingInputs"
    );

    private readonly AiStudioChunks chunks = new(record);

    public ConversationDraft? Read(Json file, SourceEntry entry, string provider)
    {
        if (!file.IsObject)
        {
            record.Fail("bad-record", "the file is no prompt");
            return null;
        }

        var name = entry.FileName.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? entry.FileName[..^5]
            : entry.FileName;
        record.Id = Id(name, file["chunkedPrompt"]["chunks"]);
        var draft = new ConversationDraft
        {
            Provider = provider,
            ProviderId = record.Id,
            Title = name.Length > 0 ? name : null,
            Linear = true,
        };
        return record.Fill(draft, d => Fill(d, file));
    }

    private void Fill(ConversationDraft draft, Json file)
    {
        var model = file["runSettings"]["model"].String();
        draft.Model =
            model?.StartsWith("models/", StringComparison.Ordinal) == true ? model["models/".Length..] : model;
        chunks.Add(draft, file["chunkedPrompt"]["chunks"]);
        AddOlder(draft, file);
        DraftDefaults.TimesFromMessages(draft);
        AddInstruction(draft, file["systemInstruction"]);
        var extras = record.BeginExtras(file, Fields);
        if (file["chunkedPrompt"].IsObject)
        {
            extras.Take(file["chunkedPrompt"], PromptFields, record.Entry, record.Index, record.Id);
        }

        draft.Extras = extras.Finish(draft.Arena);
    }

    /// <summary>Prompts of before there were chats; their shapes were never written down, so they are kept as they stand.</summary>
    private void AddOlder(ConversationDraft draft, Json file)
    {
        foreach (var kind in (string[])["textPrompt", "multimodalPrompt", "dataPrompt", "multiturnPrompt"])
        {
            if (!file[kind].IsObject)
            {
                continue;
            }

            var message = new MessageDraft { Role = Role.User };
            if (file[kind]["value"] is { IsString: true } text)
            {
                message.AddText(text.Utf8(draft.Arena));
            }
            else
            {
                message.Add(record.Unknown(kind, file[kind], draft.Arena));
            }

            draft.Messages.Add(message);
        }
    }

    /// <summary>What the model was told beforehand is no turn: a document, so that it can be found.</summary>
    private void AddInstruction(ConversationDraft draft, Json instruction)
    {
        var texts = instruction["parts"]
            .Items()
            .Select(p => p["text"].String() ?? p.String())
            .Prepend(instruction["text"].String() ?? instruction.String());
        var text = string.Join('\n', texts.Where(t => !string.IsNullOrWhiteSpace(t)).Distinct(StringComparer.Ordinal));
        if (text.Length > 0 && draft.Messages.Count > 0)
        {
            record.Import.Documents(
                new DocumentDraft(
                    draft.Provider,
                    "system:" + draft.ProviderId,
                    draft.Title,
                    null,
                    null,
                    draft.CreatedAt,
                    draft.UpdatedAt,
                    Encoding.UTF8.GetBytes(text),
                    default
                )
            );
        }
    }

    /// <summary>
    /// Drive's id where the file is called by it. Other names repeat ("Untitled prompt"), so the first chunk goes in.
    /// </summary>
    private static string Id(string name, Json chunks)
    {
        if (
            name.Length >= ShortestDriveId
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            && name.Any(char.IsAsciiDigit)
            && name.Any(char.IsAsciiLetterUpper)
        )
        {
            return name;
        }

        var first = chunks.Items().FirstOrDefault(c => c.IsObject);
        var text = first["text"].String() ?? Encoding.UTF8.GetString(first.RawBytes());
        return $"{name}#{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8))}";
    }
}
