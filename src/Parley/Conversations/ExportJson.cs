using System.Text.Json.Serialization;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>Shapes of the exports: nulls are left out of files, where every answer of the API states them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    MaxDepth = HttpOptions.JsonDepth
)]
[JsonSerializable(typeof(ExportedConversation))]
[JsonSerializable(typeof(JsonLine))]
internal sealed partial class ExportJson : JsonSerializerContext;
