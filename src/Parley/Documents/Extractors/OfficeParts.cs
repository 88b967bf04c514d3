namespace Parley.Documents;

/// <summary>What the parts of an Office document (ECMA-376) say of each other.</summary>
internal static class OfficeParts
{
    /// <summary>The relationships of a part: id to the name of the part it leads to; those that lead outside are left out.</summary>
    public static Dictionary<string, (string Target, string Type)> Relations(ZipPackage package, string part)
    {
        var slash = part.LastIndexOf('/');
        var folder = part[..(slash + 1)];
        var found = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        if (package.Find($"{folder}_rels/{part[(slash + 1)..]}.rels") is not { } xml)
        {
            return found;
        }

        var scan = new XmlScan(xml);
        for (var token = scan.Read(); token != XmlToken.End; token = scan.Read())
        {
            if (
                token == XmlToken.Open
                && scan.Name.SequenceEqual("Relationship"u8)
                && scan.Attribute("Id"u8) is { } id
                && scan.Attribute("Target"u8) is { } target
                && scan.Attribute("TargetMode"u8) != "External"
            )
            {
                found[id] = (Resolve(folder, target), scan.Attribute("Type"u8) ?? "");
            }
        }

        return found;
    }

    /// <summary>A name relative to a folder of the package, or from its root.</summary>
    public static string Resolve(string folder, string target)
    {
        var path = new List<string>();
        foreach (var segment in (target.StartsWith('/') ? target : folder + target).Split('/'))
        {
            if (segment == "..")
            {
                if (path.Count > 0)
                {
                    path.RemoveAt(path.Count - 1);
                }
            }
            else if (segment is not ("" or "."))
            {
                path.Add(segment);
            }
        }

        return string.Join('/', path);
    }
}
