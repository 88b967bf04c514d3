using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Parley.Tests.Ops.OpenApi;

/// <summary>What the sources say of a wire record and its properties: the compiler's documentation file beside the assembly.</summary>
internal sealed partial class DocComments
{
    private readonly Dictionary<string, XElement> members = XDocument
        .Load(Path.ChangeExtension(typeof(ParleyServer).Assembly.Location, ".xml"))
        .Descendants("member")
        .ToDictionary(m => m.Attribute("name")!.Value);

    public string? Of(Type type) => Text(members.GetValueOrDefault("T:" + Name(type))?.Element("summary"));

    /// <summary>The property's own words, or the parameter's of the record it belongs to.</summary>
    public string? Of(PropertyInfo property) =>
        Text(members.GetValueOrDefault($"P:{Name(property.DeclaringType!)}.{property.Name}")?.Element("summary"))
        ?? Text(
            members
                .GetValueOrDefault("T:" + Name(property.DeclaringType!))
                ?.Elements("param")
                .FirstOrDefault(p => p.Attribute("name")?.Value == property.Name)
        );

    private static string Name(Type type) =>
        (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static string? Text(XElement? words)
    {
        if (words is null)
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (var node in words.Nodes())
        {
            text.Append(
                node switch
                {
                    XText plain => plain.Value,
                    XElement { Name.LocalName: "see" or "paramref" } reference => Reference(reference),
                    XElement other => other.Value,
                    _ => "",
                }
            );
        }

        // Rule numbers and file names are for those who read the sources.
        return Blanks().Replace(Asides().Replace(text.ToString(), ""), " ").Trim();
    }

    /// <summary>Properties as the wire spells them.</summary>
    private static string Reference(XElement reference)
    {
        var target =
            reference.Attribute("langword")?.Value
            ?? reference.Attribute("name")?.Value
            ?? reference.Attribute("cref")!.Value;
        var last = target[(target.LastIndexOf('.') + 1)..];
        return reference.Attribute("langword") is not null || target.StartsWith("T:", StringComparison.Ordinal)
            ? last
            : JsonNamingPolicy.SnakeCaseLower.ConvertName(last);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"\s*\((?:[SR]\d+|see [^)]*|[\w/]+\.(?:cs|md)[^)]*)\)")]
    private static partial Regex Asides();
}
