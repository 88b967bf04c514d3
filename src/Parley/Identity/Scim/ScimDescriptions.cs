namespace Parley.Identity.Scim;

/// <summary>What the service says of itself (RFC 7643, 5 to 7).</summary>
internal static class ScimDescriptions
{
    private const string Meta = "urn:ietf:params:scim:schemas:core:2.0:";
    private const string ReadOnly = "readOnly";

    /// <summary>A member comes and goes as a whole: nobody turns one into another.</summary>
    private const string Immutable = "immutable";

    public static ScimObject Config(string at) =>
        new()
        {
            ["schemas"] = new List<object> { Meta + "ServiceProviderConfig" },
            ["patch"] = Supported(true),
            ["bulk"] = new ScimObject
            {
                ["supported"] = false,
                ["maxOperations"] = 0.0,
                ["maxPayloadSize"] = 0.0,
            },
            ["filter"] = new ScimObject { ["supported"] = true, ["maxResults"] = (double)ScimQuery.MostResults },
            ["changePassword"] = Supported(false),
            ["sort"] = Supported(true),
            ["etag"] = Supported(true),
            ["authenticationSchemes"] = new List<object>
            {
                new ScimObject
                {
                    ["type"] = "oauthbearertoken",
                    ["name"] = "API key",
                    ["description"] = "A key with the scope scim of an admin's, as a bearer token",
                    ["primary"] = true,
                },
            },
            ["meta"] = About("ServiceProviderConfig", at + "/ServiceProviderConfig"),
        };

    public static ScimObject List(List<object> of) =>
        new()
        {
            ["schemas"] = new List<object> { "urn:ietf:params:scim:api:messages:2.0:ListResponse" },
            ["totalResults"] = (double)of.Count,
            ["startIndex"] = 1.0,
            ["itemsPerPage"] = (double)of.Count,
            ["Resources"] = of,
        };

    public static List<object> Types(string at) =>
        [Type(at, "User", "An account", ScimUsers.Schema), Type(at, "Group", "A group of accounts", ScimGroups.Schema)];

    public static List<object> Schemas(string at) =>
        [
            Schema(
                at,
                ScimUsers.Schema,
                "User",
                Attribute("userName", "string", "By which the directory knows the account", "server", required: true),
                Attribute("displayName", "string", "How others see the person"),
                Complex(
                    "name",
                    false,
                    "The person's name",
                    Attribute("formatted", "string", "The whole name"),
                    Attribute("givenName", "string", "The given name"),
                    Attribute("familyName", "string", "The family name")
                ),
                Complex(
                    "emails",
                    true,
                    "Addresses; the primary one, else the first, else userName signs in",
                    Attribute("value", "string", "The address"),
                    Attribute("type", "string", "work, home, …"),
                    Attribute("primary", "boolean", "The one that counts")
                ),
                Attribute("active", "boolean", "false ends every session and lets nobody in"),
                Complex(
                    "groups",
                    true,
                    "Groups the account is in; changed at the groups",
                    Attribute("value", "string", "Id of the group", mutability: ReadOnly),
                    Attribute("$ref", "reference", "Address of the group", mutability: ReadOnly, refersTo: "Group"),
                    Attribute("display", "string", "Name of the group", mutability: ReadOnly),
                    Attribute("type", "string", "direct: there are no groups of groups", mutability: ReadOnly)
                )
            ),
            Schema(
                at,
                ScimGroups.Schema,
                "Group",
                Attribute("displayName", "string", "Its name", "server", required: true),
                Complex(
                    "members",
                    true,
                    "Accounts in it",
                    Attribute("value", "string", "Id of the account", mutability: Immutable),
                    Attribute("$ref", "reference", "Address of the account", mutability: Immutable, refersTo: "User"),
                    Attribute("display", "string", "Name of the account", mutability: ReadOnly),
                    Attribute("type", "string", "User", mutability: Immutable)
                )
            ),
        ];

    private static ScimObject Supported(bool so) => new() { ["supported"] = so };

    private static ScimObject About(string type, string location) =>
        new() { ["resourceType"] = type, ["location"] = location };

    private static ScimObject Type(string at, string name, string description, string schema) =>
        new()
        {
            ["schemas"] = new List<object> { Meta + "ResourceType" },
            ["id"] = name,
            ["name"] = name,
            ["endpoint"] = $"/{name}s",
            ["description"] = description,
            ["schema"] = schema,
            ["meta"] = About("ResourceType", $"{at}/ResourceTypes/{name}"),
        };

    private static ScimObject Schema(string at, string id, string name, params object[] attributes) =>
        new()
        {
            ["schemas"] = new List<object> { Meta + "Schema" },
            ["id"] = id,
            ["name"] = name,
            ["attributes"] = new List<object>(attributes),
            ["meta"] = About("Schema", $"{at}/Schemas/{id}"),
        };

    private static ScimObject Complex(string name, bool many, string description, params object[] parts)
    {
        var complex = Attribute(name, "complex", description, mutability: name == "groups" ? ReadOnly : "readWrite");
        complex["multiValued"] = many;
        complex["subAttributes"] = new List<object>(parts);
        return complex;
    }

    private static ScimObject Attribute(
        string name,
        string type,
        string description,
        string uniqueness = "none",
        bool required = false,
        string mutability = "readWrite",
        string? refersTo = null
    )
    {
        var attribute = new ScimObject
        {
            ["name"] = name,
            ["type"] = type,
            ["multiValued"] = false,
            ["description"] = description,
            ["required"] = required,
            ["caseExact"] = false,
            ["mutability"] = mutability,
            ["returned"] = "default",
            ["uniqueness"] = uniqueness,
        };
        if (refersTo is not null)
        {
            attribute["referenceTypes"] = new List<object> { refersTo };
        }

        return attribute;
    }
}
