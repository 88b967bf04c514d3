namespace Parley.Chat;

/// <summary>How answers are made.</summary>
internal sealed class ChatSettings
{
    /// <summary>The model of questions that name none, where their conversation has none; null: the first of the list.</summary>
    public string? Model { get; set; }

    /// <summary>Tokens of a model's window where its upstream does not say. 1,024 to 100,000,000.</summary>
    /// <value>Default 16,384.</value>
    public long ContextTokens { get; set; } = 16_384;

    /// <summary>How long a turn may go on after the signal to stop. 0 to 5 min.</summary>
    /// <value>Default 20 s (R12).</value>
    public TimeSpan StopLimit { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>An answer past it is cut and says so; bytes of its log. 64 KiB to 64 MiB.</summary>
    /// <value>Default 4 MiB, what a message may hold.</value>
    public int LargestAnswer { get; set; } = 4 * 1024 * 1024;

    /// <summary>How long the events of an ended turn can be read again from memory.</summary>
    /// <value>Default 10 min.</value>
    public TimeSpan KeepEnded { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a person is waited for who is asked whether a tool may be called. 1 s to 1 h.</summary>
    /// <value>Default 5 min.</value>
    public TimeSpan ConsentLimit { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a summary of what no longer fits may be written on. 1 s to 1 h.</summary>
    /// <value>Default 2 min.</value>
    public TimeSpan SummaryLimit { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether new conversations get a title by their model.</summary>
    /// <value>Default true; the setting <c>chat.titles</c>.</value>
    public bool Titles { get; set; } = true;
}
