using System.Text.Json;

namespace Parley.Import.Formats.ClaudeCode;

/// <summary>The top members of a line that the index needs; all else is skipped without being built. Used again line by line.</summary>
internal sealed class SessionLine
{
    private byte[] sessionBytes = [];
    private string? lastSession;

    public string? Uuid { get; private set; }
    public string? Session { get; private set; }
    public string? Time { get; private set; }
    public string? Summary { get; private set; }
    public string? Leaf { get; private set; }
    public string? CustomTitle { get; private set; }
    public string? AiTitle { get; private set; }
    public string? AgentName { get; private set; }

    /// <summary>A line with a place in the conversation, as against notes about it.</summary>
    public bool IsTurn { get; private set; }

    /// <summary>False where the line is no JSON object; the reader proper says so.</summary>
    public bool Read(ReadOnlySpan<byte> line)
    {
        (Uuid, Session, Time, Summary, Leaf, CustomTitle, AiTitle, AgentName, IsTurn) = (
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            false
        );
        var reader = new Utf8JsonReader(
            line,
            new JsonReaderOptions { MaxDepth = 1_000_000, AllowTrailingCommas = true }
        );
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                Member(ref reader);
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Member(ref Utf8JsonReader reader)
    {
        var name = reader.ValueSpan;
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
        }
        else if (name.SequenceEqual("uuid"u8))
        {
            Uuid = JsonText.ToString(reader.ValueSpan);
        }
        else if (name.SequenceEqual("sessionId"u8) || name.SequenceEqual("session_id"u8))
        {
            Session = SessionOf(reader.ValueSpan);
        }
        else if (name.SequenceEqual("timestamp"u8))
        {
            Time = JsonText.ToString(reader.ValueSpan);
        }
        else if (name.SequenceEqual("type"u8))
        {
            IsTurn = ClaudeCodeTypes.IsTurn(reader.ValueSpan);
        }
        else
        {
            Title(name, reader.ValueSpan);
        }
    }

    private void Title(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual("summary"u8))
        {
            Summary = JsonText.ToString(value);
        }
        else if (name.SequenceEqual("leafUuid"u8))
        {
            Leaf = JsonText.ToString(value);
        }
        else if (name.SequenceEqual("customTitle"u8))
        {
            CustomTitle = JsonText.ToString(value);
        }
        else if (name.SequenceEqual("aiTitle"u8))
        {
            AiTitle = JsonText.ToString(value);
        }
        else if (name.SequenceEqual("agentName"u8))
        {
            AgentName = JsonText.ToString(value);
        }
    }

    /// <summary>Nearly every line of a file names the same session.</summary>
    private string SessionOf(ReadOnlySpan<byte> value)
    {
        if (lastSession is null || !value.SequenceEqual(sessionBytes))
        {
            sessionBytes = value.ToArray();
            lastSession = JsonText.ToString(value);
        }

        return lastSession;
    }
}
