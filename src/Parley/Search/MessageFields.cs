using System.Buffers;
using System.Text;
using Parley.Conversations;
using Parley.Search.Text;

namespace Parley.Search;

/// <summary>
/// The texts of one message by field, as the index and the snippets see them. Holds its buffers from message to
/// message, so that feeding a million of them allocates nothing. Not thread-safe.
/// </summary>
internal sealed class MessageFields
{
    private const int KeptCapacity = 1 << 20;
    private readonly ArrayBufferWriter<byte>[] _fields =
    [
        .. Enumerable.Range(0, SearchFields.Count).Select(_ => new ArrayBufferWriter<byte>(1024)),
    ];

    public bool HasCode { get; private set; }

    public bool HasAttachment { get; private set; }

    public bool HasThinking { get; private set; }

    public bool HasTool { get; private set; }

    public ReadOnlySpan<byte> this[SearchField field] => _fields[(int)field].WrittenSpan;

    public void Clear()
    {
        (HasCode, HasAttachment, HasThinking, HasTool) = (false, false, false, false);
        for (var field = 0; field < _fields.Length; field++)
        {
            if (_fields[field].Capacity > KeptCapacity)
                _fields[field] = new ArrayBufferWriter<byte>(1024);
            else
                _fields[field].ResetWrittenCount();
        }
    }

    public void Fill(MessageDraft message)
    {
        Clear();
        var prose = ProseOf(message.Role);
        foreach (var part in message.Parts)
            Add(part, prose);
    }

    /// <summary>A message that is one text.</summary>
    public void Fill(Role role, ReadOnlySpan<byte> text)
    {
        Clear();
        AddMarkdown(text, ProseOf(role));
    }

    private static SearchField ProseOf(Role role) => role == Role.User ? SearchField.Prompt : SearchField.Answer;

    /// <summary>Adds a text on a line of its own.</summary>
    public void Add(SearchField field, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return;
        Open(field).Write(text);
    }

    public void Add(SearchField field, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return;
        Encoding.UTF8.GetBytes(text, Open(field));
    }

    /// <summary>A line break also keeps a text from beginning with a byte that means something to the index.</summary>
    private ArrayBufferWriter<byte> Open(SearchField field)
    {
        var writer = _fields[(int)field];
        writer.Write("\n"u8);
        return writer;
    }

    private void Add(in PartDraft part, SearchField prose)
    {
        var text = part.Text.Span;
        switch (part.Kind)
        {
            case PartKind.Text:
                AddMarkdown(text, prose);
                break;
            case PartKind.Code:
                HasCode = true;
                Add(SearchField.Code, text);
                break;
            case PartKind.Thinking:
                HasThinking = true;
                Add(SearchField.Thinking, text);
                break;
            default:
                HasTool |= part.Kind is PartKind.ToolCall or PartKind.ToolResult;
                Add(SearchField.Tool, part.Name);
                Add(SearchField.Tool, part.Url);
                Add(SearchField.Tool, text);
                break;
        }

        if (part.Attachment is { } file)
        {
            HasAttachment = true;
            Add(SearchField.Tool, file.Name);
            Add(SearchField.Tool, file.ExtractedText.Span);
        }
    }

    private void AddMarkdown(ReadOnlySpan<byte> text, SearchField prose)
    {
        for (var fences = new Fences(text); fences.MoveNext(); )
        {
            HasCode |= fences.IsCode;
            Add(fences.IsCode ? SearchField.Code : prose, fences.Current);
        }
    }
}
