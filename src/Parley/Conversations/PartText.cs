using System.Text.Json;

namespace Parley.Conversations;

/// <summary>What a reader sees of one stored part.</summary>
internal readonly struct PartText(JsonElement part)
{
    public PartKind Kind => PartKinds.Find(String("type"u8)) ?? PartKind.Unknown;

    public string Text => String("text"u8) ?? "";

    public string? Name => String("name"u8);

    public string? Url => String("url"u8);

    public bool IsError => part.TryGetProperty("is_error"u8, out var error) && error.ValueKind == JsonValueKind.True;

    public string? FileName => part.TryGetProperty("attachment"u8, out var file) ? new PartText(file).Name : null;

    private string? String(ReadOnlySpan<byte> name) =>
        part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
