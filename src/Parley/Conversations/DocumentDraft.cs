namespace Parley.Conversations;

/// <summary>
/// A text beside the conversations on its way into the store: a project's document, a memory the provider keeps.
/// Searchable, counted apart from conversations (imports.md section 4.2). Key: provider and <see cref="ProviderId"/>.
/// </summary>
/// <param name="ProviderId">The provider's id, or one made of what the document belongs to (<c>memory:…</c>).</param>
/// <param name="Name">File name or heading; null where it has none.</param>
/// <param name="ProjectId">The project it belongs to: becomes a folder, as for conversations.</param>
/// <param name="CreatedAt">Unix microseconds; null where the source does not say.</param>
/// <param name="UpdatedAt">Unix microseconds; null where the source does not say.</param>
/// <param name="Text">UTF-8, the document's own memory: it lives as long as the draft.</param>
/// <param name="Extras">What the model has no field for: one raw JSON object (UTF-8), or empty.</param>
internal sealed record DocumentDraft(
    string Provider,
    string ProviderId,
    string? Name,
    string? ProjectId,
    string? ProjectName,
    long? CreatedAt,
    long? UpdatedAt,
    ReadOnlyMemory<byte> Text,
    ReadOnlyMemory<byte> Extras
);
