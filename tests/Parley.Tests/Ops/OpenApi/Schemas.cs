using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Parley.Conversations;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Tests.Ops.OpenApi;

/// <summary>
/// JSON Schemas of wire records, under the options of the contexts that write and read them. The contexts themselves
/// know only the way their records go (requests are read, answers written), so the properties come by reflection.
/// </summary>
internal sealed class Schemas
{
    private static readonly NullabilityInfoContext Nullability = new();
    private static readonly JsonSerializerContext[] Contexts =
    [
        .. typeof(ParleyServer)
            .Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(JsonSerializerContext)))
            .OrderBy(t => t.FullName, StringComparer.Ordinal)
            .Select(t => (JsonSerializerContext)t.GetProperty("Default")!.GetValue(null)!),
    ];

    private static readonly ConcurrentDictionary<JsonSerializerContext, JsonSerializerOptions> Reflected = new();

    private readonly SortedDictionary<string, JsonObject> known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Type> owners = [];
    private readonly DocComments comments = new();

    public Schemas()
    {
        var problem = Of(typeof(Problem));
        Assert.Equal("#/components/schemas/Problem", problem["$ref"]!.GetValue<string>());
        known["Problem"]["properties"]!["code"]!["enum"] = Words(ProblemCodes.All.Select(c => c.Code));
        foreach (var (name, schema) in Vocabulary.Shapes())
        {
            known.Add(name, schema);
        }
    }

    public JsonObject All() => new(known.Select(k => KeyValuePair.Create(k.Key, (JsonNode?)k.Value)));

    /// <summary>A reference to the schema of a record that some context names as a root.</summary>
    public JsonObject Of(Type type) =>
        Of(
            Contexts
                .Where(c => Roots(c).Contains(type))
                .Select(c => Reflected.GetOrAdd(c, ByReflection).GetTypeInfo(type))
                .FirstOrDefault()
                ?? throw new InvalidOperationException($"{type} has no [JsonSerializable] of its own")
        );

    public JsonObject Of(JsonFields fields)
    {
        known[fields.Name] = new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject(
                fields.Fields.Select(f =>
                {
                    var schema = f.Repeats
                        ? new JsonObject
                        {
                            ["anyOf"] = new JsonArray(Item(f), Of(f), new JsonObject { ["type"] = "null" }),
                        }
                        : Of(f, nullable: true);
                    schema["description"] = f.Description;
                    return KeyValuePair.Create(f.Name, (JsonNode?)schema);
                })
            ),
        };
        return Reference(fields.Name);
    }

    public static JsonObject Of(QueryParameter query, bool nullable = false)
    {
        if (query.Repeats)
        {
            return new JsonObject { ["type"] = "array", ["items"] = Item(query) };
        }

        var schema = Item(query);
        if (nullable)
        {
            MakeNullable(schema);
        }

        if (query.Default is { } value)
        {
            schema["default"] = query.Type == "string" ? value : JsonNode.Parse(value);
        }

        return schema;
    }

    public static JsonObject Text(IReadOnlyList<string>? values, string? format)
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (format is not null)
        {
            schema["format"] = format;
        }

        if (values is not null)
        {
            schema["enum"] = Words(values);
        }

        return schema;
    }

    private static JsonObject Item(QueryParameter query)
    {
        var schema = Text(query.Values, query.Format);
        schema["type"] = query.Type;
        if (query.Min is { } min)
        {
            schema["minimum"] = min;
        }

        if (query.Max is { } max)
        {
            schema["maximum"] = max;
        }

        return schema;
    }

    private static JsonSerializerOptions ByReflection(JsonSerializerContext context) =>
        new(context.Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    private static IEnumerable<Type> Roots(JsonSerializerContext context) =>
        CustomAttributeData
            .GetCustomAttributes(context.GetType())
            .Where(a => a.AttributeType == typeof(JsonSerializableAttribute))
            .Select(a => (Type)a.ConstructorArguments[0].Value!)
            .SelectMany(t => t.IsGenericType ? t.GetGenericArguments().Append(t) : [t]);

    private JsonObject Of(JsonTypeInfo contract)
    {
        var type = Nullable.GetUnderlyingType(contract.Type) ?? contract.Type;
        if (Vocabulary.Primitive(type) is { } primitive)
        {
            return primitive;
        }

        var options = contract.Options;
        switch (contract.Kind)
        {
            case JsonTypeInfoKind.Enumerable:
                return new JsonObject
                {
                    ["type"] = "array",
                    ["items"] = Of(options.GetTypeInfo(contract.ElementType!)),
                };
            case JsonTypeInfoKind.Dictionary:
                return new JsonObject
                {
                    ["type"] = "object",
                    ["additionalProperties"] = Of(options.GetTypeInfo(contract.ElementType!)),
                };
            case JsonTypeInfoKind.Object:
                return Component(type, options.GetTypeInfo(type));
            default:
                throw new InvalidOperationException($"{type} is written by hand: give its shape in Vocabulary.cs");
        }
    }

    private JsonObject Component(Type type, JsonTypeInfo contract)
    {
        var name = type.IsGenericType ? type.GetGenericArguments()[0].Name + type.Name.Split('`')[0] : type.Name;
        if (owners.TryAdd(name, type))
        {
            var schema = known[name] = new JsonObject { ["type"] = "object" };
            Fill(schema, type, contract);
        }

        Assert.True(owners[name] == type, $"{owners[name]} and {type} are both {name}: give one another name");
        return Reference(name);
    }

    private void Fill(JsonObject schema, Type type, JsonTypeInfo contract)
    {
        if (comments.Of(type) is { Length: > 0 } about)
        {
            schema["description"] = about;
        }

        var isRequest =
            type == typeof(ExportedMessage)
            || type.GetInterfaces().Any(i => i.Name.StartsWith("IRequestBody", StringComparison.Ordinal));
        IReadOnlyList<string> refused = isRequest ? Vocabulary.Required(type) : [];
        var properties = new JsonObject();
        var required = new List<string>();
        foreach (var property in contract.Properties)
        {
            if (property.AttributeProvider is not PropertyInfo member || property.Get is null)
            {
                continue;
            }

            // In requests absent and null mean the same.
            var (nullable, optional) = isRequest
                ? (!refused.Contains(property.Name), !refused.Contains(property.Name))
                : Presence(member, property, contract.Options);
            properties[property.Name] = Property(type, property, member, nullable);
            if (!optional)
            {
                required.Add(property.Name);
            }
        }

        if (isRequest)
        {
            schema["additionalProperties"] = false;
        }

        schema["properties"] = properties;
        if (required.Count > 0)
        {
            schema["required"] = Words(required);
        }

        foreach (var (name, value) in Vocabulary.Rules(type))
        {
            schema[name] = value;
        }
    }

    /// <summary>Whether null may stand there, and whether it may be absent: a contract leaves nulls out, or writes them.</summary>
    private static (bool Nullable, bool Optional) Presence(
        PropertyInfo member,
        JsonPropertyInfo property,
        JsonSerializerOptions options
    )
    {
        var nullable = property.PropertyType.IsValueType
            ? Nullable.GetUnderlyingType(property.PropertyType) is not null
            : Nullability.Create(member).ReadState == NullabilityState.Nullable;
        var leaves = member.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition ?? options.DefaultIgnoreCondition;
        return nullable && leaves == JsonIgnoreCondition.WhenWritingNull ? (false, true) : (nullable, false);
    }

    private JsonObject Property(Type owner, JsonPropertyInfo property, PropertyInfo member, bool nullable)
    {
        var schema = Vocabulary.Find(owner, property) ?? Of(property.Options.GetTypeInfo(property.PropertyType));
        if (nullable)
        {
            schema = MakeNullable(schema);
        }

        if (comments.Of(member) is { Length: > 0 } about)
        {
            schema["description"] = about;
        }

        return schema;
    }

    private static JsonObject MakeNullable(JsonObject schema)
    {
        if (schema["type"] is JsonValue type)
        {
            schema["type"] = new JsonArray(type.GetValue<string>(), "null");
            (schema["enum"] as JsonArray)?.Add((JsonNode?)null);
            return schema;
        }

        return schema.Count == 0
            ? schema
            : new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
    }

    public static JsonObject Reference(string name) => new() { ["$ref"] = "#/components/schemas/" + name };

    public static JsonArray Words(IEnumerable<string> words) => new([.. words.Select(w => (JsonNode)w)]);
}
