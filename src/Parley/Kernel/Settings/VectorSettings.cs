namespace Parley.Kernel;

/// <summary>Settings of what is found by meaning.</summary>
internal static class VectorSettings
{
    public static readonly Setting Enabled = new(
        "vectors.enabled",
        "true",
        "Messages and documents are found by meaning, too: true or false. What is written while it is off is made up for when it is on.",
        v => v is "true" or "false" ? null : "true or false"
    );
    public static readonly Setting StaticFile = new(
        "embeddings.static-file",
        "",
        "The table of word vectors that meaning is found with, a file; empty: parley-static-v1.bin beside the executable."
    );

    public static IReadOnlyList<Setting> All { get; } = [Enabled, StaticFile];
}
