namespace Parley.Import.Formats.ClaudeCode;

/// <summary>Titles of sessions, wherever they were met: custom before agent, AI and summary (imports.md 4.3).</summary>
internal sealed class SessionTitles
{
    public enum Rank
    {
        Summary,
        Ai,
        Agent,
        Custom,
    }

    private readonly Dictionary<string, (Rank Rank, string Title)> titles = [];
    private readonly Dictionary<string, (string? Title, string? Kind)> agents = [];

    /// <summary>Of two of one rank the later counts.</summary>
    public void Add(string session, Rank rank, string? title)
    {
        if (!string.IsNullOrWhiteSpace(title) && (!titles.TryGetValue(session, out var known) || rank >= known.Rank))
        {
            titles[session] = (rank, title);
        }
    }

    /// <param name="path">The subagent's entry without its ending.</param>
    public void AddAgent(string path, Json meta) =>
        agents[path] = (meta["description"].String(), meta["agentType"].String());

    public string? Of(string session) => titles.TryGetValue(session, out var known) ? known.Title : null;

    /// <summary>What the file beside a subagent's lines says of it.</summary>
    public (string? Title, string? Kind) OfAgent(SourceEntry entry) =>
        agents.GetValueOrDefault(entry.Name[..^entry.Extension.Length]);
}
