namespace Parley.Search.Segments;

internal enum DocumentKind : byte
{
    Message,
    Title,
    Document,
}

/// <summary>
/// What never changes about a document, in 16 bits: <c>[6 fields that hold text][1 tool][1 thinking][1 attachment]
/// [1 code][1 hidden][2 kind][3 role]</c>, the role lowest.
/// </summary>
internal readonly record struct DocumentTraits(ushort Bits)
{
    public const int Size = 2;
    public const int RoleMask = 7;
    public const int KindShift = 3;
    public const int KindMask = 3 << KindShift;
    public const int Hidden = 1 << 5;
    public const int Code = 1 << 6;
    public const int Attachment = 1 << 7;
    public const int Thinking = 1 << 8;
    public const int Tool = 1 << 9;
    public const int FieldsShift = 10;

    public int Role => Bits & RoleMask;

    public DocumentKind Kind => (DocumentKind)((Bits & KindMask) >> KindShift);

    /// <summary>One bit a <see cref="SearchField"/>.</summary>
    public int Fields => Bits >> FieldsShift;

    /// <summary>Positions count from this field's; see <see cref="Position"/>.</summary>
    public int FirstField => Fields == 0 ? 0 : System.Numerics.BitOperations.TrailingZeroCount(Fields);

    public DocumentTraits With(SearchField field) => new((ushort)(Bits | (1 << (FieldsShift + (int)field))));
}

/// <summary>
/// Where a token stands: its field above, its number in the field in the low 24 bits. Stored relative to the first
/// field that the document has, so that the common document of one field costs nothing for it.
/// </summary>
internal static class Position
{
    public const int FieldShift = 24;
    public const int MaxInField = (1 << FieldShift) - 1;

    /// <summary>The last of the last field.</summary>
    public const int Max = (SearchFields.Count << FieldShift) - 1;

    public static int Of(SearchField field, int number) => ((int)field << FieldShift) | Math.Min(number, MaxInField);

    public static SearchField Field(int position) => (SearchField)(position >> FieldShift);
}
