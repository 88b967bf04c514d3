namespace Parley.Chat;

/// <summary>What a model would have to be told cannot be told. The message is fit to be shown.</summary>
/// <param name="code">The turn's error.</param>
internal sealed class ContextException(string code, string message) : Exception(message)
{
    public const string PinnedTooLarge = "pinned-too-large";
    public const string NoSummary = "no-summary";

    public string Code { get; } = code;
}
