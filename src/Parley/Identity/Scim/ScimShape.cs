namespace Parley.Identity.Scim;

/// <summary>
/// The form that the RFC's schemas give to a resource's attributes (RFC 7643, 4.1 and 4.2), whatever form they came in:
/// what is stored is answered as it is, and readers hold us to the schemas. Attributes of others stay as they are.
/// </summary>
internal static class ScimShape
{
    private static readonly string[] Texts =
    [
        "userName",
        "displayName",
        "externalId",
        "nickName",
        "profileUrl",
        "title",
        "userType",
        "preferredLanguage",
        "locale",
        "timezone",
        "password",
    ];

    private static readonly string[] NameParts =
    [
        "formatted",
        "familyName",
        "givenName",
        "middleName",
        "honorificPrefix",
        "honorificSuffix",
    ];

    private static readonly string[] Lists =
    [
        "emails",
        "phoneNumbers",
        "ims",
        "photos",
        "addresses",
        "groups",
        "entitlements",
        "roles",
        "x509Certificates",
        "members",
    ];

    private static readonly string[] ValueParts = ["value", "$ref", "display", "type"];

    /// <summary>The resource with its attributes called as the RFC calls them, each of its type.</summary>
    /// <exception cref="ScimException">One is of another type, and nothing else can be meant by it.</exception>
    public static ScimObject Settle(ScimObject resource)
    {
        var settled = new ScimObject();
        foreach (var (name, value) in resource)
        {
            if (Called(Texts, name) is { } text)
            {
                settled[text] = Text(text, value);
            }
            else if (Called(Lists, name) is { } list)
            {
                settled[list] = List(list, value);
            }
            else if (name.Equals("name", StringComparison.OrdinalIgnoreCase))
            {
                settled["name"] = Parts("name", value as ScimObject ?? throw Wrong("name", "an object"), NameParts);
            }
            else if (name.Equals("active", StringComparison.OrdinalIgnoreCase))
            {
                settled["active"] = resource.Truth(name) ?? throw Wrong("active", "true or false");
            }
            else
            {
                settled[name] = value;
            }
        }

        return settled;
    }

    /// <summary>One value is a list of one, and a bare text is a value's value: directories write both.</summary>
    private static List<object> List(string name, object value)
    {
        var values = new List<object>();
        foreach (var one in value as List<object> ?? [value])
        {
            var complex = one switch
            {
                ScimObject parts => Parts(name, parts, ValueParts),
                string text => new ScimObject { ["value"] = text },
                _ => throw Wrong(name, "a list of objects"),
            };
            if (complex.ContainsKey("primary"))
            {
                complex["primary"] = complex.Truth("primary") ?? throw Wrong(name + ".primary", "true or false");
            }

            values.Add(complex);
        }

        if (values.OfType<ScimObject>().Count(one => one.Truth("primary") == true) > 1)
        {
            throw ScimException.Bad("invalidValue", $"{name}: no more than one value can be primary");
        }

        return values;
    }

    private static ScimObject Parts(string of, ScimObject complex, string[] texts)
    {
        var settled = new ScimObject();
        foreach (var (name, value) in complex)
        {
            var text = Called(texts, name);
            settled[text ?? name] = text is null ? value : Text($"{of}.{text}", value);
        }

        return settled;
    }

    private static string Text(string name, object value) => value as string ?? throw Wrong(name, "a text");

    private static string? Called(string[] names, string name) =>
        Array.Find(names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static ScimException Wrong(string name, string what) =>
        ScimException.Bad("invalidValue", $"{name} must be {what}");
}
