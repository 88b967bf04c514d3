namespace Parley.Embeddings;

/// <summary>Where vectors come from.</summary>
internal sealed class EmbeddingOptions
{
    /// <summary>The name under which the built-in table stands beside the executable.</summary>
    public const string TableName = "parley-static-v1.bin";

    /// <summary>The file of the built-in table.</summary>
    /// <value>Default beside the executable; the setting <c>embeddings.static-file</c>.</value>
    public string StaticFile { get; set; } = Path.Combine(AppContext.BaseDirectory, TableName);

    /// <summary>The model of a model server that makes vectors in place of the table; null: the table.</summary>
    /// <value>The setting <c>embeddings.model</c>.</value>
    public string? Model { get; set; }
}
