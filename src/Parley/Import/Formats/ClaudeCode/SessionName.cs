namespace Parley.Import.Formats.ClaudeCode;

/// <summary>
/// What a session is called: the <c>sessionId</c> of its lines, else its file's name. A subagent writes under its
/// parent's id, in a file <c>agent-….jsonl</c>: it is known by both.
/// </summary>
internal readonly record struct SessionName(string Stem, bool IsSubagent)
{
    public static SessionName Of(SourceEntry entry)
    {
        var stem = Path.GetFileNameWithoutExtension(entry.FileName);
        return new SessionName(stem, stem.StartsWith("agent-", StringComparison.Ordinal));
    }

    public string Session(string? sessionId) =>
        string.IsNullOrEmpty(sessionId) ? Stem
        : IsSubagent ? sessionId + "/" + Stem
        : sessionId;

    public bool IsHome(string session) => IsSubagent || session == Stem;
}
