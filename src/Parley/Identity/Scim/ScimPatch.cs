namespace Parley.Identity.Scim;

/// <summary>PATCH of RFC 7644, 3.5.2, done to a resource in memory: all operations or, by an exception, none.</summary>
internal static class ScimPatch
{
    private const string Schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
    private const int MostOperations = 1000;
    private static readonly string[] ReadOnly = ["id", "meta", "schemas", "groups"];

    /// <exception cref="ScimException">An operation cannot be done.</exception>
    public static void Apply(ScimObject resource, ScimObject request)
    {
        if (!request.List("schemas").Contains(Schema))
        {
            throw ScimException.Bad("invalidSyntax", $"schemas must name {Schema}");
        }

        var operations = request.List("Operations");
        if (operations.Count is 0 or > MostOperations)
        {
            throw ScimException.Bad("invalidSyntax", $"Operations must be from 1 to {MostOperations}");
        }

        foreach (var one in operations)
        {
            if (one is not ScimObject operation)
            {
                throw ScimException.Bad("invalidSyntax", "an operation must be an object");
            }

            Apply(resource, operation, (operation.Text("op") ?? "").ToLowerInvariant());
        }
    }

    private static void Apply(ScimObject resource, ScimObject operation, string kind)
    {
        if (kind is not ("add" or "replace" or "remove"))
        {
            throw ScimException.Bad("invalidSyntax", "op must be add, replace or remove");
        }

        var value = operation.GetValueOrDefault("value");
        if (operation.Text("path") is { Length: > 0 } path)
        {
            var target = ScimParser.Path(path);
            if (target.Path.Name.Equals("groups", StringComparison.OrdinalIgnoreCase))
            {
                throw ScimException.Bad("mutability", "who is in a group is changed at the group");
            }

            ApplyAt(resource, target, kind, value);
            return;
        }

        if (kind == "remove")
        {
            throw ScimException.Bad("noTarget", "remove needs a path");
        }

        if (value is not ScimObject attributes)
        {
            throw ScimException.Bad("invalidValue", "without a path the value must be an object of attributes");
        }

        // Some directories write paths here too: {"name.givenName": …}.
        foreach (var (name, to) in attributes)
        {
            ApplyAt(resource, new PatchPath(AttributePath.Parse(name), null), kind, to);
        }
    }

    private static void ApplyAt(ScimObject resource, PatchPath target, string kind, object? value)
    {
        var (path, which) = target;
        if (ReadOnly.Contains(path.Name, StringComparer.OrdinalIgnoreCase))
        {
            var isId = path.Name.Equals("id", StringComparison.OrdinalIgnoreCase);
            if (kind == "remove" || (isId && value as string != resource.Text("id")))
            {
                throw ScimException.Bad("mutability", $"{path.Name} is the server's");
            }

            return; // clients that send back what they got mean nothing by it
        }

        if (kind != "remove" && value is null)
        {
            throw ScimException.Bad("invalidValue", $"{kind} needs a value");
        }

        if (which is not null)
        {
            ApplyToSome(resource, path, which, kind, value);
        }
        else if (kind == "remove")
        {
            Remove(resource, path, value);
        }
        else if (path.Sub is { } sub)
        {
            SetPart(resource, path.Name, sub, kind, value!);
        }
        else
        {
            Set(resource, path.Name, kind, value!);
        }
    }

    private static void ApplyToSome(
        ScimObject resource,
        AttributePath path,
        ScimFilter which,
        string kind,
        object? value
    )
    {
        var values = resource.List(path.Name).ToList();
        var found = values.OfType<ScimObject>().Where(which.Matches).ToList();
        if (kind == "remove")
        {
            foreach (var one in found)
            {
                if (path.Sub is { } part)
                {
                    one.Remove(part);
                }
                else
                {
                    values.Remove(one);
                }
            }

            Keep(resource, path.Name, values);
            return;
        }

        if (found.Count == 0)
        {
            // What is to be added to a value that is not there makes it, if the filter says what it is.
            if (kind != "add" || Described(which) is not { } made)
            {
                throw ScimException.Bad("noTarget", $"no value of {path.Name} is meant by the filter");
            }

            values.Add(made);
            found.Add(made);
        }

        foreach (var one in found)
        {
            if (path.Sub is { } part)
            {
                one[part] = value!;
            }
            else if (value is ScimObject parts)
            {
                Merge(one, parts);
            }
            else
            {
                throw ScimException.Bad("invalidValue", $"a value of {path.Name} is an object");
            }
        }

        Keep(resource, path.Name, values);
        OnePrimary(values, found[^1]);
    }

