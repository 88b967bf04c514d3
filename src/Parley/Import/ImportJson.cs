using System.Text.Json.Serialization;

namespace Parley.Import;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ImportReport))]
[JsonSerializable(typeof(ImportJob))]
[JsonSerializable(typeof(ImportJobPage))]
[JsonSerializable(typeof(ImportEvent))]
internal sealed partial class ImportJson : JsonSerializerContext;
