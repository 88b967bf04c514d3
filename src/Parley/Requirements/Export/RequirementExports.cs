using System.Buffers;
using System.Globalization;
using System.Text;
using Parley.Kernel.Http;

namespace Parley.Requirements;

/// <summary>A document in one of the forms it is exported in.</summary>
internal sealed record ExportedRequirements(byte[] Bytes, string MediaType, string Extension);

/// <summary>Writes documents for other programs.</summary>
internal static class RequirementExports
{
    public const string Json = "application/json";
    public static readonly string[] Formats = ["markdown", "json", "csv", "reqif"];

    public static ExportedRequirements Write(
        string format,
        RequirementsView document,
        IReadOnlyList<StatementView> statements,
        string text
    ) =>
        format switch
        {
            "json" => new ExportedRequirements(ToJson(document, statements), Json, "json"),
            "csv" => new ExportedRequirements(
                Encoding.UTF8.GetBytes(ToCsv(statements)),
                "text/csv; charset=utf-8",
                "csv"
            ),
            "reqif" => new ExportedRequirements(
                Encoding.UTF8.GetBytes(ReqIf.Write(document, statements)),
                "application/xml",
                "reqif"
            ),
            _ => new ExportedRequirements(Encoding.UTF8.GetBytes(text), "text/markdown; charset=utf-8", "md"),
        };

    private static byte[] ToJson(RequirementsView document, IReadOnlyList<StatementView> statements)
    {
        var json = new ArrayBufferWriter<byte>(4096);
        JsonOut.Write(json, new RequirementsExport(document, statements), RequirementsJson.Default.RequirementsExport);
        return json.WrittenSpan.ToArray();
    }

    private static string ToCsv(IReadOnlyList<StatementView> statements)
    {
        var csv = new CsvTable();
        csv.Row(
            "number",
            "id",
            "name",
            "headings",
            "form",
            "type",
            "confidence",
            "reason",
            "priority",
            "status",
            "text"
        );
        foreach (var one in statements)
        {
            csv.Row(
                one.Number.ToString(CultureInfo.InvariantCulture),
                one.Id,
                one.Name ?? "",
                string.Join(" > ", one.Headings),
                one.Form,
                one.Type,
                one.TypeConfidence.ToString("0.##", CultureInfo.InvariantCulture),
                one.TypeReason,
                one.Priority,
                one.Status,
                one.Text
            );
        }

        return csv.ToString();
    }
}
