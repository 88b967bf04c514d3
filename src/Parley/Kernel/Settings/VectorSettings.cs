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

    public static readonly Setting Model = new(
        "embeddings.model",
        "",
        "The model of a model server (Ollama, OpenAI-compatible) that makes the vectors, as the list of models names it: texts are sent there. Empty: the built-in table. After a change everything is embedded anew in the background, and the old vectors answer until that is done."
    );

    public static IReadOnlyList<Setting> All { get; } = [Enabled, StaticFile, Model];
}
