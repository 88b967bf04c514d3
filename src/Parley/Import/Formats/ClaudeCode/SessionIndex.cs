using System.Buffers.Text;
using System.Security.Cryptography;
using Parley.Conversations;
using Parley.Kernel.Archives;

namespace Parley.Import.Formats.ClaudeCode;

/// <summary>
/// What is known of all sessions of a source before the first is read: which file holds a message for good (a resumed
/// session copies the lines of the one before, under the same uuids), and titles, which stand anywhere.
/// </summary>
internal sealed class SessionIndex(RecordContext record)
{
    /// <summary>The lines of one session in one file.</summary>
    private sealed class Group(int file, string session, bool isHome)
    {
        public int File { get; } = file;
        public string Session { get; } = session;

        /// <summary>The file is named after the session: the place where its lines belong.</summary>
        public bool IsHome { get; } = isHome;
        public long Last { get; set; }
        public int Lines { get; set; }
    }

    private readonly List<Group> groups = [];
    private readonly Dictionary<(int File, string Session), int> byPlace = [];
    private readonly Dictionary<Guid, int> owners = [];
    private readonly Dictionary<Guid, List<int>> contested = [];
    private readonly Dictionary<string, string> summaries = [];
    private readonly SessionTitles titles = new();

    public SessionTitles Titles => titles;

    public bool HasSession(string session) => groups.Exists(g => g.Session == session);

    /// <summary>Reads all files once, for the top members of their lines alone.</summary>
    public void Scan(IReadOnlyList<SourceEntry> files)
    {
        var line = new SessionLine();
        for (var file = 0; file < files.Count; file++)
        {
            record.At(files[file].Name);
            Scan(files[file], file, line);
        }

        foreach (var (uuid, candidates) in contested)
        {
            owners[uuid] = candidates.MinBy(g =>
                (groups[g].IsHome ? 0 : 1, groups[g].Last, groups[g].Lines, groups[g].Session)
            );
        }

        foreach (var (leaf, summary) in summaries)
        {
            if (owners.TryGetValue(Key(leaf), out var group))
            {
                titles.Add(groups[group].Session, SessionTitles.Rank.Summary, summary);
            }
        }
    }

    public void AddCompanion(SourceEntry entry)
    {
        using var records = RecordReader.Values(entry, record);
        while (records.MoveNext())
        {
            if (IsSubagentMeta(entry))
            {
                titles.AddAgent(entry.Name[..^".meta.json".Length], records.Current);
                continue;
            }

            foreach (var session in records.Current["entries"].Items())
            {
                if (session["sessionId"].Scalar() is { } id)
                {
                    titles.Add(id, SessionTitles.Rank.Custom, session["customTitle"].String());
                    titles.Add(id, SessionTitles.Rank.Summary, session["summary"].String());
                }
            }
        }
    }

    /// <summary>Whether this is the one place where the message of that uuid is taken from.</summary>
    public bool Owns(int file, string session, string uuid) =>
        !owners.TryGetValue(Key(uuid), out var owner)
        || !byPlace.TryGetValue((file, session), out var here)
        || owner == here;

    /// <summary>The session that holds that message; null where no file has it.</summary>
    public string? SessionOf(string uuid) =>
        owners.TryGetValue(Key(uuid), out var owner) ? groups[owner].Session : null;

    public static bool IsSubagentMeta(SourceEntry entry) =>
        entry.FileName.StartsWith("agent-", StringComparison.Ordinal)
        && entry.FileName.EndsWith(".meta.json", StringComparison.Ordinal);

    private void Scan(SourceEntry entry, int file, SessionLine line)
    {
        using var stream = entry.Open();
        using var lines = new LineReader(stream);
        var name = SessionName.Of(entry);
        try
        {
            while (lines.MoveNext())
            {
                record.Import.Cancellation.ThrowIfCancellationRequested();
                if (line.Read(lines.Current.Span))
                {
                    Note(line, file, name);
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or SourceException)
        {
            // Reading proper comes to the same place and reports it.
        }
    }

    private void Note(SessionLine line, int file, SessionName name)
    {
        var session = name.Session(line.Session);
        titles.Add(session, SessionTitles.Rank.Custom, line.CustomTitle);
        titles.Add(session, SessionTitles.Rank.Agent, line.IsTurn ? null : line.AgentName);
        titles.Add(session, SessionTitles.Rank.Ai, line.AiTitle);
        if (line is { Summary: { } summary, Leaf: { } leaf })
        {
            summaries[leaf] = summary;
        }

        if (line.IsTurn)
        {
            var at = GroupAt(file, session, name.IsHome(session));
            groups[at].Last = Math.Max(groups[at].Last, Times.FromText(line.Time) ?? 0);
            groups[at].Lines++;
            Claim(line.Uuid, at);
        }
    }

    private void Claim(string? uuid, int at)
    {
        if (uuid is null || owners.TryAdd(Key(uuid), at))
        {
            return;
        }

        var key = Key(uuid);
        if (owners[key] != at)
        {
            if (!contested.TryGetValue(key, out var candidates))
            {
                contested[key] = candidates = [owners[key]];
            }

            if (!candidates.Contains(at))
            {
                candidates.Add(at);
            }
        }
    }

    private int GroupAt(int file, string session, bool isHome)
    {
        if (!byPlace.TryGetValue((file, session), out var at))
        {
            byPlace[(file, session)] = at = groups.Count;
            groups.Add(new Group(file, session, isHome));
        }

        return at;
    }

    /// <summary>16 bytes for what is nearly always a uuid: sources hold millions of lines.</summary>
    private static Guid Key(string uuid) =>
        Guid.TryParseExact(uuid, "D", out var guid)
            ? guid
            : new Guid(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(uuid)).AsSpan(0, 16));
}