    private static void Remove(ScimObject resource, AttributePath path, object? value)
    {
        if (path.Sub is { } sub)
        {
            foreach (var one in resource.List(path.Name).OfType<ScimObject>())
            {
                one.Remove(sub);
            }
        }
        else if (value is not null && resource.GetValueOrDefault(path.Name) is List<object> values)
        {
            // Not of the RFC, but some directories name the members to be removed in the value.
            var gone = value as List<object> ?? [value];
            Keep(resource, path.Name, [.. values.Where(one => !gone.Any(other => Same(one, other)))]);
        }
        else
        {
            resource.Remove(path.Name);
        }
    }

    private static void Set(ScimObject resource, string name, string kind, object value)
    {
        var present = resource.GetValueOrDefault(name);
        if (present is ScimObject complex && value is ScimObject parts)
        {
            Merge(complex, parts);
        }
        else if (kind == "add" && present is List<object> values)
        {
            foreach (var one in value as List<object> ?? [value])
            {
                if (!values.Any(other => Same(one, other)))
                {
                    values.Add(one);
                    OnePrimary(values, one);
                }
            }
        }
        else
        {
            resource[name] = value;
        }
    }

    private static void SetPart(ScimObject resource, string name, string sub, string kind, object value)
    {
        if (resource.GetValueOrDefault(name) is List<object> values)
        {
            foreach (var one in values.OfType<ScimObject>())
            {
                one[sub] = value;
            }
        }
        else if (resource.Inner(name) is { } inner)
        {
            Set(inner, sub, kind, value);
        }
        else
        {
            resource[name] = new ScimObject { [sub] = value };
        }
    }

    private static void Merge(ScimObject into, ScimObject parts)
    {
        foreach (var (name, value) in parts)
        {
            into[name] = value;
        }
    }

    private static void Keep(ScimObject resource, string name, List<object> values)
    {
        if (values.Count == 0)
        {
            resource.Remove(name);
        }
        else
        {
            resource[name] = values;
        }
    }

    /// <summary>At most one value is the primary one: the last that was made so.</summary>
    private static void OnePrimary(List<object> values, object last)
    {
        if (last is not ScimObject chosen || chosen.Truth("primary") != true)
        {
            return;
        }

        foreach (var other in values.OfType<ScimObject>().Where(one => one != chosen && one.ContainsKey("primary")))
        {
            other["primary"] = false;
        }
    }

    private static bool Same(object one, object other) =>
        (one, other) switch
        {
            (ScimObject a, ScimObject b) when a.ContainsKey("value") && b.ContainsKey("value") => a["value"]
                .Equals(b["value"]) && (b.Text("type") is not { } type || a.Text("type") == type),
            (ScimObject a, ScimObject b) => a.ToString() == b.ToString(),
            _ => one.Equals(other),
        };

    /// <summary>The value that <c>type eq "work" and primary eq true</c> describes; null where it does not tell.</summary>
    private static ScimObject? Described(ScimFilter filter) =>
        filter switch
        {
            ScimFilter.Compare { Operator: "eq", Value: { } value, Path: { Sub: null } path } => new ScimObject
            {
                [path.Name] = value,
            },
            ScimFilter.And pair when Described(pair.Left) is { } left && Described(pair.Right) is { } right => Both(
                left,
                right
            ),
            _ => null,
        };

    private static ScimObject Both(ScimObject left, ScimObject right)
    {
        Merge(left, right);
        return left;
    }
}
