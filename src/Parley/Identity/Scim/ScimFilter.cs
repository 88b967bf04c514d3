using System.Globalization;

namespace Parley.Identity.Scim;

/// <summary>A filter of RFC 7644, 3.4.2.2, as it is evaluated on a resource.</summary>
internal abstract record ScimFilter
{
    public abstract bool Matches(ScimObject resource);

    public sealed record And(ScimFilter Left, ScimFilter Right) : ScimFilter
    {
        public override bool Matches(ScimObject resource) => Left.Matches(resource) && Right.Matches(resource);
    }

    public sealed record Or(ScimFilter Left, ScimFilter Right) : ScimFilter
    {
        public override bool Matches(ScimObject resource) => Left.Matches(resource) || Right.Matches(resource);
    }

    public sealed record Not(ScimFilter Inner) : ScimFilter
    {
        public override bool Matches(ScimObject resource) => !Inner.Matches(resource);
    }

    /// <summary><c>emails[type eq "work"]</c>: one value has it all.</summary>
    public sealed record Values(AttributePath Path, ScimFilter Inner) : ScimFilter
    {
        public override bool Matches(ScimObject resource) => Path.Of(resource).OfType<ScimObject>().Any(Inner.Matches);
    }

    public sealed record Present(AttributePath Path) : ScimFilter
    {
        public override bool Matches(ScimObject resource) => Path.Of(resource).Any(value => value is not "");
    }

    /// <param name="Value">Text, bool, double, or null.</param>
    public sealed record Compare(AttributePath Path, string Operator, object? Value) : ScimFilter
    {
        public override bool Matches(ScimObject resource)
        {
            var found = Path.Of(resource).Select(Plain).ToList();
            if (Value is null)
            {
                return (Operator == "ne") == (found.Count > 0);
            }

            return Operator == "ne"
                ? !found.Any(value => Holds("eq", value))
                : found.Any(value => Holds(Operator, value));
        }

        /// <summary>A complex value is compared by its <c>value</c>.</summary>
        private static object? Plain(object value) =>
            value is ScimObject inner ? inner.GetValueOrDefault("value") : value;

        private bool Holds(string by, object? value) =>
            (value, Value) switch
            {
                (string text, string other) => Texts(by, text, other),
                (double number, double other) => Ordered(by, number.CompareTo(other)),
                (bool truth, bool other) => by == "eq" && truth == other,
                // Written as a text by whoever sent it.
                (bool truth, string other) => by == "eq" && bool.TryParse(other, out var said) && truth == said,
                _ => false,
            };

        private bool Texts(string by, string text, string other)
        {
            if (by is not ("co" or "sw" or "ew") && Path.IsTime && Time(text) is { } at && Time(other) is { } than)
            {
                return Ordered(by, at.CompareTo(than));
            }

            var rule = Path.IsExact ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
            return by switch
            {
                "co" => text.Contains(other, rule),
                "sw" => text.StartsWith(other, rule),
                "ew" => text.EndsWith(other, rule),
                _ => Ordered(by, string.Compare(text, other, rule)),
            };
        }

        private static bool Ordered(string by, int order) =>
            by switch
            {
                "eq" => order == 0,
                "gt" => order > 0,
                "ge" => order >= 0,
                "lt" => order < 0,
                "le" => order <= 0,
                _ => false,
            };

        private static DateTimeOffset? Time(string text) =>
            DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? at
                : null;
    }
}

/// <summary>An attribute and, with <paramref name="Sub"/>, one of its parts. The schema before it is dropped: ours have no names in common.</summary>
internal sealed record AttributePath(string Name, string? Sub)
{
    private const string Core = "urn:ietf:params:scim:schemas:core:2.0:";

    public bool IsExact =>
        Name.Equals("id", StringComparison.OrdinalIgnoreCase)
        || Name.Equals("externalId", StringComparison.OrdinalIgnoreCase)
        || (Sub ?? "").Equals("$ref", StringComparison.OrdinalIgnoreCase);

    public bool IsTime =>
        Name.Equals("meta", StringComparison.OrdinalIgnoreCase)
        && (Sub ?? "") is var sub
        && (
            sub.Equals("created", StringComparison.OrdinalIgnoreCase)
            || sub.Equals("lastModified", StringComparison.OrdinalIgnoreCase)
        );

    /// <summary><c>name.familyName</c>, <c>urn:…:User:userName</c>; an extension's attributes keep its schema as their name.</summary>
    public static AttributePath Parse(string text)
    {
        var name = text;
        if (text.StartsWith(Core, StringComparison.OrdinalIgnoreCase))
        {
            var rest = text[Core.Length..];
            name = rest[(rest.IndexOf(':', StringComparison.Ordinal) + 1)..];
        }
        else if (text.StartsWith("urn:", StringComparison.OrdinalIgnoreCase))
        {
            var last = text.LastIndexOf(':');
            return new AttributePath(text[..last], text[(last + 1)..]);
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? new AttributePath(name, null) : new AttributePath(name[..dot], name[(dot + 1)..]);
    }

    /// <summary>Every value that the path leads to.</summary>
    public IEnumerable<object> Of(ScimObject resource)
    {
        foreach (var value in resource.List(Name))
        {
            if (Sub is null)
            {
                yield return value;
            }
            else if (value is ScimObject inner)
            {
                foreach (var part in inner.List(Sub))
                {
                    yield return part;
                }
            }
        }
    }
}
