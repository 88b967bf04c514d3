namespace Parley.Requirements;

/// <summary>
/// Priority and status where a statement says them itself: <c>(High)</c>, <c>[P1]</c>, <c>Priority: must have</c>,
/// <c>Status: approved</c>, a box that is ticked, words that are struck out, a column of its table.
/// </summary>
internal readonly record struct StatementTags(StatementPriority? Priority, StatementStatus Status, int Skip)
{
    private static readonly (string Word, StatementPriority Priority)[] Priorities =
    [
        ("p0", StatementPriority.Critical),
        ("critical", StatementPriority.Critical),
        ("blocker", StatementPriority.Critical),
        ("p1", StatementPriority.High),
        ("high", StatementPriority.High),
        ("must have", StatementPriority.High),
        ("must-have", StatementPriority.High),
        ("hoch", StatementPriority.High),
        ("must", StatementPriority.High),
        ("p2", StatementPriority.Medium),
        ("medium", StatementPriority.Medium),
        ("should have", StatementPriority.Medium),
        ("mittel", StatementPriority.Medium),
        ("should", StatementPriority.Medium),
        ("p3", StatementPriority.Low),
        ("low", StatementPriority.Low),
        ("could have", StatementPriority.Low),
        ("nice to have", StatementPriority.Low),
        ("could", StatementPriority.Low),
        ("won't", StatementPriority.Low),
        ("niedrig", StatementPriority.Low),
    ];

    private static readonly (string Word, StatementStatus Status)[] Statuses =
    [
        ("draft", StatementStatus.Draft),
        ("proposed", StatementStatus.Draft),
        ("in review", StatementStatus.InReview),
        ("in_review", StatementStatus.InReview),
        ("approved", StatementStatus.Approved),
        ("accepted", StatementStatus.Approved),
        ("implemented", StatementStatus.Implemented),
        ("done", StatementStatus.Implemented),
        ("deprecated", StatementStatus.Deprecated),
        ("obsolete", StatementStatus.Deprecated),
        ("withdrawn", StatementStatus.Deprecated),
    ];

    public static StatementTags Of(ReadOnlySpan<char> text, string? tableHead)
    {
        var skip = 0;
        var status = StatementStatus.Draft;
        if (text.Length > 4 && text[0] == '[' && text[2] == ']' && text[1] is ' ' or 'x' or 'X')
        {
            status = text[1] == ' ' ? StatementStatus.Draft : StatementStatus.Implemented;
            skip = 4;
        }

        if (text.Length > 4 && text.StartsWith("~~") && text.EndsWith("~~"))
        {
            status = StatementStatus.Deprecated;
        }

        StatementNames.Leading(text[skip..], out var length);
        skip += length;
        StatementPriority? priority = null;
        if (tableHead is not null)
        {
            ByColumns(text, tableHead, ref priority, ref status);
        }

        var plain = Phrases.Plain(text);
        // Brackets at either end, and fields.
        foreach (var (word, value) in Priorities)
        {
            if (priority is null && IsTag(plain, word, "priority"))
            {
                priority = value;
            }
        }

        foreach (var (word, value) in Statuses)
        {
            if (IsTag(plain, word, "status"))
            {
                status = value;
            }
        }

        return new StatementTags(priority, status, skip);
    }

    /// <summary>The words behind the id and the box.</summary>
    public ReadOnlySpan<char> Body(ReadOnlySpan<char> text) => Skip < text.Length ? text[Skip..] : text;

    private static void ByColumns(
        ReadOnlySpan<char> row,
        string head,
        ref StatementPriority? priority,
        ref StatementStatus status
    )
    {
        var names = head.Split('|');
        var cells = new string(row.Trim('|')).Split('|');
        for (var i = 0; i < Math.Min(names.Length, cells.Length); i++)
        {
            var name = Phrases.Plain(names[i]);
            var cell = Phrases.Plain(cells[i]);
            if (name.StartsWith("prio", StringComparison.Ordinal))
            {
                foreach (var (word, value) in Priorities)
                {
                    priority ??= cell == word ? value : null;
                }
            }
            else if (name is "status" or "state")
            {
                foreach (var (word, value) in Statuses)
                {
                    status = cell == word ? value : status;
                }
            }
        }
    }

    /// <summary>“(high)”, “[high]”, “priority: high”, “high priority”.</summary>
    private static bool IsTag(string plain, string word, string field)
    {
        for (var from = 0; plain.IndexOf(word, from, StringComparison.Ordinal) is >= 0 and var at; from = at + 1)
        {
            var before = plain.AsSpan(0, at);
            var behind = plain.AsSpan(at + word.Length);
            var bracketed =
                (before.EndsWith("(") && behind.StartsWith(")")) || (before.EndsWith("[") && behind.StartsWith("]"));
            var named = before.EndsWith(field + ": ") || before.EndsWith(field + ":");
            if (bracketed || (named && (behind.IsEmpty || !char.IsLetterOrDigit(behind[0]))))
            {
                return true;
            }
        }

        return false;
    }
}
