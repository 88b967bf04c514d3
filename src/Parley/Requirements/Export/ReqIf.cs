using System.Globalization;
using System.Text;

namespace Parley.Requirements;

/// <summary>
/// A document as ReqIF 1.2 (OMG formal/2016-07-01), which tools for requirements exchange: one SPEC-OBJECT a statement,
/// in a SPECIFICATION of the shape that headings and lists give it.
/// </summary>
internal static class ReqIf
{
    private static readonly string[] Attributes =
    [
        "ReqIF.Text",
        "ReqIF.ForeignID",
        "Parley.Type",
        "Parley.Priority",
        "Parley.Status",
    ];

    public static string Write(RequirementsView document, IReadOnlyList<StatementView> statements)
    {
        var xml = new StringBuilder();
        xml.Append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.Append(
            "<REQ-IF xmlns=\"http://www.omg.org/spec/ReqIF/20110401/reqif.xsd\">\n<THE-HEADER><REQ-IF-HEADER IDENTIFIER=\"header-"
        );
        xml.Append(document.Id).Append("\"><CREATION-TIME>").Append(document.UpdatedAt);
        xml.Append("</CREATION-TIME><REQ-IF-TOOL-ID>Parley</REQ-IF-TOOL-ID><REQ-IF-VERSION>1.2</REQ-IF-VERSION>");
        xml.Append("<SOURCE-TOOL-ID>Parley</SOURCE-TOOL-ID><TITLE>");
        Text(xml, document.Name);
        xml.Append("</TITLE></REQ-IF-HEADER></THE-HEADER>\n<CORE-CONTENT><REQ-IF-CONTENT>\n");
        Types(xml, document);
        Objects(xml, document, statements);
        xml.Append("<SPECIFICATIONS><SPECIFICATION IDENTIFIER=\"doc-").Append(document.Id);
        xml.Append("\" LONG-NAME=\"");
        Text(xml, document.Name);
        xml.Append("\" LAST-CHANGE=\"")
            .Append(document.UpdatedAt)
            .Append("\"><TYPE><SPECIFICATION-TYPE-REF>type-document</SPECIFICATION-TYPE-REF></TYPE>");
        Hierarchy(xml, document, statements);
        xml.Append("</SPECIFICATION></SPECIFICATIONS>\n</REQ-IF-CONTENT></CORE-CONTENT>\n</REQ-IF>\n");
        return xml.ToString();
    }

    private static void Types(StringBuilder xml, RequirementsView document)
    {
        xml.Append(
            "<DATATYPES><DATATYPE-DEFINITION-STRING IDENTIFIER=\"string\" LONG-NAME=\"string\" MAX-LENGTH=\"2097152\" LAST-CHANGE=\""
        );
        xml.Append(document.UpdatedAt)
            .Append(
                "\"/></DATATYPES>\n<SPEC-TYPES><SPEC-OBJECT-TYPE IDENTIFIER=\"type-statement\" LONG-NAME=\"Statement\" LAST-CHANGE=\""
            );
        xml.Append(document.UpdatedAt).Append("\"><SPEC-ATTRIBUTES>");
        foreach (var name in Attributes)
        {
            xml.Append("<ATTRIBUTE-DEFINITION-STRING IDENTIFIER=\"attribute-").Append(name).Append("\" LONG-NAME=\"");
            xml.Append(name).Append("\" LAST-CHANGE=\"").Append(document.UpdatedAt);
            xml.Append(
                "\"><TYPE><DATATYPE-DEFINITION-STRING-REF>string</DATATYPE-DEFINITION-STRING-REF></TYPE></ATTRIBUTE-DEFINITION-STRING>"
            );
        }

        xml.Append(
            "</SPEC-ATTRIBUTES></SPEC-OBJECT-TYPE><SPECIFICATION-TYPE IDENTIFIER=\"type-document\" LONG-NAME=\"Document\" LAST-CHANGE=\""
        );
        xml.Append(document.UpdatedAt).Append("\"/></SPEC-TYPES>\n");
    }

    private static void Objects(StringBuilder xml, RequirementsView document, IReadOnlyList<StatementView> statements)
    {
        xml.Append("<SPEC-OBJECTS>\n");
        foreach (var one in statements)
        {
            xml.Append("<SPEC-OBJECT IDENTIFIER=\"").Append(one.Id).Append("\" LAST-CHANGE=\"").Append(one.UpdatedAt);
            xml.Append("\"><TYPE><SPEC-OBJECT-TYPE-REF>type-statement</SPEC-OBJECT-TYPE-REF></TYPE><VALUES>");
            string[] values = [one.Text, one.Name ?? "", one.Type, one.Priority, one.Status];
            for (var i = 0; i < values.Length; i++)
            {
                xml.Append("<ATTRIBUTE-VALUE-STRING THE-VALUE=\"");
                Text(xml, values[i]);
                xml.Append("\"><DEFINITION><ATTRIBUTE-DEFINITION-STRING-REF>attribute-").Append(Attributes[i]);
                xml.Append("</ATTRIBUTE-DEFINITION-STRING-REF></DEFINITION></ATTRIBUTE-VALUE-STRING>");
            }

            xml.Append("</VALUES></SPEC-OBJECT>\n");
        }

        xml.Append("</SPEC-OBJECTS>\n");
    }

    /// <summary>Each statement inside the one it stands under: parents come first in reading order.</summary>
    private static void Hierarchy(StringBuilder xml, RequirementsView document, IReadOnlyList<StatementView> statements)
    {
        if (statements.Count == 0)
        {
            return;
        }

        var open = new Stack<string>();
        xml.Append("<CHILDREN>");
        foreach (var one in statements)
        {
            if (open.Count > 0 && one.ParentId == open.Peek())
            {
                xml.Append("<CHILDREN>");
            }
            else if (open.Count > 0)
            {
                xml.Append("</SPEC-HIERARCHY>");
                open.Pop();
                while (open.Count > 0 && open.Peek() != one.ParentId)
                {
                    xml.Append("</CHILDREN></SPEC-HIERARCHY>");
                    open.Pop();
                }
            }

            xml.Append("<SPEC-HIERARCHY IDENTIFIER=\"place-").Append(one.Number.ToString(CultureInfo.InvariantCulture));
            xml.Append('-').Append(one.Id).Append("\" LAST-CHANGE=\"").Append(document.UpdatedAt);
            xml.Append("\"><OBJECT><SPEC-OBJECT-REF>").Append(one.Id).Append("</SPEC-OBJECT-REF></OBJECT>");
            open.Push(one.Id);
        }

        xml.Append("</SPEC-HIERARCHY>");
        open.Pop();
        while (open.TryPop(out _))
        {
            xml.Append("</CHILDREN></SPEC-HIERARCHY>");
        }

        xml.Append("</CHILDREN>");
    }

    /// <summary>Escaped for elements and attributes; what XML 1.0 cannot hold is left out.</summary>
    private static void Text(StringBuilder xml, string text)
    {
        foreach (var c in text)
        {
            _ = c switch
            {
                '&' => xml.Append("&amp;"),
                '<' => xml.Append("&lt;"),
                '>' => xml.Append("&gt;"),
                '"' => xml.Append("&quot;"),
                '\n' => xml.Append("&#10;"),
                '\t' => xml.Append("&#9;"),
                < ' ' or '\uFFFE' or '\uFFFF' => xml,
                _ => xml.Append(c),
            };
        }
    }
}
