using System.Text;

namespace Parley.Requirements;

/// <summary>
/// A table as CSV (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV
/// injection). Not thread-safe.
/// </summary>
internal sealed class CsvTable
{
    private readonly StringBuilder text = new();

    public void Row(params ReadOnlySpan<string> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            text.Append(i == 0 ? "" : ",");
            Cell(cells[i]);
        }

        text.Append("\r\n");
    }

    public override string ToString() => text.ToString();

    private void Cell(string cell)
    {
        var formula = cell.TrimStart(' ') is [var first, ..] && first is '=' or '+' or '-' or '@' or '\t' or '\r';
        if (!formula && cell.AsSpan().IndexOfAny(",\"\r\n") < 0)
        {
            text.Append(cell);
            return;
        }

        text.Append('"')
            .Append(formula ? "'" : "")
            .Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal))
            .Append('"');
    }
}
