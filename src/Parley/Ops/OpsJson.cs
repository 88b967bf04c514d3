using System.Text.Json.Serialization;
using static System.Text.Json.Serialization.JsonSourceGenerationMode;

namespace Parley.Ops;

[JsonSourceGenerationOptions(
    GenerationMode = Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower
)]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(VersionAnswer))]
[JsonSerializable(typeof(ConfigAnswer))]
[JsonSerializable(typeof(LiveAnswer))]
internal sealed partial class OpsJson : JsonSerializerContext;
