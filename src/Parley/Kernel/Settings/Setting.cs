namespace Parley.Kernel;

/// <summary>One thing a person can set.</summary>
/// <param name="Name">As in the settings file: <c>listen</c>, <c>import.batch-bytes</c>.</param>
/// <param name="Meaning">One sentence with unit and range.</param>
/// <param name="Check">What is wrong with a value and what to change; null when it is fine.</param>
internal sealed record Setting(string Name, string Default, string Meaning, Func<string, string?>? Check = null)
{
    /// <summary>Never shown: whether it is set is all that is told.</summary>
    public bool IsSecret { get; init; }

    /// <summary><c>--listen</c>, <c>--import-batch-bytes</c>.</summary>
    public string Flag => "--" + Name.Replace('.', '-');

    /// <summary><c>PARLEY_LISTEN</c>, <c>PARLEY_IMPORT_BATCH_BYTES</c>.</summary>
    public string Variable => "PARLEY_" + Name.Replace('.', '_').Replace('-', '_').ToUpperInvariant();
}

/// <summary>Where a value came from, strongest first.</summary>
internal enum SettingOrigin
{
    Flag,
    Variable,
    File,
    Default,
}

/// <summary>A setting's value that cannot be used; the message says what to change.</summary>
internal sealed class SettingException(string message) : Exception(message);
