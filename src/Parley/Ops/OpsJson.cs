using System.Text.Json.Serialization;

namespace Parley.Ops;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(VersionAnswer))]
[JsonSerializable(typeof(ConfigAnswer))]
[JsonSerializable(typeof(LiveAnswer))]
internal sealed partial class OpsJson : JsonSerializerContext;
