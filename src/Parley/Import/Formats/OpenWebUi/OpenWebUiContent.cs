using System.Text;
using Parley.Conversations;

namespace Parley.Import.Formats.OpenWebUi;

/// <summary>
/// A message's words. They stand in <c>content</c>, where thoughts and tool calls are folded in as <c>details</c>
/// blocks, and in newer versions again in <c>output</c>, unfolded. Both say the same; <c>output</c> is read only
/// where <c>content</c> lacks what it has.
/// </summary>
internal sealed class OpenWebUiContent(RecordContext record)
{
    private readonly OpenWebUiOutput output = new(record);

    public void Read(Json message, MessageDraft to, Utf8Arena arena)
    {
        var content = message["content"];
        var text = content.IsString ? content.Utf8(arena) : default;
        var folded = to.Role == Role.Assistant && OpenWebUiDetails.Occur(text.Span);
        if (!folded && output.Read(message["output"], to, arena, withText: text.IsEmpty))
        {
            AddText(text, to);
        }
        else if (folded)
        {
            OpenWebUiDetails.Unfold(Encoding.UTF8.GetString(text.Span), to, arena);
        }
        else if (content.IsArray)
        {
            AddPieces(content, to, arena);
        }
        else if (content.IsObject)
        {
            to.Add(record.Unknown("content", content, arena));
        }
        else
        {
            AddText(text, to);
        }
    }

    /// <summary>Content as the OpenAI API has it: texts and image URLs.</summary>
    private void AddPieces(Json content, MessageDraft to, Utf8Arena arena)
    {
        foreach (var piece in content.Items())
        {
            if (piece.IsString || piece["text"].IsString)
            {
                AddText((piece.IsString ? piece : piece["text"]).Utf8(arena), to);
            }
            else if (piece["type"].Is("image_url"u8))
            {
                var url = piece["image_url"].IsString ? piece["image_url"] : piece["image_url"]["url"];
                to.Add(OpenWebUiFiles.Image(url.Utf8(arena)));
            }
            else
            {
                to.Add(record.Unknown(piece["type"].String(), piece, arena));
            }
        }
    }

    private static void AddText(ReadOnlyMemory<byte> text, MessageDraft to)
    {
        if (!text.IsEmpty)
        {
            to.AddText(text);
        }
    }
}
